package dev.lend.lab;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The lab host's serial console: what it says while it starts. It is listened to from the start on,
 * for QEMU keeps nothing of what was said to nobody.
 */
final class Console implements AutoCloseable {
  /** The last thing that the lab's own init says. */
  private static final String READY = "lend-lab: ready";

  /**
   * The kernel has seen a processor whose timer does not come any more (kernel: {@code
   * kernel/rcu/tree_stall.h}). Under software emulation on a busy machine the emulator loses it now
   * and then while the host starts, and it never comes back.
   */
  private static final String STALLED = "detected stalls on CPUs";

  private static final int TAIL_LINES = 15;

  /** How waiting for a start ended. */
  private enum Seen {
    READY,
    STALLED,
    NOTHING
  }

  private final Path run;
  private final SocketChannel channel;
  private final CompletableFuture<Seen> seen = new CompletableFuture<>();

  private Console(Path run, SocketChannel channel) {
    this.run = run;
    this.channel = channel;
  }

  /** Listens to the console of a lab whose QEMU has just been started. */
  static Console listen(Path run) {
    Console console;
    try {
      console = new Console(run, UnixSocket.connect(run.resolve("console.sock")));
    } catch (IOException e) {
      throw new LabException(
          "The lab's console cannot be read: %s. The last lines in %s:%n%s"
              .formatted(e.getMessage(), log(run), String.join(System.lineSeparator(), tail(run))),
          e);
    }
    Thread.startVirtualThread(() -> console.seen.complete(watch(console.channel)));
    return console;
  }

  /**
   * Waits until the lab takes commands; fails with its last console lines when it ends or does not
   * get there in time.
   *
   * @throws StalledStart it hangs and has to be started again
   */
  void awaitReady(Duration patience) {
    Seen end =
        seen.completeOnTimeout(Seen.NOTHING, patience.toMillis(), TimeUnit.MILLISECONDS).join();
    if (end == Seen.STALLED) {
      throw new StalledStart(log(run));
    }
    if (end == Seen.NOTHING) {
      throw new LabException(
          "The lab did not start within %d s. The last lines of its console (%s):%n%s"
              .formatted(
                  patience.toSeconds(), log(run), String.join(System.lineSeparator(), tail(run))));
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private static Seen watch(SocketChannel channel) {
    try {
      BufferedReader reader =
          new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (line.contains(READY)) {
          return Seen.READY;
        }
        if (line.contains(STALLED)) {
          return Seen.STALLED;
        }
      }
      return Seen.NOTHING;
    } catch (IOException e) {
      // The waiting side closed the channel, or QEMU ended: either way there will be no more.
      return Seen.NOTHING;
    }
  }

  private static Path log(Path run) {
    return run.resolve("console.log");
  }

  private static List<String> tail(Path run) {
    try {
      List<String> lines = Files.readString(log(run), StandardCharsets.ISO_8859_1).lines().toList();
      return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
    } catch (IOException e) {
      return List.of("(nothing)");
    }
  }
}
