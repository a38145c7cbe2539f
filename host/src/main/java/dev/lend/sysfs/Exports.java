package dev.lend.sysfs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Block devices that the kernel itself gives to other machines: no process has them open, and no
 * other device stands on them.
 */
final class Exports {
  private static final String TARGETS = "sys/kernel/config/target/core";
  private static final String NVME = "sys/kernel/config/nvmet/subsystems";

  private final KernelReader kernel;
  private final Map<String, List<String>> byName = new HashMap<>();

  private Exports(KernelReader kernel) {
    this.kernel = kernel;
  }

  static Exports read(KernelReader kernel) {
    Exports exports = new Exports(kernel);
    exports.targets();
    exports.subsystems();
    return exports;
  }

  /**
   * What a device is to other machines.
   *
   * @param name as {@code /sys/block} calls it
   */
  List<String> of(String name) {
    return byName.isEmpty() ? List.of() : byName.getOrDefault(name.replace('!', '/'), List.of());
  }

  /**
   * Backstores of the kernel's SCSI target (LIO), whatever carries it: iSCSI, Fibre Channel
   * (kernel: {@code drivers/target/target_core_configfs.c}, attributes {@code udev_path} and {@code
   * enable}).
   */
  private void targets() {
    for (String kind : Facts.names(kernel, TARGETS)) {
      for (String name : Facts.names(kernel, TARGETS + "/" + kind)) {
        String directory = TARGETS + "/" + kind + "/" + name;
        if (kernel.read(directory + "/enable").or("").equals("1")) {
          add(kernel.read(directory + "/udev_path").or(""), "the SCSI target " + name);
        }
      }
    }
  }

  /** kernel: {@code drivers/nvme/target/configfs.c}. */
  private void subsystems() {
    for (String name : Facts.names(kernel, NVME)) {
      String spaces = NVME + "/" + name + "/namespaces";
      for (String number : Facts.names(kernel, spaces)) {
        String directory = spaces + "/" + number;
        if (kernel.read(directory + "/enable").or("").equals("1")) {
          add(kernel.read(directory + "/device_path").or(""), "the NVMe subsystem " + name);
        }
      }
    }
  }

  private void add(String path, String target) {
    if (path.startsWith("/dev/")) {
      String real = kernel.resolve(path.substring(1)).or(path.substring(1));
      byName
          .computeIfAbsent(real.substring("dev/".length()), none -> new ArrayList<>(1))
          .add(target);
    }
  }
}
