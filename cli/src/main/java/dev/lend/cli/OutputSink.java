package dev.lend.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Standard output, gathered into large writes. It remembers the first failure and then swallows
 * everything: a reader such as {@code head} that goes away must not stop a hand-over half-way.
 */
final class OutputSink extends OutputStream {
  private static final int CAPACITY = 32 * 1024;

  private final FileOutputStream file = new FileOutputStream(FileDescriptor.out);
  private final byte[] gathered = new byte[CAPACITY];
  private int count;
  private String why = "";

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > CAPACITY - count) {
      flush();
    }
    if (length > CAPACITY) {
      hand(bytes, offset, length);
    } else {
      System.arraycopy(bytes, offset, gathered, count, length);
      count += length;
    }
  }

  @Override
  public void flush() throws IOException {
    int length = count;
    count = 0;
    hand(gathered, 0, length);
  }

  private void hand(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0 || failed()) {
      return;
    }
    try {
      file.write(bytes, offset, length);
    } catch (IOException e) {
      why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      // PrintStream turns this into checkError().
      throw e;
    }
  }

  boolean failed() {
    return !why.isEmpty();
  }

  /** True where the failure is a pipe that nobody reads any more, which is nobody's fault. */
  boolean readerLeft() {
    return why.contains("Broken pipe");
  }

  String why() {
    return why;
  }
}
