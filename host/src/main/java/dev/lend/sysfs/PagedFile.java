package dev.lend.sysfs;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;

/**
 * A large file of which little is looked at. It is read a page at a time; where that fails, it
 * reads as zeros.
 */
final class PagedFile implements AutoCloseable {
  private static final int BITS = 12;
  private static final int SIZE = 1 << BITS;

  private final RandomAccessFile file;
  private final long modified;
  private final int length;
  private final byte[][] pages;

  /**
   * Opens a file.
   *
   * @param most how many bytes it may have
   */
  static PagedFile open(String name, int most) throws IOException {
    return new PagedFile(new RandomAccessFile(name, "r"), new File(name).lastModified(), most);
  }

  private PagedFile(RandomAccessFile file, long modified, int most) throws IOException {
    this.file = file;
    this.modified = modified;
    try {
      long bytes = file.length();
      if (bytes > most) {
        throw new IOException("larger than " + most / 1024 + " KiB");
      }
      length = (int) bytes;
      pages = new byte[(length >>> BITS) + 1][];
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  /** When the file was changed last, in milliseconds since 1970. */
  long modified() {
    return modified;
  }

  int length() {
    return length;
  }

  byte at(int position) {
    byte[] page = pages[position >>> BITS];
    if (page == null) {
      page = load(position >>> BITS);
    }
    return page[position & (SIZE - 1)];
  }

  /** Where {@code wanted} stands at or behind {@code from}; {@code to} where it does not. */
  int find(byte wanted, int from, int to) {
    int position = from;
    while (position < to) {
      at(position);
      byte[] page = pages[position >>> BITS];
      int base = position & -SIZE;
      int end = Math.min(to - base, SIZE);
      for (int i = position - base; i < end; i++) {
        if (page[i] == wanted) {
          return base + i;
        }
      }
      position = base + SIZE;
    }
    return to;
  }

  /** The bytes from one position to another. */
  byte[] copy(int from, int to) {
    byte[] bytes = new byte[Math.max(0, to - from)];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = at(from + i);
    }
    return bytes;
  }

  private byte[] load(int number) {
    byte[] page = new byte[SIZE];
    pages[number] = page;
    try {
      file.seek((long) number << BITS);
      int count = 0;
      for (int more = 0; more >= 0 && count < SIZE; count += Math.max(0, more)) {
        more = file.read(page, count, SIZE - count);
      }
    } catch (IOException unreadable) {
      pages[number] = new byte[SIZE];
    }
    return pages[number];
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
