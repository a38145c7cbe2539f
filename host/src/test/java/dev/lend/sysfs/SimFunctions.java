package dev.lend.sysfs;

import dev.lend.model.Hex;
import dev.lend.sysfs.SimTree.Access;
import dev.lend.sysfs.SimTree.Hook;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Puts PCI functions into sysfs and takes them out (kernel: {@code drivers/pci/pci-sysfs.c}, {@code
 * drivers/pci/remove.c}, {@code drivers/iommu/iommu.c}).
 */
final class SimFunctions {
  static final String DEVICES = "sys/bus/pci/devices/";
  static final String GROUPS = "sys/kernel/iommu_groups/";

  private final SimState state;
  private final SimTree tree;

  SimFunctions(SimState state) {
    this.state = state;
    this.tree = state.tree;
  }

  /** Adds a function with no driver. */
  SimDevice add(FunctionSpec spec, Optional<String> pf, int vfIndex) {
    String above =
        state.device(spec.under()).map(d -> d.dir).orElse("sys/devices/pci" + rootBus(spec));
    int group = spec.group() == FunctionSpec.LOWEST_FREE ? state.lowestFreeGroup() : spec.group();
    SimDevice device = new SimDevice(spec, above + "/" + spec.address(), pf, vfIndex, group);
    state.devices.put(spec.address(), device);
    attributes(device);
    tree.link(DEVICES + spec.address(), device.dir);
    tree.link(device.dir + "/subsystem", "sys/bus/pci");
    if (group >= 0) {
      state.groups.add(group);
      String dir = GROUPS + group;
      tree.attribute(dir + "/type", "DMA-FQ\n", Access.READ_WRITE, Hook.PLAIN, "");
      tree.file(dir + "/reserved_regions", "0x00000000fee00000 0x00000000feefffff msi\n");
      tree.link(dir + "/devices/" + spec.address(), device.dir);
      tree.link(device.dir + "/iommu_group", dir);
    }
    return device;
  }

  private static String rootBus(FunctionSpec spec) {
    return spec.address().substring(0, spec.address().indexOf(':')) + ":00";
  }

  private void attributes(SimDevice device) {
    FunctionSpec spec = device.spec;
    String dir = device.dir + "/";
    tree.file(dir + "class", "0x" + Hex.digits(spec.pciClass(), 6) + "\n");
    tree.file(dir + "vendor", hex4(spec.id().vendor()));
    tree.file(dir + "device", hex4(spec.id().device()));
    tree.file(dir + "subsystem_vendor", hex4(spec.subsystem().vendor()));
    tree.file(dir + "subsystem_device", hex4(spec.subsystem().device()));
    tree.file(dir + "revision", "0x" + Hex.digits(spec.revision(), 2) + "\n");
    String none = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
    tree.file(
        dir + "resource",
        spec.bridge() ? none : "0x00000000fe800000 0x00000000fe81ffff 0x0000000000040200\n" + none);
    own(device, "numa_node", spec.numaNode() + "\n", Access.READ_WRITE, Hook.PLAIN);
    own(device, "enable", "0\n", Access.READ_WRITE, Hook.PLAIN);
    own(device, "config", "", Access.READ, Hook.CONFIG);
    own(device, "driver_override", "(null)\n", Access.READ_WRITE, Hook.OVERRIDE);
    if (device.pf.isEmpty()) {
      own(device, "remove", "", Access.WRITE, Hook.REMOVE);
    }
    if (!spec.resets().isEmpty()) {
      own(device, "reset", "", Access.WRITE, Hook.RESET);
      own(device, "reset_method", spec.resets() + "\n", Access.READ_WRITE, Hook.RESET_METHOD);
    }
    if (spec.sriov().isPresent()) {
      FunctionSpec.Sriov sriov = spec.sriov().get();
      tree.file(dir + "sriov_totalvfs", sriov.total() + "\n");
      tree.file(dir + "sriov_offset", sriov.offset() + "\n");
      tree.file(dir + "sriov_stride", sriov.stride() + "\n");
      tree.file(dir + "sriov_vf_device", Hex.digits(sriov.vf().device(), 1) + "\n");
      own(device, "sriov_numvfs", "0\n", Access.READ_WRITE, Hook.NUMVFS);
      own(device, "sriov_drivers_autoprobe", "1\n", Access.READ_WRITE, Hook.AUTOPROBE);
    }
    uevent(device);
  }

  private void own(SimDevice device, String name, String text, Access access, Hook hook) {
    tree.attribute(device.dir + "/" + name, text, access, hook, device.address());
  }

  private static String hex4(int value) {
    return "0x" + Hex.digits(value, 4) + "\n";
  }

  /** The text of {@code uevent}, which names the driver first ({@code dev_uevent}). */
  void uevent(SimDevice device) {
    FunctionSpec spec = device.spec;
    String id = upper(spec.id().vendor()) + ":" + upper(spec.id().device());
    String subsystem = upper(spec.subsystem().vendor()) + ":" + upper(spec.subsystem().device());
    tree.attribute(
        device.dir + "/uevent",
        device.driver.map(name -> "DRIVER=" + name + "\n").orElse("")
            + "PCI_CLASS="
            + Integer.toHexString(spec.pciClass()).toUpperCase(Locale.ROOT)
            + "\nPCI_ID="
            + id
            + "\nPCI_SUBSYS_ID="
            + subsystem
            + "\nPCI_SLOT_NAME="
            + device.address()
            + "\n",
        Access.READ_WRITE,
        Hook.PLAIN,
        device.address());
  }

  private static String upper(int value) {
    return Hex.digits(value, 4).toUpperCase(Locale.ROOT);
  }

  /** Takes a function that has no driver out of sysfs. */
  void remove(SimDevice device) {
    state.devices.remove(device.address());
    tree.remove(DEVICES + device.address());
    tree.remove(device.dir);
    if (device.group >= 0) {
      tree.remove(GROUPS + device.group + "/devices/" + device.address());
      if (tree.list(GROUPS + device.group + "/devices").or(List.of()).isEmpty()) {
        tree.remove(GROUPS + device.group);
        state.groups.remove(device.group);
      }
    }
  }
}
