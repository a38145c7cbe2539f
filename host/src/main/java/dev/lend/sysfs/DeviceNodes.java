package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files below {@code /dev} that lead to PCI functions, by the kernel's own table of them
 * (kernel: {@code Documentation/ABI/stable/sysfs-devices}, {@code /sys/dev}). Block devices that
 * are not below their function, as those of NVMe multipath, are found with their disk.
 */
final class DeviceNodes {
  /**
   * A device file.
   *
   * @param name below {@code /dev}
   * @param number major:minor
   * @param alias a name that people know it by; else empty text
   */
  record Node(String name, String number, boolean block, String alias) {}

  private static final String BLOCK = "sys/class/block/";

  /** kernel: {@code Documentation/admin-guide/devices.txt}. */
  private static final String NVIDIA_MAJOR = "195:";

  /** Layers on layers; a capture may hold a circle. */
  private static final int MOST_NODES = 4096;

  private final KernelReader kernel;
  private final BlockLayers layers;

  DeviceNodes(KernelReader kernel) {
    this.kernel = kernel;
    this.layers = new BlockLayers(kernel, Facts.names(kernel, "sys/block"));
  }

  /** The character devices of these functions. */
  Map<PciAddress, List<Node>> characters(Set<PciAddress> wanted) {
    Map<PciAddress, List<Node>> nodes = new HashMap<>();
    for (String number : Facts.names(kernel, "sys/dev/char")) {
      if (kernel.link("sys/dev/char/" + number) instanceof Fact.Known<String>(String target)) {
        Optional<PciAddress> function = SysPath.function(target);
        String name = function.isPresent() && wanted.contains(function.get()) ? name(number) : "";
        if (function.isPresent() && !name.isEmpty()) {
          nodes
              .computeIfAbsent(function.get(), none -> new ArrayList<>())
              .add(new Node(name, number, false, ""));
        }
      }
    }
    for (PciAddress address : wanted) {
      nvidia(address)
          .ifPresent(node -> nodes.computeIfAbsent(address, none -> new ArrayList<>()).add(node));
    }
    return nodes;
  }

  /**
   * NVIDIA's own driver registers no devices with the kernel's model, so nothing below {@code
   * /sys/dev} leads to its cards; it says their numbers itself (open-gpu-kernel-modules: {@code
   * kernel-open/nvidia/nv-procfs.c}, {@code nv_procfs_read_gpu_info}).
   */
  private Optional<Node> nvidia(PciAddress address) {
    String text = kernel.read("proc/driver/nvidia/gpus/" + address + "/information").or("");
    for (String line : text.split("\n", -1)) {
      if (line.startsWith("Device Minor:")) {
        String minor = line.substring("Device Minor:".length()).strip();
        return SysPath.number(minor, 0, minor.length()) < 0
            ? Optional.empty()
            : Optional.of(new Node("nvidia" + minor, NVIDIA_MAJOR + minor, false, ""));
      }
    }
    return Optional.empty();
  }

  private String name(String number) {
    for (String line : kernel.read("sys/dev/char/" + number + "/uevent").or("").split("\n", -1)) {
      if (line.startsWith("DEVNAME=")) {
        return line.substring(8);
      }
    }
    return "";
  }

  /** A disk, its partitions, and all that is built on them. */
  List<Node> onDisk(String disk) {
    Map<String, Node> found = new java.util.LinkedHashMap<>();
    List<String> next = new ArrayList<>(List.of(disk));
    while (!next.isEmpty() && found.size() < MOST_NODES) {
      String name = next.removeFirst();
      if (found.containsKey(name)) {
        continue;
      }
      String directory = BLOCK + name;
      found.put(
          name,
          new Node(
              name.replace('!', '/'),
              kernel.read(directory + "/dev").or(""),
              true,
              name.startsWith("dm-") ? kernel.read(directory + "/dm/name").or("") : ""));
      for (String entry : Facts.names(kernel, directory)) {
        if (entry.startsWith(name) && kernel.exists(directory + "/" + entry + "/partition")) {
          next.add(entry);
        }
      }
      next.addAll(Facts.names(kernel, directory + "/holders"));
      next.addAll(layers.over(directory));
    }
    return List.copyOf(found.values());
  }
}
