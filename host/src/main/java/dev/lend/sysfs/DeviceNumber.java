package dev.lend.sysfs;

import java.util.Optional;

/** The number of a device file as stat(2) has it, in words. */
final class DeviceNumber {
  private static final int TYPE = 0xf000;
  private static final int BLOCK = 0x6000;
  private static final int CHARACTER = 0x2000;

  private DeviceNumber() {}

  /**
   * The text that {@link KernelReader#deviceNumber} gives; empty where it is no device file.
   *
   * @param mode {@code st_mode} (inode(7))
   * @param rdev {@code st_rdev} as glibc packs it ({@code bits/sysmacros.h})
   */
  static Optional<String> text(int mode, long rdev) {
    int type = mode & TYPE;
    if (type != BLOCK && type != CHARACTER) {
      return Optional.empty();
    }
    long major = rdev >>> 8 & 0xfff | rdev >>> 32 & 0xffff_f000L;
    long minor = rdev & 0xff | rdev >>> 12 & 0xffff_ff00L;
    return Optional.of(of(type == BLOCK, major + ":" + minor));
  }

  /**
   * The same of a device that is known by its numbers.
   *
   * @param number major:minor
   */
  static String of(boolean block, String number) {
    return (block ? "b " : "c ") + number;
  }
}
