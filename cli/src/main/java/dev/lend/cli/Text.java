package dev.lend.cli;

/** Text for a terminal. */
final class Text {
  private Text() {}

  /**
   * The text with everything that a terminal would obey instead of showing replaced: names of
   * guests, drivers and devices can hold whatever somebody put there. Line ends and tabs too.
   */
  static String printable(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (obeyed(text.charAt(i))) {
        return replaced(text);
      }
    }
    return text;
  }

  private static String replaced(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      safe.append(obeyed(c) ? '?' : c);
    }
    return safe.toString();
  }

  /** Control characters, and the marks that turn the direction of writing. */
  private static boolean obeyed(char c) {
    return c < 0x20
        || c >= 0x7f && c < 0xa0
        || c >= 0x200e && c <= 0x200f
        || c >= 0x2028 && c <= 0x202e
        || c >= 0x2066 && c <= 0x2069;
  }
}
