package dev.lend.sysfs;

import java.util.List;

/** Numbers in words that people read. */
final class Sizes {
  private static final List<String> UNITS = List.of("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB");

  private Sizes() {}

  /** A size in the largest binary unit that leaves no fraction: {@code 8 MiB}. */
  static String binary(long bytes) {
    long rest = bytes;
    int unit = 0;
    while (rest >= 1024 && rest % 1024 == 0 && unit < UNITS.size() - 1) {
      rest /= 1024;
      unit++;
    }
    return rest + " " + UNITS.get(unit);
  }

  /** A number and what it counts. */
  static String count(int number, String one, String several) {
    return number + " " + (number == 1 ? one : several);
  }
}
