package dev.lend.sysfs;

import java.util.List;
import java.util.Optional;

/** Which libvirt is installed, by its library. */
public final class LibvirtRelease {
  private static final String NAME = "libvirt.so.0";

  private static final List<String> DIRECTORIES =
      List.of(
          "usr/lib/x86_64-linux-gnu",
          "usr/lib/aarch64-linux-gnu",
          "usr/lib64",
          "usr/lib",
          "usr/local/lib");

  private LibvirtRelease() {}

  /** The path of the library, without a leading slash; empty where there is none. */
  static Optional<String> library(KernelReader kernel) {
    for (String directory : DIRECTORIES) {
      Optional<String> target = kernel.link(directory + "/" + NAME).asOptional();
      if (target.isPresent()) {
        return Optional.of(directory + "/" + target.get());
      }
    }
    return Optional.empty();
  }

  /** {@code 11.3.0}; empty where it is not to be seen. */
  public static Optional<String> version(KernelReader kernel) {
    return library(kernel)
        .flatMap(path -> {
          int number = number(path);
          String last = path.substring(path.lastIndexOf('.') + 1);
          return number < 0
              ? Optional.empty()
              : Optional.of(number / 1000 + "." + number % 1000 + "." + last);
        });
  }

  /** True for one that runs the hooks of a folder as well: from 6.5.0 on (libvirt: docs/hooks). */
  public static boolean readsHookFolders(KernelReader kernel) {
    int number = library(kernel).map(LibvirtRelease::number).orElse(-1);
    return number < 0 || number >= 6005;
  }

  /**
   * libvirt 11.3.0 is {@code libvirt.so.0.11003.0}: a thousand times the major number plus the
   * minor one (libvirt: {@code meson.build}, so_version).
   */
  private static int number(String path) {
    int at = path.lastIndexOf(NAME + ".");
    if (at < 0) {
      return -1;
    }
    try {
      return Integer.parseInt(path.substring(at + NAME.length() + 1).split("\\.")[0]);
    } catch (NumberFormatException other) {
      return -1;
    }
  }
}
