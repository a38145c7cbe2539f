package dev.lend.journal;

import dev.lend.model.Hex;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * How a record stands in the journal: the CRC-32C of the rest of the line in eight hex digits, the
 * line's number, the record as JSON. The number shows what is missing and what is there twice.
 *
 * @param number counted from 1
 */
record Line(int number, String json) {
  private static final int CHECKSUM = 8;
  private static final int MOST_DIGITS = 9;

  /** The line for a record. */
  static String seal(int number, String json) {
    String rest = number + " " + json;
    return checksum(rest) + " " + rest;
  }

  /** What a line holds; empty where it is damaged, or none of Lend's. */
  static Optional<Line> open(String text) {
    if (text.length() <= CHECKSUM || text.charAt(CHECKSUM) != ' ') {
      return Optional.empty();
    }
    String rest = text.substring(CHECKSUM + 1);
    int end = rest.indexOf(' ');
    if (end <= 0 || end > MOST_DIGITS || !text.startsWith(checksum(rest))) {
      return Optional.empty();
    }
    int number = 0;
    for (int i = 0; i < end; i++) {
      int digit = rest.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return Optional.empty();
      }
      number = number * 10 + digit;
    }
    return Optional.of(new Line(number, rest.substring(end + 1)));
  }

  /** The first line in a text that has more behind it: the line end between two was damaged. */
  static Optional<Line> within(String text) {
    for (int end = text.indexOf('}'); end >= 0; end = text.indexOf('}', end + 1)) {
      Optional<Line> line = open(text.substring(0, end + 1));
      if (line.isPresent()) {
        return line;
      }
    }
    return Optional.empty();
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return Hex.digits((int) crc.getValue(), CHECKSUM);
  }
}
