package dev.lend.sysfs;

import dev.lend.model.BlockDevice;
import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the disks and follows what is built on them up to mounts and swap. */
final class DiskReader {
  private static final String BLOCK = "sys/block";
  private static final String NVME = "sys/class/nvme";

  /** Layers on layers; a capture may hold a circle. */
  private static final int MOST_LAYERS = 16;

  private static final int SECTOR = 512;

  private final KernelReader kernel;
  private final Zfs zfs;
  private final Exports exports;
  private BlockLayers layers;

  DiskReader(KernelReader kernel) {
    this.kernel = kernel;
    this.zfs = new Zfs(kernel);
    this.exports = Exports.read(kernel);
    this.layers = new BlockLayers(kernel, List.of());
  }

  List<BlockDevice> read() {
    List<String> names = new ArrayList<>();
    for (String name : kernel.list(BLOCK).or(List.of())) {
      if (!idle(name)) {
        names.add(name);
      }
    }
    if (names.isEmpty()) {
      return List.of();
    }
    names.sort(null);
    Mounts mounts = Mounts.read(kernel);
    layers = new BlockLayers(kernel, names);
    Map<String, Set<PciAddress>> heads = nvmeHeads();
    List<BlockDevice> disks = new ArrayList<>();
    for (String name : names) {
      String path = kernel.link(BLOCK + "/" + name).or("");
      if (isPathOfHead(name) || isLayer(name, path)) {
        continue;
      }
      Set<PciAddress> functions = new LinkedHashSet<>(heads.getOrDefault(name, Set.of()));
      if (functions.isEmpty()) {
        functions.addAll(owners(name, path));
      }
      disk(name, functions, mounts, disks);
    }
    return disks;
  }

  private void disk(
      String name, Set<PciAddress> functions, Mounts mounts, List<BlockDevice> disks) {
    String sectors = kernel.read(BLOCK + "/" + name + "/size").or("");
    long bytes = SECTOR * Math.max(0, size(sectors));
    List<BlockDevice.Use> uses = new ArrayList<>();
    for (String node : withPartitions(name)) {
      List<String> via = node.equals(name) ? List.of() : List.of(node);
      uses(name, node, via, mounts, uses);
    }
    if (functions.isEmpty()) {
      disks.add(new BlockDevice(name, Optional.empty(), bytes, uses));
    }
    for (PciAddress function : functions) {
      disks.add(new BlockDevice(name, Optional.of(function), bytes, uses));
    }
  }

  private static long size(String sectors) {
    try {
      return Math.min(Long.parseLong(sectors), Long.MAX_VALUE / SECTOR);
    } catch (NumberFormatException none) {
      return 0;
    }
  }

  /** Built on other block devices: found from these. */
  private boolean isLayer(String name, String path) {
    return path.contains("/virtual/")
        && !kernel.list(BLOCK + "/" + name + "/slaves").or(List.of()).isEmpty();
  }

  /** Devices of the kernel's own that nobody has set up: loop0 to loop7, ram0, zram0, dm-0. */
  private boolean idle(String name) {
    String directory = BLOCK + "/" + name;
    if (SysPath.numberAfter("loop", name) >= 0) {
      return !kernel.exists(directory + "/loop/backing_file");
    }
    if (SysPath.numberAfter("ram", name) >= 0 || SysPath.numberAfter("zram", name) >= 0) {
      return true;
    }
    return SysPath.numberAfter("nbd", name) >= 0
        && kernel.read(directory + "/size").or("0").equals("0");
  }

  /** {@code nvme0c1n1}: one path to the namespace {@code nvme0n1}, hidden from users. */
  private static boolean isPathOfHead(String name) {
    return !headOf(name).isEmpty();
  }

  /** {@code nvme0n1} for {@code nvme0c1n1} (kernel: {@code drivers/nvme/host/multipath.c}). */
  private static String headOf(String name) {
    int c = name.indexOf('c');
    int n = name.lastIndexOf('n');
    return name.startsWith("nvme")
            && c > 4
            && n > c
            && SysPath.number(name, 4, c) >= 0
            && SysPath.number(name, c + 1, n) >= 0
            && SysPath.number(name, n + 1, name.length()) >= 0
        ? name.substring(0, c) + name.substring(n)
        : "";
  }

