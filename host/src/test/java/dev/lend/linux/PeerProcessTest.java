package dev.lend.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerProcessTest {
  @TempDir Path folder;

  @Test
  void theListenerIsKnownByItsNumber() throws IOException {
    Path socket = folder.resolve("qmp.sock");
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(UnixDomainSocketAddress.of(socket));
      assertThat(PeerProcess.at(socket.toString())).hasValue((int) ProcessHandle.current().pid());
    }
    assertThat(PeerProcess.at(socket.toString())).as("nobody listens any more").isEmpty();
  }

  @Test
  void whatIsNoSocketHasNoListener() {
    assertThat(PeerProcess.at(folder.toString())).isEmpty();
    assertThat(PeerProcess.at("/" + "x".repeat(200))).isEmpty();
  }
}
