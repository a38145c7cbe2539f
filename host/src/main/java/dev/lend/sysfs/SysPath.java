package dev.lend.sysfs;

import dev.lend.model.PciAddress;
import java.util.Optional;

/** What paths below {@code /sys/devices} say. */
final class SysPath {
  private SysPath() {}

  /** The last part of a path. */
  static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * The PCI function that a device hangs below: the last one in its path. {@code
   * ../devices/pci0000:00/0000:00:03.0/virtio0/net/eth0} hangs below {@code 0000:00:03.0}, and a
   * USB stick below its USB controller.
   */
  static Optional<PciAddress> function(String path) {
    int end = path.length();
    while (end > 0) {
      int slash = path.lastIndexOf('/', end - 1);
      Optional<PciAddress> address = address(path.substring(slash + 1, end));
      if (address.isPresent()) {
        return address;
      }
      end = slash;
    }
    return Optional.empty();
  }

  /** An address as the kernel writes it and no other way, so that it is also a file name. */
  static Optional<PciAddress> address(String name) {
    int end = name.length();
    if (end < 12
        || end > 16
        || name.charAt(end - 2) != '.'
        || name.charAt(end - 5) != ':'
        || name.charAt(end - 8) != ':'
        || end > 12 && name.charAt(0) == '0') {
      return Optional.empty();
    }
    long domain = lowerHex(name, 0, end - 8);
    long bus = lowerHex(name, end - 7, end - 5);
    long device = lowerHex(name, end - 4, end - 2);
    long function = lowerHex(name, end - 1, end);
    return domain < 0 || bus < 0 || device < 0 || device > 31 || function < 0 || function > 7
        ? Optional.empty()
        : Optional.of(new PciAddress((int) domain, (int) bus, (int) device, (int) function));
  }

  private static long lowerHex(String text, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        value = value << 4 | c - '0';
      } else if (c >= 'a' && c <= 'f') {
        value = value << 4 | c - 'a' + 10;
      } else {
        return -1;
      }
    }
    return value;
  }

  /** The decimal number that {@code text[from, to)} is, or -1. */
  static int number(String text, int from, int to) {
    if (to <= from || to - from > 9) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** The number after {@code prefix} in a name such as {@code virtfn12}, or -1. */
  static int numberAfter(String prefix, String name) {
    return name.startsWith(prefix) ? number(name, prefix.length(), name.length()) : -1;
  }

  /**
   * The hexadecimal number that {@code text[from, to)} is, with or without {@code 0x}, or -1. Up to
   * seven digits.
   */
  static int hex(String text, int from, int to) {
    int start = text.startsWith("0x", from) ? from + 2 : from;
    if (to <= start || to - start > 7) {
      return -1;
    }
    int value = 0;
    for (int i = start; i < to; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
