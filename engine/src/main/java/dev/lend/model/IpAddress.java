package dev.lend.model;

import java.util.Optional;

/**
 * An IPv4 or IPv6 address, without prefix and zone.
 *
 * @param text as people write it: dotted, or as RFC 5952 has it, but never with an IPv4 end
 */
public record IpAddress(String text) {
  /** Only what {@link #of} and {@link #parse} make. */
  public IpAddress {
    if (bytes(text).map(IpAddress::text).filter(text::equals).isEmpty()) {
      throw new IllegalArgumentException("no address: " + text);
    }
  }

  /**
   * The address in these bytes, in the order of the network.
   *
   * @throws IllegalArgumentException they are neither 4 nor 16
   */
  public static IpAddress of(byte[] bytes) {
    return new IpAddress(text(bytes));
  }

  /** The address that a text means. No name is ever looked up. */
  public static Optional<IpAddress> parse(String text) {
    return bytes(text).map(IpAddress::of);
  }

  /** Its bytes in the order of the network: 4 or 16. */
  public byte[] bytes() {
    return bytes(text).orElseThrow();
  }

  /** True for IPv6. */
  public boolean v6() {
    return text.indexOf(':') >= 0;
  }

  /** True for 0.0.0.0 and ::, which routes take for "everything". */
  public boolean unspecified() {
    return text.equals("0.0.0.0") || text.equals("::");
  }

  /** True for IPv6 addresses that mean something on their own link only (fe80::/10, RFC 4291). */
  public boolean linkLocal() {
    byte[] bytes = bytes();
    return bytes.length == 16 && bytes[0] == (byte) 0xfe && (bytes[1] & 0xc0) == 0x80;
  }

  @Override
  public String toString() {
    return text;
  }

  private static String text(byte[] bytes) {
    return switch (bytes.length) {
      case 4 ->
          (bytes[0] & 255)
              + "."
              + (bytes[1] & 255)
              + "."
              + (bytes[2] & 255)
              + "."
              + (bytes[3] & 255);
      case 16 -> text6(bytes);
      default -> throw new IllegalArgumentException("an address of " + bytes.length + " bytes");
    };
  }

  /**
   * RFC 5952, section 4: the longest run of two or more zero words is left out, the first of
   * equals.
   */
  private static String text6(byte[] bytes) {
    int gap = -1;
    int gapLength = 1;
    for (int from = 0; from < 8; from++) {
      int to = from;
      while (to < 8 && word(bytes, to) == 0) {
        to++;
      }
      if (to - from > gapLength) {
        gap = from;
        gapLength = to - from;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == gap) {
        text.append("::");
        i += gapLength - 1;
      } else {
        text.append(text.isEmpty() || text.charAt(text.length() - 1) == ':' ? "" : ":");
        text.append(Integer.toHexString(word(bytes, i)));
      }
    }
    return text.toString();
  }

  private static int word(byte[] bytes, int index) {
    return (bytes[2 * index] & 255) << 8 | bytes[2 * index + 1] & 255;
  }

  private static Optional<byte[]> bytes(String text) {
    return text.indexOf(':') < 0 ? bytes4(text) : bytes6(text);
  }

  private static Optional<byte[]> bytes4(String text) {
    String[] parts = text.split("\\.", -1);
    byte[] bytes = new byte[4];
    for (int i = 0; i < parts.length; i++) {
      int value = number(parts[i], 10, 3);
      if (parts.length != 4 || value < 0 || value > 255) {
        return Optional.empty();
      }
      bytes[i] = (byte) value;
    }
    return Optional.of(bytes);
  }

  private static Optional<byte[]> bytes6(String text) {
    int gap = text.indexOf("::");
    String[] head = words(gap < 0 ? text : text.substring(0, gap));
    String[] tail = words(gap < 0 ? "" : text.substring(gap + 2));
    int given = head.length + tail.length;
    if (gap < 0 ? given != 8 : given > 7) {
      return Optional.empty();
    }
    byte[] bytes = new byte[16];
    for (int i = 0; i < given; i++) {
      int value = number(i < head.length ? head[i] : tail[i - head.length], 16, 4);
      if (value < 0) {
        return Optional.empty();
      }
      int at = i < head.length ? i : 8 - given + i;
      bytes[2 * at] = (byte) (value >> 8);
      bytes[2 * at + 1] = (byte) value;
    }
    return Optional.of(bytes);
  }

  private static String[] words(String part) {
    return part.isEmpty() ? new String[0] : part.split(":", -1);
  }

  /** A number of at most so many digits, or -1. */
  private static int number(String text, int radix, int most) {
    if (text.isEmpty() || text.length() > most) {
      return -1;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), radix) : -1;
      if (digit < 0) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }
}
