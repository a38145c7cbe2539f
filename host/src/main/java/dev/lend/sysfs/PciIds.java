package dev.lend.sysfs;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The text of {@code pci.ids} (pci.ids(5)), searched by halves. Lines are {@code 8086 Vendor}, tab
 * {@code 10ca Device}, two tabs {@code 8086 a02b Board}; at the end {@code C 02 Class}, tab {@code
 * 00 Sub-class}; comments anywhere. Each level is in the order of its numbers. In a text that is
 * not, names are not found; nothing else happens.
 */
final class PciIds {
  /** Above every vendor's number: the classes stand behind the vendors. */
  private static final long CLASSES = 0x10000;

  private static final int VENDOR_NAME = 4;
  private static final int DEVICE_NAME = 5;
  private static final int BOARD_NAME = 11;
  private static final int SUBCLASS_NAME = 3;

  private static final byte NEWLINE = '\n';

  private final PagedFile text;

  private final Optional<PciIndex> index;

  PciIds(PagedFile text) {
    this(text, Optional.empty());
  }

  /**
   * @param index where to look first
   */
  PciIds(PagedFile text, Optional<PciIndex> index) {
    this.text = text;
    this.index = index.filter(hints -> hints.fits(text));
  }

  /**
   * A line of the list and the deeper lines below it.
   *
   * @param name where its name starts
   * @param below where the line ends
   * @param end where the last line below it ends
   */
  record Entry(int name, int below, int end) {
    static final Entry NONE = new Entry(0, 0, 0);
  }

  Entry vendor(long vendor) {
    return top(vendor);
  }

  private Entry top(long number) {
    Entry hinted = index.isPresent() ? hinted(number, index.get().find(number)) : Entry.NONE;
    return hinted == Entry.NONE ? find(0, text.length(), 0, number, VENDOR_NAME) : hinted;
  }

  /** What the index says, if the list shows it. */
  private Entry hinted(long number, PciIndex.Range range) {
    int from = range.from();
    int to = range.to();
    boolean possible = 0 <= from && from < to && to <= text.length();
    if (!possible || !startsTop(from) || to < text.length() && !startsTop(to)) {
      return Entry.NONE;
    }
    return number(from, 0, VENDOR_NAME) == number
        ? new Entry(Math.min(from + VENDOR_NAME, next(from)), next(from), to)
        : Entry.NONE;
  }

  private boolean startsTop(int line) {
    return (line == 0 || text.at(line - 1) == NEWLINE) && isAtDepth(line, 0);
  }

  /** Numbers and offsets of all vendors and classes, in order; last, the length of the list. */
  int[] tops() {
    List<Integer> tops = new ArrayList<>();
    for (int at = atDepth(0, text.length(), 0);
        at < text.length();
        at = atDepth(next(at), text.length(), 0)) {
      tops.add((int) number(at, 0, VENDOR_NAME));
      tops.add(at);
    }
    tops.add(Integer.MAX_VALUE);
    tops.add(text.length());
    return tops.stream().mapToInt(Integer::intValue).toArray();
  }

  Entry device(Entry vendor, long device) {
    return find(vendor.below(), vendor.end(), 1, device, DEVICE_NAME);
  }

  /** A board of a device by the board's vendor and number, 16 bits each. */
  Entry board(Entry device, long board) {
    for (int at = device.below(); at < device.end(); at = next(at)) {
      if (text.at(at) == '\t'
          && hex(at + 2, 4) == board >> 16
          && hex(at + 7, 4) == (board & 0xffff)) {
        int below = next(at);
        return new Entry(Math.min(at + BOARD_NAME, below), below, below);
      }
    }
    return Entry.NONE;
  }

  Entry base(long base) {
    return top(CLASSES | base);
  }

  Entry sub(Entry base, long sub) {
    return find(base.below(), base.end(), 1, sub, SUBCLASS_NAME);
  }

  /** The name on a line; empty text where there is no such line. */
  String name(Entry entry) {
    int start = entry.name();
    int stop = entry.below();
    while (start < stop && text.at(start) == ' ') {
      start++;
    }
    while (stop > start && text.at(stop - 1) <= ' ') {
      stop--;
    }
    return new String(text.copy(start, stop), StandardCharsets.UTF_8);
  }

  /** Finds the line with this number among those at this depth between two line starts. */
  private Entry find(int from, int to, int depth, long number, int name) {
    int low = from;
    int high = to;
    while (low < high) {
      int line = atDepth(lineStart((low + high) >>> 1, low), high, depth);
      if (line == high) {
        // From the middle on there is no such line: what is left is before it.
        high = lineStart((low + high) >>> 1, low);
        continue;
      }
      long here = number(line, depth, name);
      if (here == number) {
        int below = next(line);
        return new Entry(Math.min(line + name, below), below, atDepth(below, to, depth));
      }
      if (here < number) {
        low = next(line);
      } else {
        high = lineStart((low + high) >>> 1, low);
      }
    }
    return Entry.NONE;
  }

  /** The first line from {@code line} on that is as high as {@code depth} or higher, no comment. */
  private int atDepth(int line, int to, int depth) {
    int at = line;
    while (at < to && !isAtDepth(at, depth)) {
      at = depth == 0 ? nextWithoutTab(at, to) : next(at);
    }
    return Math.min(at, to);
  }

  private boolean isAtDepth(int line, int depth) {
    int first = text.at(line);
    if (first == '#' || first == '\n') {
      return false;
    }
    boolean deeper =
        first == '\t' && (depth == 0 || line + 1 < text.length() && text.at(line + 1) == '\t');
    return !deeper;
  }

  private int nextWithoutTab(int line, int to) {
    int last = Math.min(to, text.length() - 1);
    for (int end = text.find(NEWLINE, line, last); end < last; ) {
      if (text.at(end + 1) != '\t') {
        return end + 1;
      }
      end = text.find(NEWLINE, end + 1, last);
    }
    return to;
  }

  private long number(int line, int depth, int name) {
    if (depth == 0) {
      boolean isClass =
          text.at(line) == 'C' && line + 1 < text.length() && text.at(line + 1) == ' ';
      return isClass ? CLASSES | hex(line + 2, 2) : hex(line, VENDOR_NAME);
    }
    return hex(line + 1, name - 1);
  }

  private int lineStart(int position, int least) {
    int at = position;
    while (at > least && text.at(at - 1) != '\n') {
      at--;
    }
    return at;
  }

  private int next(int line) {
    return Math.min(text.find(NEWLINE, line, text.length()) + 1, text.length());
  }

  private long hex(int from, int digits) {
    if (from + digits > text.length()) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = Character.digit(text.at(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
