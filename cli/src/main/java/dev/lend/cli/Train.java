package dev.lend.cli;

import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.PciIndex;
import dev.lend.sysfs.PciNames;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Runs the common commands in one go, so that the AOT cache that Java makes from such a run (JEP
 * 514) knows their classes. Not a command: the launcher starts it when it prepares a fast start.
 */
final class Train {
  private static final String PF = "0000:01:00.0";
  private static final String VF = "0000:01:10.0";

  /** What only reads: this runs on a real host. ROOT is a small made-up host. */
  private static final List<List<String>> LISTING =
      List.of(
          List.of("list"),
          List.of("list", "--root", "ROOT"),
          List.of("list", "--json", "--root", "ROOT"),
          List.of("tree", "--root", "ROOT"));

  private static final List<List<String>> LOOKING =
      List.of(
          List.of("show", PF, "--root", "ROOT"),
          List.of("show", VF, "--json", "--root", "ROOT"),
          List.of("check", "--root", "ROOT"),
          List.of("check", VF, "--root", "ROOT"),
          List.of("status"));

  /** What needs picocli. */
  private static final List<List<String>> GRAMMAR =
      List.of(
          List.of("--help"),
          List.of("list", "--help"),
          List.of("explain", "group 1 is not viable"),
          List.of("no-such-command"),
          List.of("list", "--no-such-option"),
          List.of("vf", "list"));

  private Train() {}

  /**
   * Makes Java load what commands need.
   *
   * @param args {@code list} for list and tree, {@code look} for all that only reads, else
   *     everything: a cache with less in it starts faster; then where to write an index of this
   *     machine's names, if anywhere
   */
  public static void main(String[] args) throws IOException {
    Path root = Files.createTempDirectory("lend-train");
    try {
      makeHost(root);
      PrintStream nowhere =
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
      Context context = new Context(nowhere, nowhere, false, System.getenv());
      String kind = args.length == 0 ? "" : args[0];
      play(LISTING, root, context);
      if (!kind.equals("list")) {
        play(LOOKING, root, context);
      }
      if (!kind.equals("list") && !kind.equals("look")) {
        play(GRAMMAR, root, context);
        new Rehearsal(root, context).play();
      }
    } finally {
      delete(root);
    }
    if (args.length > 1) {
      index(Path.of(args[1]));
    }
    // Once more the way that it is started, which does not come back.
    Main.main(new String[] {"list"});
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

  private static void play(List<List<String>> lines, Path root, Context context) {
    for (List<String> line : lines) {
      List<String> command = new ArrayList<>(line);
      Collections.replaceAll(command, "ROOT", root.toString());
      Cli.run(command, context);
    }
  }

  /** A PF with an interface, and a VF of it: enough to go through every part of the reading. */
  static void makeHost(Path root) throws IOException {
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

  private static void delete(Path root) throws IOException {
    try (var all = Files.walk(root)) {
      for (Path file : all.sorted(Collections.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
