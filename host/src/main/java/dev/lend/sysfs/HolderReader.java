package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.VfioHolder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Finds the processes that have a VFIO group or device open, by the links in {@code /proc/PID/fd}.
 */
final class HolderReader {
  private static final String GROUP = "/dev/vfio/";
  private static final String DEVICE = "/dev/vfio/devices/";

  private final KernelReader kernel;
  private final SortedMap<PciAddress, PciFunction> functions;
  private final List<VfioHolder> holders = new ArrayList<>();

  HolderReader(KernelReader kernel, SortedMap<PciAddress, PciFunction> functions) {
    this.kernel = kernel;
    this.functions = functions;
  }

  List<VfioHolder> read() {
    if (!anyOnVfio()) {
      return List.of();
    }
    for (String pid : kernel.list("proc").or(List.of())) {
      int number = SysPath.number(pid, 0, pid.length());
      if (number > 0) {
        process(number, "proc/" + pid);
      }
    }
    holders.sort(
        (a, b) -> a.group() != b.group() ? a.group() - b.group() : Long.compare(a.pid(), b.pid()));
    return holders;
  }

  /**
   * Nobody can hold a group of which no function is on a VFIO driver: {@code vfio-pci}, or one made
   * for a device, such as {@code mlx5_vfio_pci}.
   */
  private boolean anyOnVfio() {
    for (PciFunction function : functions.values()) {
      if (function.driver().isPresent() && function.driver().get().contains("vfio")) {
        return true;
      }
    }
    return false;
  }

  private void process(int pid, String directory) {
    Set<Integer> groups = new HashSet<>();
    for (String fd : kernel.list(directory + "/fd").or(List.of())) {
      if (kernel.link(directory + "/fd/" + fd) instanceof Fact.Known<String>(String target)
          && target.startsWith(GROUP)) {
        int group = group(target);
        if (group >= 0) {
          groups.add(group);
        }
      }
    }
    if (groups.isEmpty()) {
      return;
    }
    String command = kernel.read(directory + "/comm").or("?");
    Optional<String> name = guestName(kernel.read(directory + "/cmdline").or(""));
    for (int group : groups) {
      holders.add(new VfioHolder(group, pid, command, name));
    }
  }

  /** {@code /dev/vfio/7}, {@code /dev/vfio/noiommu-7}, or {@code /dev/vfio/devices/vfio3}. */
  private int group(String target) {
    if (!target.startsWith(DEVICE)) {
      String name = SysPath.name(target);
      return Math.max(SysPath.numberAfter("", name), SysPath.numberAfter("noiommu-", name));
    }
    String link = kernel.link("sys/class/vfio-dev/" + SysPath.name(target)).or("");
    Optional<PciAddress> address = SysPath.function(link);
    PciFunction function = address.isPresent() ? functions.get(address.get()) : null;
    return function == null ? -1 : function.group().or(-1);
  }

  /** QEMU's {@code -name web1} or {@code -name guest=web1,debug-threads=on} (qemu(1)). */
  static Optional<String> guestName(String commandLine) {
    String[] words = commandLine.split("\0", -1);
    for (int i = 0; i + 1 < words.length; i++) {
      if (words[i].equals("-name") || words[i].equals("--name")) {
        for (String part : words[i + 1].split(",", -1)) {
          if (part.startsWith("guest=")) {
            return Optional.of(part.substring(6));
          }
          if (!part.contains("=") && !part.isEmpty()) {
            return Optional.of(part);
          }
        }
      }
    }
    return Optional.empty();
  }
}
