package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Vital product data: the maker's own description of a board (PCI Local Bus Specification 3.0,
 * appendix I).
 */
final class Vpd {
  private static final int NAME = 0x82;
  private static final int READ_ONLY = 0x90;
  private static final int SMALL_END = 0x78;

  private Vpd() {}

  /** The product name and the read-only fields, one {@code KEYWORD VALUE} each. */
  static Fact<List<String>> read(KernelReader kernel, String path) {
    return kernel.bytes(path).map(Vpd::fields);
  }

  static List<String> fields(byte[] bytes) {
    List<String> fields = new ArrayList<>();
    int at = 0;
    while (at + 2 < bytes.length && (bytes[at] & 0xff) != SMALL_END) {
      int tag = bytes[at] & 0xff;
      if ((tag & 0x80) == 0) {
        // A small resource carries its length in its tag.
        at += 1 + (tag & 7);
        continue;
      }
      int length = bytes[at + 1] & 0xff | (bytes[at + 2] & 0xff) << 8;
      int from = at + 3;
      int to = Math.min(from + length, bytes.length);
      if (tag == NAME) {
        fields.add("name " + text(bytes, from, to));
      } else if (tag == READ_ONLY) {
        keywords(bytes, from, to, fields);
      }
      at = from + length;
    }
    return fields;
  }

  private static void keywords(byte[] bytes, int from, int to, List<String> into) {
    int at = from;
    while (at + 3 <= to) {
      String keyword = text(bytes, at, at + 2);
      int start = at + 3;
      int end = Math.min(start + (bytes[at + 2] & 0xff), to);
      // RV is a checksum and padding, no text.
      if (!keyword.equals("RV")) {
        into.add(keyword + " " + text(bytes, start, end));
      }
      at = start + (bytes[at + 2] & 0xff);
    }
  }

  private static String text(byte[] bytes, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (char c : new String(bytes, from, to - from, StandardCharsets.ISO_8859_1).toCharArray()) {
      text.append(c >= ' ' && c < 0x7f ? c : '.');
    }
    return text.toString().strip();
  }
}
