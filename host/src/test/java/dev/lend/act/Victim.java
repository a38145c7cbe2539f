package dev.lend.act;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * One run of the real program, killed with SIGKILL when the journal has a certain line of its and a
 * certain time has passed after that.
 *
 * @param killed false where it had ended before
 * @param exit its exit status; 137 where it was killed
 * @param lines when each of its lines was seen in the journal, counted from its start
 * @param took from its start to its end
 * @param said all that it printed
 */
record Victim(boolean killed, int exit, List<Duration> lines, Duration took, String said) {
  private static final String PROGRAM = "/usr/local/bin/lend";
  private static final int SIGKILL = 137;

  /**
   * How often to look, in nanoseconds, where the next line is the one, and where it is not: looking
   * takes time away from the victim.
   */
  private static final long CLOSE = 100_000;

  private static final long FAR = 2_000_000;

  /** Never killed. */
  static final int SPARED = Integer.MAX_VALUE;

  /**
   * Runs it.
   *
   * @param line when to kill it: at its nth line in the journal; 0 counts from its start
   * @param after how long after that
   */
  static Victim run(List<String> words, Path state, int line, Duration after) {
    List<String> command = new ArrayList<>(List.of(PROGRAM));
    command.addAll(words);
    command.addAll(List.of("--state", state.toString()));
    Path said = state.resolveSibling(state.getFileName() + ".said");
    try (Watched journal = new Watched(state.resolve("journal"))) {
      long start = System.nanoTime();
      Process process =
          new ProcessBuilder(command)
              .redirectInput(new File("/dev/null"))
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      List<Duration> seen = new ArrayList<>();
      long dies = line == 0 ? start + after.toNanos() : Long.MAX_VALUE;
      boolean struck = false;
      while (process.isAlive()) {
        long now = System.nanoTime();
        int lines = journal.lines();
        while (seen.size() < lines) {
          seen.add(Duration.ofNanos(now - start));
          dies = seen.size() == line ? now + after.toNanos() : dies;
        }
        if (now >= dies && !struck) {
          process.destroyForcibly();
          struck = true;
        }
        boolean close = dies != Long.MAX_VALUE || seen.size() + 1 >= line;
        LockSupport.parkNanos(close && !struck ? CLOSE : FAR);
      }
      int exit = process.waitFor();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      while (seen.size() < journal.lines()) {
        seen.add(took);
      }
      return new Victim(exit == SIGKILL, exit, seen, took, Files.readString(said));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Counts the lines that are added to the journal. */
  private static final class Watched implements AutoCloseable {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(65_536);
    private long read;
    private int lines;

    Watched(Path file) throws IOException {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      read = channel.size();
    }

    int lines() throws IOException {
      if (channel.size() > read) {
        int got = channel.read(buffer.clear(), read);
        for (int i = 0; i < got; i++) {
          lines += buffer.get(i) == '\n' ? 1 : 0;
        }
        read += Math.max(got, 0);
      }
      return lines;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
