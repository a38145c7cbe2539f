package dev.lend.model;

/**
 * Hexadecimal text without the cost of {@link String#format}, which the list of 65,536 functions
 * would feel.
 */
public final class Hex {
  private Hex() {}

  /** {@code value} in lower-case hexadecimal, with zeros in front up to {@code width} digits. */
  public static String digits(int value, int width) {
    String text = Integer.toHexString(value);
    return text.length() >= width ? text : "0".repeat(width - text.length()) + text;
  }
}
