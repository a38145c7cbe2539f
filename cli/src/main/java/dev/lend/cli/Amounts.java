package dev.lend.cli;

/** Sizes as people read them. */
final class Amounts {
  private static final String[] BINARY = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final String[] DECIMAL = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Amounts() {}

  /** A size that is a power of two, exactly: {@code 16 KiB}. */
  static String binary(long bytes) {
    int unit = 0;
    long rest = bytes;
    while (rest >= 1024 && rest % 1024 == 0 && unit < BINARY.length - 1) {
      rest /= 1024;
      unit++;
    }
    return rest + " " + BINARY[unit];
  }

  /** A disk's size as it is sold, with three digits at least: {@code 1.92 TB}. */
  static String decimal(long bytes) {
    int unit = 0;
    long scale = 1;
    while (bytes / scale >= 1000 && unit < DECIMAL.length - 1) {
      scale *= 1000;
      unit++;
    }
    long whole = bytes / scale;
    if (whole >= 100 || unit == 0) {
      return whole + " " + DECIMAL[unit];
    }
    long hundredths = bytes % scale * 100 / Math.max(scale, 1);
    String fraction =
        whole >= 10 ? "" + hundredths / 10 : Long.toString(100 + hundredths).substring(1);
    return whole + "." + fraction + " " + DECIMAL[unit];
  }
}
