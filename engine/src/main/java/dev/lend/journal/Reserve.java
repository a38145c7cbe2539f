package dev.lend.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SplittableRandom;

/**
 * Room on disk that is kept for the way home: a file in the state folder that is given up where the
 * journal cannot be written any more because the disk is full.
 */
public final class Reserve {
  /** The longest plan that Lend makes has a thousand routes, and the journal has two copies. */
  private static final int BYTES = 2 << 20;

  private final Path file;

  private Reserve(Path file) {
    this.file = file;
  }

  /**
   * The reserve of one change.
   *
   * @param after the number of the last change before it
   */
  public static Reserve of(Path folder, long after) {
    return new Reserve(folder.resolve("reserve-" + after));
  }

  /**
   * Takes the room.
   *
   * @throws JournalException there is not so much
   */
  public void take() {
    // Zeros would take no room on a file system that compresses.
    byte[] noise = new byte[BYTES];
    new SplittableRandom(file.hashCode()).nextBytes(noise);
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(noise);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    } catch (IOException e) {
      release();
      throw new JournalException(
          "Cannot keep "
              + (BYTES >> 20)
              + " MiB free in "
              + file.getParent()
              + " for taking the change back: "
              + FileJournalLog.reason(e)
              + ". Make room there, or name another folder with --state DIR.",
          e);
    }
  }

  /** Gives the room to whoever needs it; nothing where that was done. */
  public void release() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException kept) {
      // It holds nothing; the next change of the same number takes it over.
      return;
    }
  }
}
