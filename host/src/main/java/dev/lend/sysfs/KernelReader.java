package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What Lend may ask of a kernel: the reading half of the one narrow port to it. Paths start at the
 * root of the host and have no leading slash: {@code sys/bus/pci/devices}. Implementations never
 * leave that root and never throw for what a host may look like; they say it in the {@link Fact}.
 */
public interface KernelReader {
  /**
   * The text of a file, without line ends at its end. Bytes that are no UTF-8 are replaced, not
   * refused.
   */
  Fact<String> read(String path);

  /**
   * The bytes of a file as they are: configuration space, vital product data. Short where the
   * kernel shows less than there is (kernel: {@code drivers/pci/pci-sysfs.c}, {@code
   * pci_read_config}: 64 bytes without CAP_SYS_ADMIN). A kernel that holds text only keeps this
   * default.
   */
  default Fact<byte[]> bytes(String path) {
    return read(path).map(text -> text.getBytes(StandardCharsets.UTF_8));
  }

  /** The names in a directory, in no particular order. */
  Fact<List<String>> list(String path);

  /** The target of a symbolic link as it is stored, not resolved. */
  Fact<String> link(String path);

  /**
   * Where a path really leads: every symbolic link in it resolved, from the root and without a
   * leading slash. Absent where it leads nowhere, unreadable where it leads out of the root.
   */
  Fact<String> resolve(String path);

  /**
   * Which device a device file is, whatever it is called where: {@code b} or {@code c} for block or
   * character, a space, and major:minor (stat(2), {@code st_rdev}). Absent for other files, and
   * where the host is not the running one.
   */
  default Fact<String> deviceNumber(String path) {
    return Fact.absent();
  }

  /**
   * The kernel's log as far as it is kept, one record to a line, as {@code /dev/kmsg} gives it
   * (kernel: {@code Documentation/ABI/testing/dev-kmsg}). Absent where the host is not the running
   * one.
   */
  default Fact<List<String>> log() {
    return Fact.absent();
  }

  /** True where there is a file, directory or link that leads to one. */
  boolean exists(String path);
}