  /**
   * Namespaces by the controllers that lead to them. With NVMe multipath, which is the default, a
   * namespace hangs below a virtual subsystem and no path leads to its function.
   */
  private Map<String, Set<PciAddress>> nvmeHeads() {
    Map<String, Set<PciAddress>> heads = new HashMap<>();
    for (String controller : kernel.list(NVME).or(List.of())) {
      String directory = NVME + "/" + controller;
      Optional<PciAddress> function = SysPath.function(kernel.link(directory).or(""));
      if (function.isEmpty()) {
        function = SysPath.function(kernel.resolve(directory + "/device").or(""));
      }
      if (function.isEmpty()) {
        continue;
      }
      for (String entry : kernel.list(directory).or(List.of())) {
        String head = headOf(entry);
        if (!head.isEmpty()) {
          heads.computeIfAbsent(head, none -> new TreeSet<>()).add(function.get());
        }
      }
    }
    return heads;
  }

  /** The functions behind a disk by its own path, or by the controllers of its NVMe subsystem. */
  private Set<PciAddress> owners(String name, String path) {
    Set<PciAddress> owners = new TreeSet<>();
    Optional<PciAddress> own = SysPath.function(path);
    if (own.isEmpty() && kernel.exists(BLOCK + "/" + name + "/device")) {
      own = SysPath.function(kernel.resolve(BLOCK + "/" + name + "/device").or(""));
    }
    if (own.isPresent()) {
      owners.add(own.get());
    } else if (path.contains("/nvme-subsystem/")) {
      String subsystem =
          "sys/class/nvme-subsystem/" + SysPath.name(path.substring(0, path.lastIndexOf('/')));
      for (String entry : kernel.list(subsystem).or(List.of())) {
        if (SysPath.numberAfter("nvme", entry) >= 0) {
          Optional<PciAddress> function =
              SysPath.function(kernel.resolve(subsystem + "/" + entry).or(""));
          if (function.isPresent()) {
            owners.add(function.get());
          }
        }
      }
    }
    return owners;
  }

  /** The disk, then its partitions. */
  private List<String> withPartitions(String name) {
    List<String> nodes = new ArrayList<>();
    for (String entry : kernel.list(BLOCK + "/" + name).or(List.of())) {
      if (entry.startsWith(name)
          && kernel.exists(BLOCK + "/" + name + "/" + entry + "/partition")) {
        nodes.add(entry);
      }
    }
    nodes.sort((a, b) -> a.length() != b.length() ? a.length() - b.length() : a.compareTo(b));
    nodes.addFirst(name);
    return nodes;
  }

  private void uses(
      String disk, String node, List<String> via, Mounts mounts, List<BlockDevice.Use> uses) {
    String directory = BLOCK + "/" + (disk.equals(node) ? node : disk + "/" + node);
    String number = kernel.read(directory + "/dev").or("");
    String mapped = mapped(node);
    for (String point : mounts.of(number, node, mapped)) {
      uses.add(new BlockDevice.Use(via, new BlockDevice.Mounted(point)));
    }
    if (mounts.swapsOn(node, mapped)) {
      uses.add(new BlockDevice.Use(via, new BlockDevice.Swap()));
    }
    for (String target : exports.of(node)) {
      uses.add(new BlockDevice.Use(via, new BlockDevice.Served(target)));
    }
    Optional<String> pool = zfs.pool(number);
    if (pool.isPresent()) {
      List<String> points = mounts.ofZfs(pool.get());
      for (String point : points) {
        uses.add(new BlockDevice.Use(via, new BlockDevice.Mounted(point)));
      }
      if (points.isEmpty()) {
        uses.add(new BlockDevice.Use(via, new BlockDevice.Layer("the ZFS pool " + pool.get())));
      }
    }
    List<String> holders = new ArrayList<>(kernel.list(directory + "/holders").or(List.of()));
    holders.addAll(layers.over(directory));
    holders.sort(null);
    for (String holder : holders) {
      layer(holder, via, mounts, uses);
    }
  }

  /** The name that the device mapper gave it; empty text for any other device. */
  private String mapped(String name) {
    return name.startsWith("dm-") ? kernel.read(BLOCK + "/" + name + "/dm/name").or("") : "";
  }

  private void layer(String holder, List<String> below, Mounts mounts, List<BlockDevice.Use> uses) {
    if (below.size() >= MOST_LAYERS || below.contains(holder)) {
      return;
    }
    List<String> via = new ArrayList<>(below);
    via.add(holder);
    int before = uses.size();
    for (String node : withPartitions(holder)) {
      List<String> chain = via;
      if (!node.equals(holder)) {
        chain = new ArrayList<>(via);
        chain.add(node);
      }
      uses(holder, node, chain, mounts, uses);
    }
    if (uses.size() == before) {
      String mapped = mapped(holder);
      uses.add(
          new BlockDevice.Use(below, new BlockDevice.Layer(mapped.isEmpty() ? holder : mapped)));
    }
  }
}
