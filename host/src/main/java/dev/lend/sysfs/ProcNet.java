package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.Optional;

/** How the files of {@code /proc/net} write addresses and numbers. */
final class ProcNet {
  private ProcNet() {}

  /** {@code /proc/net} is a link to {@code self/net}, which a capture need not have. */
  static String file(KernelReader kernel, String name) {
    return kernel.read("proc/net/" + name) instanceof Fact.Known<String>(String text)
        ? text
        : kernel.read("proc/1/net/" + name).or("");
  }

  /** The words of a line. No pattern: compiling one costs more than reading all these files. */
  static String[] fields(String line) {
    return Facts.words(line).toArray(new String[0]);
  }

  /**
   * Addresses in {@code /proc/net/route} are words of network order, printed in the byte order of
   * the machine. It shows in the masks: a mask is ones from the top, so that one which is none as
   * it stands was printed by a little-endian machine. Nearly all are.
   */
  static boolean littleEndian(String route) {
    for (String line : route.split("\n", -1)) {
      String[] field = fields(line);
      long mask = field.length < 8 ? -1 : word(field[7], false);
      if (mask > 0 && mask != 0xffffffffL) {
        int inverse = ~(int) mask;
        return (inverse & inverse + 1) != 0;
      }
    }
    return true;
  }

  /** A hexadecimal word of up to 32 bits, or -1. */
  static long word(String hex, boolean swapped) {
    if (hex.isEmpty() || hex.length() > 8) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < hex.length(); i++) {
      int digit = Character.digit(hex.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return swapped ? Integer.toUnsignedLong(Integer.reverseBytes((int) value)) : value;
  }

  /** An IPv4 address as a word of network order, or -1. */
  static long dotted(String text) {
    long value = 0;
    int start = 0;
    for (int part = 0; part < 4; part++) {
      int end = part < 3 ? text.indexOf('.', start) : text.length();
      int number = SysPath.number(text, start, end);
      if (number < 0 || number > 255) {
        return -1;
      }
      value = value << 8 | number;
      start = end + 1;
    }
    return value;
  }

  static String dotted(int address) {
    return (address >>> 24)
        + "."
        + (address >> 16 & 0xff)
        + "."
        + (address >> 8 & 0xff)
        + "."
        + (address & 0xff);
  }

  /**
   * 32 hexadecimal digits as people write an IPv6 address; empty text where they are none. RFC
   * 5952, section 4: the longest run of zero groups, the first of equals, becomes "::".
   */
  static String colons(String hex) {
    int[] groups = new int[8];
    for (int i = 0; i < 8; i++) {
      groups[i] = hex.length() == 32 ? SysPath.hex(hex, 4 * i, 4 * i + 4) : -1;
      if (groups[i] < 0) {
        return "";
      }
    }
    int from = 8;
    int run = 1;
    for (int i = 0; i < 8; i++) {
      int end = i;
      while (end < 8 && groups[end] == 0) {
        end++;
      }
      if (end - i > run) {
        from = i;
        run = end - i;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 8; i++) {
      if (i == from) {
        text.append("::");
        i += run - 1;
        continue;
      }
      if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
        text.append(':');
      }
      text.append(Integer.toHexString(groups[i]));
    }
    return text.toString();
  }

  /**
   * The bytes of an address as people and sshd write it, 4 or 16; an IPv4 address inside an IPv6
   * one (RFC 4291, section 2.5.5.2) counts as itself. Empty where it is no address.
   */
  static Optional<byte[]> bytes(String text) {
    int zone = text.indexOf('%');
    String bare = zone < 0 ? text : text.substring(0, zone);
    if (bare.startsWith("::ffff:") && bare.indexOf('.') > 0) {
      bare = bare.substring(7);
    }
    long four = dotted(bare);
    if (four >= 0) {
      return Optional.of(bytes4((int) four));
    }
    int gap = bare.indexOf("::");
    String head = gap < 0 ? bare : bare.substring(0, gap);
    String tail = gap < 0 ? "" : bare.substring(gap + 2);
    byte[] address = new byte[16];
    int before = groups(head, address, 0);
    byte[] end = new byte[16];
    int after = groups(tail, end, 0);
    if (before < 0 || after < 0 || before + after > 16 || gap < 0 && before != 16) {
      return Optional.empty();
    }
    System.arraycopy(end, 0, address, 16 - after, after);
    return Optional.of(address);
  }

  static byte[] bytes4(int address) {
    return new byte[] {
      (byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
    };
  }

  /** Writes groups of four digits, and gives how many bytes they are, or -1. */
  private static int groups(String text, byte[] into, int start) {
    int at = start;
    if (text.isEmpty()) {
      return 0;
    }
    for (String group : text.split(":", -1)) {
      int value = group.length() > 4 ? -1 : SysPath.hex(group, 0, group.length());
      if (value < 0 || at > 14) {
        return -1;
      }
      into[at++] = (byte) (value >> 8);
      into[at++] = (byte) value;
    }
    return at - start;
  }
}
