package dev.lend.cli;

import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.PciIndex;
import dev.lend.sysfs.PciNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes the small host that {@link Train} trains with. A program of its own: what Java loads while
 * it trains, it loads at each start from then on.
 */
final class TrainHost {
  static final String PF = "0000:01:00.0";
  static final String VF = "0000:01:10.0";

  private TrainHost() {}

  /**
   * Makes the host.
   *
   * @param args the folder to make it in; then where to write an index of this machine's names of
   *     devices, if anywhere
   */
  public static void main(String[] args) throws IOException {
    make(Path.of(args[0]));
    if (args.length > 1) {
      index(Path.of(args[1]));
    }
  }

  private static void index(Path target) {
    for (String list : PciNames.PLACES) {
      try {
        PciIndex.write(new FileKernel(Path.of("/")), list, target);
        return;
      } catch (IOException none) {
        continue;
      }
    }
  }

  /** A PF with an interface, and a VF of it: enough to go through every part of the reading. */
  static void make(Path root) throws IOException {
    function(root, PF, "ice", 0);
    function(root, VF, "vfio-pci", 1);
    function(root, Rehearsal.NIC, Rehearsal.DRIVER, 2);
    String net = Rehearsal.NIC + "/net/" + FolderNet.NAME;
    file(root, "sys/devices/pci0000:00/" + net + "/address", FolderNet.MAC);
    link(root, "sys/class/net/" + FolderNet.NAME, "../../devices/pci0000:00/" + net);
    Path devices = root.resolve("sys/devices/pci0000:00");
    file(root, "sys/devices/pci0000:00/" + PF + "/sriov_totalvfs", "1");
    file(root, "sys/devices/pci0000:00/" + PF + "/net/eth1/address", "02:00:00:00:00:01");
    file(root, "sys/devices/pci0000:00/" + PF + "/net/eth1/flags", "0x1003");
    link(root, "sys/class/net/eth1", "../../devices/pci0000:00/" + PF + "/net/eth1");
    file(root, "sys/devices/system/node/node0/cpulist", "0");
    file(root, "sys/devices/system/node/node1/cpulist", "1");
    file(root, "proc/net/route", "Iface\tDestination\tGateway\neth1\t00000000\t0100000A\t0003");
    Files.createSymbolicLink(devices.resolve(PF + "/virtfn0"), Path.of("../" + VF));
    Files.createSymbolicLink(devices.resolve(VF + "/physfn"), Path.of("../" + PF));
  }

  private static void function(Path root, String address, String driver, int group)
      throws IOException {
    String directory = "sys/devices/pci0000:00/" + address;
    file(
        root,
        directory + "/uevent",
        "DRIVER="
            + driver
            + "\nPCI_CLASS=20000\nPCI_ID=8086:1592\nPCI_SUBSYS_ID=8086:0001\nPCI_SLOT_NAME="
            + address);
    file(root, directory + "/numa_node", "0");
    file(root, directory + "/driver_override", "(null)");
    link(root, "sys/bus/pci/devices/" + address, "../../../devices/pci0000:00/" + address);
    link(root, directory + "/driver", "../../../bus/pci/drivers/" + driver);
    link(root, directory + "/iommu_group", "../../../kernel/iommu_groups/" + group);
    link(
        root,
        "sys/kernel/iommu_groups/" + group + "/devices/" + address,
        "../../../../devices/pci0000:00/" + address);
    Files.createDirectories(root.resolve("sys/bus/pci/drivers/" + driver));
  }

  private static void file(Path root, String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  private static void link(Path root, String path, String target) throws IOException {
    Path link = root.resolve(path);
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, Path.of(target));
  }
}
