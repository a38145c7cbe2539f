package dev.lend.lab;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps two starts at once apart, across processes and threads. The kernel lets go of it when the
 * process ends, however it ends.
 */
final class LabLock implements AutoCloseable {
  // A file lock belongs to the whole JVM, so threads of one JVM need a lock of their own before it.
  private static final ConcurrentHashMap<Path, ReentrantLock> THREADS = new ConcurrentHashMap<>();

  private final ReentrantLock thread;
  private final FileChannel channel;

  private LabLock(ReentrantLock thread, FileChannel channel) {
    this.thread = thread;
    this.channel = channel;
  }

  /**
   * Waits for the lock and says on the listener for whom it waits.
   *
   * @param purpose what the holder does with it, told to those who wait: "building the image"
   */
  static LabLock take(Path file, String purpose, LabListener listener) {
    ReentrantLock thread =
        THREADS.computeIfAbsent(file.toAbsolutePath(), path -> new ReentrantLock());
    if (!thread.tryLock()) {
      listener.note("Waiting for " + holder(file) + ".");
      thread.lock();
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        listener.note("Waiting for " + holder(file) + ".");
        channel.lock();
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              "process %d (%s)"
                  .formatted(ProcessHandle.current().pid(), purpose)
                  .getBytes(StandardCharsets.UTF_8)));
      return new LabLock(thread, channel);
    } catch (IOException e) {
      thread.unlock();
      throw new LabException(
          "The lock %s cannot be taken: %s. Check that this folder can be written."
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static String holder(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "another process";
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new LabException("A lock cannot be let go: " + e.getMessage(), e);
    } finally {
      thread.unlock();
    }
  }
}
