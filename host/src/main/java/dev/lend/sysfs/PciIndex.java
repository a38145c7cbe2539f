package dev.lend.sysfs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where vendors and classes stand in a {@code pci.ids}: pairs of number and offset, four bytes
 * each, in the order of the numbers; at the end the length of the list and when it was changed.
 * Looking for the first of them in the list itself takes as long as reading a small host. The index
 * is a hint: {@link PciIds} believes nothing in it that the list does not show.
 */
public final class PciIndex {
  private static final int PAIR = 8;

  private final PagedFile pairs;

  PciIndex(PagedFile pairs) {
    this.pairs = pairs;
  }

  /**
   * Writes the index of a list.
   *
   * @throws IOException there is no such list, or it cannot be written
   */
  public static void write(FileKernel kernel, String list, Path target) throws IOException {
    try (PagedFile text = kernel.pages(list, PciNames.MOST)) {
      int[] tops = new PciIds(text).tops();
      ByteBuffer bytes = ByteBuffer.allocate(tops.length * Integer.BYTES + PAIR);
      bytes.asIntBuffer().put(tops);
      bytes.putLong(bytes.capacity() - PAIR, text.modified());
      Files.write(target, bytes.array());
    }
  }

  /** True where it was made from this list. */
  boolean fits(PagedFile list) {
    int time = pairs.length() - PAIR;
    return pairs.length() % PAIR == 0
        && time >= PAIR
        && word(time - 4) == list.length()
        && word(time) == (int) (list.modified() >>> 32)
        && word(time + 4) == (int) list.modified();
  }

  /**
   * Where the number's line and the next such line may start; -1 for a number that is not there.
   */
  Range find(long number) {
    int low = 0;
    int high = pairs.length() / PAIR - 2;
    while (low < high) {
      int middle = (low + high) >>> 1;
      long here = word(middle * PAIR);
      if (here == number) {
        return new Range(word(middle * PAIR + 4), word((middle + 1) * PAIR + 4));
      }
      if (here < number) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return new Range(-1, -1);
  }

  /** From the start of a line to the start of another. */
  record Range(int from, int to) {}

  private int word(int at) {
    return pairs.at(at) << 24
        | (pairs.at(at + 1) & 0xff) << 16
        | (pairs.at(at + 2) & 0xff) << 8
        | pairs.at(at + 3) & 0xff;
  }
}
