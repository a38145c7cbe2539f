package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path run;

  /**
   * Waits for a lab whose console says this before anybody waits for it, and then nothing for as
   * long as anybody listens.
   */
  private void await(String said) throws IOException {
    Files.writeString(run.resolve("console.log"), said);
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(run.resolve("console.sock")));
      try (Console console = Console.listen(run);
          SocketChannel peer = server.accept()) {
        peer.write(ByteBuffer.wrap(said.getBytes(StandardCharsets.UTF_8)));
        console.awaitReady(PATIENCE);
      }
    }
  }

  @Test
  void aLabIsReadyWhenItSaysSo() {
    assertThatCode(() -> await("[ 1.9] shpchp\nlend-lab: ready at 9.1\n"))
        .doesNotThrowAnyException();
  }

  @Test
  void aProcessorWithoutItsTimerIsSeenAtOnce() {
    assertThatThrownBy(
            () -> await("[   22.6] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n"))
        .isInstanceOf(StalledStart.class)
        .hasMessageContaining("hangs at its start");
  }
}
