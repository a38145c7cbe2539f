package dev.lend.sysfs;

import dev.lend.sysfs.FunctionSpec.Disk;

/** Disks behind a controller: what appears when its driver binds and goes when it is taken off. */
final class SimDisks {
  private final SimTree tree;

  SimDisks(SimTree tree) {
    this.tree = tree;
  }

  /** The disk appears behind the function whose driver is {@code driver}. */
  void add(SimDevice device, String driver, Disk disk) {
    String parent = parent(device, driver, disk);
    if (driver.equals("nvme")) {
      tree.link("sys/class/nvme/" + controller(disk), parent);
      tree.file(parent + "/state", "live\n");
    }
    block(parent + "/" + disk.name(), disk);
    tree.link(parent + "/" + disk.name() + "/device", SimTree.parent(parent));
    tree.link("sys/block/" + disk.name(), parent + "/" + disk.name());
  }

  void remove(SimDevice device, String driver, Disk disk) {
    String dir = parent(device, driver, disk);
    while (!SimTree.parent(dir).equals(device.dir)) {
      dir = SimTree.parent(dir);
    }
    tree.remove(dir);
    tree.remove("sys/block/" + disk.name());
    tree.remove("sys/class/block/" + disk.name());
    disk.parts().forEach(part -> tree.remove("sys/class/block/" + part.name()));
    tree.remove("sys/class/nvme/" + controller(disk));
  }

  private static String controller(Disk disk) {
    int namespace = disk.name().lastIndexOf('n');
    return namespace > 0 ? disk.name().substring(0, namespace) : disk.name();
  }

  private static String parent(SimDevice device, String driver, Disk disk) {
    return device.dir
        + switch (driver) {
          case "nvme" -> "/nvme/" + controller(disk);
          case "virtio-pci" -> "/virtio0/block";
          default -> "/host0/target0:2:0/0:2:0:0/block";
        };
  }

  private void block(String dir, Disk disk) {
    tree.file(dir + "/dev", disk.device() + "\n");
    tree.file(dir + "/size", disk.sectors() + "\n");
    tree.dir(dir + "/holders");
    tree.dir(dir + "/slaves");
    tree.link("sys/class/block/" + disk.name(), dir);
    tree.link("sys/dev/block/" + disk.device(), dir);
    int number = 0;
    for (Disk part : disk.parts()) {
      block(dir + "/" + part.name(), part);
      tree.file(dir + "/" + part.name() + "/partition", ++number + "\n");
    }
  }
}
