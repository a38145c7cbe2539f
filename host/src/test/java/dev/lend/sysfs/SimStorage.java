package dev.lend.sysfs;

import java.util.ArrayList;
import java.util.List;

/** What a host has built on its disks: device mapper layers, mounts, swap. */
final class SimStorage {
  record Mount(String block, String at) {}

  record Layer(String name, String label, String under) {}

  final List<Mount> mounts = new ArrayList<>();
  final List<String> swaps = new ArrayList<>();
  final List<Layer> layers = new ArrayList<>();

  /** Writes it into the files that tell of it. */
  void put(SimTree tree) {
    int minor = 0;
    for (Layer layer : layers) {
      String under = tree.canonical("sys/class/block/" + layer.under).orElseThrow();
      String dir = "sys/devices/virtual/block/" + layer.name;
      tree.file(dir + "/dev", "253:" + minor + "\n");
      tree.file(dir + "/size", "2048\n");
      tree.file(dir + "/dm/name", layer.label + "\n");
      tree.dir(dir + "/holders");
      tree.link(dir + "/slaves/" + layer.under, under);
      tree.link(under + "/holders/" + layer.name, dir);
      tree.link("sys/block/" + layer.name, dir);
      tree.link("sys/class/block/" + layer.name, dir);
      tree.link("sys/dev/block/253:" + minor++, dir);
    }
    StringBuilder mountinfo = new StringBuilder("24 31 0:22 / /proc rw,relatime - proc proc rw\n");
    int id = 40;
    for (Mount mount : mounts) {
      mountinfo.append(id++).append(" 1 ");
      mountinfo.append(tree.read("sys/class/block/" + mount.block + "/dev").or("0:0"));
      mountinfo.append(" / ").append(mount.at).append(" rw,relatime shared:1 - ext4 /dev/");
      mountinfo.append(mount.block).append(" rw\n");
    }
    tree.file("proc/self/mountinfo", mountinfo.toString());
    StringBuilder lines = new StringBuilder("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n");
    for (String swap : swaps) {
      lines
          .append("/dev/")
          .append(swap)
          .append("                          partition\t1024\t0\t-2\n");
    }
    tree.file("proc/swaps", lines.toString());
  }
}
