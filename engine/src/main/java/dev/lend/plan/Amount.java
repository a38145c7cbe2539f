package dev.lend.plan;

/** Numbers as a person reads them. */
final class Amount {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Amount() {}

  /** {@code 1 VF}, {@code 7 VFs}. */
  static String vfs(int count) {
    return count == 1 ? "1 VF" : count + " VFs";
  }

  /** Bytes in the largest unit that there is one of, to a tenth: {@code 3.7 GiB}. */
  static String about(long bytes) {
    int unit = 0;
    long tenths = bytes * 10;
    while (unit < UNITS.length - 1 && tenths >= 10_240) {
      tenths /= 1024;
      unit++;
    }
    return tenths / 10 + (tenths % 10 == 0 ? "" : "." + tenths % 10) + " " + UNITS[unit];
  }

  /** Bytes in the largest unit that leaves no rest. */
  static String bytes(long bytes) {
    int unit = 0;
    long value = bytes;
    while (unit < UNITS.length - 1 && value >= 1024 && value % 1024 == 0) {
      value /= 1024;
      unit++;
    }
    return value + " " + UNITS[unit];
  }
}
