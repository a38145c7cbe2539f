package dev.lend.sysfs;

import dev.lend.model.PciId;
import java.util.ArrayList;
import java.util.List;

/**
 * A PCI driver.
 *
 * @param module the module that brings it, as {@code /proc/modules} names it
 * @param ids its static id table
 * @param pciClass 24 bits that it also matches, or -1
 * @param managesDma true where its devices do not spoil a group for VFIO ({@code
 *     driver_managed_dma}, kernel: {@code drivers/iommu/iommu.c})
 * @param sriov true where it has {@code sriov_configure}
 * @param dynamicIds what {@code new_id} added
 */
record SimDriver(
    String name,
    String module,
    List<PciId> ids,
    int pciClass,
    boolean managesDma,
    boolean sriov,
    List<PciId> dynamicIds) {
  static final SimDriver VFIO_PCI =
      new SimDriver("vfio-pci", "vfio_pci", List.of(), -1, true, false, List.of());

  /** The drivers of a Debian kernel that the simulated hosts need, all loaded. */
  static List<SimDriver> standard() {
    return List.of(
        nic("igb", 0x8086, 0x10c9, true),
        nic("igbvf", 0x8086, 0x10ca, false),
        nic("e1000e", 0x8086, 0x10d3, false),
        nic("e1000", 0x8086, 0x100e, false),
        nic("8139cp", 0x10ec, 0x8139, false),
        nic("ixgbe", 0x8086, 0x10fb, true),
        nic("ixgbevf", 0x8086, 0x10ed, false),
        nic("mlx5_core", 0x15b3, 0x1017, true),
        new SimDriver(
            "virtio-pci",
            "virtio_pci",
            List.of(
                new PciId(0x1af4, 0x1000), new PciId(0x1af4, 0x1001), new PciId(0x1af4, 0x1009)),
            -1,
            false,
            false,
            List.of()),
        new SimDriver("nvme", "nvme", List.of(), FunctionSpec.NVME, false, true, List.of()),
        byClass("ahci", "ahci", 0x010601),
        byClass("xhci_hcd", "xhci_pci", 0x0c0330),
        byClass("snd_hda_intel", "snd_hda_intel", 0x040300),
        byClass("nouveau", "nouveau", 0x030000),
        nic("megaraid_sas", 0x1000, 0x0060, false),
        new SimDriver("pcieport", "pcieport", List.of(), 0x060400, true, false, List.of()));
  }

  private static SimDriver nic(String name, int vendor, int device, boolean sriov) {
    return new SimDriver(
        name, name, List.of(new PciId(vendor, device)), -1, false, sriov, List.of());
  }

  private static SimDriver byClass(String name, String module, int pciClass) {
    return new SimDriver(name, module, List.of(), pciClass, false, false, List.of());
  }

  SimDriver withDynamicId(PciId id) {
    List<PciId> more = new ArrayList<>(dynamicIds);
    more.add(id);
    return new SimDriver(name, module, ids, pciClass, managesDma, sriov, List.copyOf(more));
  }

  /** True where its own tables know the function, override or not. */
  boolean knows(FunctionSpec function) {
    return ids.contains(function.id())
        || dynamicIds.contains(function.id())
        || pciClass == function.pciClass();
  }

  /** As {@code pci_match_device} (kernel: {@code drivers/pci/pci-driver.c}) decides. */
  boolean matches(SimDevice device) {
    return device.override.isPresent() ? device.override.get().equals(name) : knows(device.spec);
  }

  boolean isVfio() {
    return name.equals(VFIO_PCI.name);
  }
}
