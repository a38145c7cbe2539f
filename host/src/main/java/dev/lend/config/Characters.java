package dev.lend.config;

import dev.lend.model.Hex;

/** What single characters may do. */
final class Characters {
  private static final int LONGEST_SHOWN = 40;

  private Characters() {}

  /** True for what a YAML file may hold as it is (YAML 1.2.2, 5.1, {@code c-printable}). */
  static boolean allowedInYaml(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || c >= 0x20 && c <= 0x7e
        || c == 0x85
        || c >= 0xa0 && c <= 0xd7ff
        || c >= 0xe000 && c <= 0xfffd
        || c >= 0x10000;
  }

  /** True for what is seen, or is a space, and moves no cursor. */
  static boolean visible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }

  /** The text with a question mark for whatever could play tricks on a terminal. */
  static String visible(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().forEach(c -> shown.appendCodePoint(visible(c) ? c : '?'));
    return shown.toString();
  }

  /** As much of a text as fits into a message. */
  static String brief(String text) {
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
  }

  /** As Unicode writes it: {@code U+0007}. */
  static String name(int c) {
    return "U+" + Hex.digits(c, 4).toUpperCase(java.util.Locale.ROOT);
  }
}
