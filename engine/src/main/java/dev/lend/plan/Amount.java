package dev.lend.plan;

/** Numbers as a person reads them. */
final class Amount {
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB"};

  private Amount() {}

  /** {@code 1 VF}, {@code 7 VFs}. */
  static String vfs(int count) {
    return count == 1 ? "1 VF" : count + " VFs";
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
