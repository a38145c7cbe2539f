package dev.lend.sysfs;

import dev.lend.model.PciId;
import java.util.List;
import java.util.Optional;

/**
 * A PCI function as the hardware is, before any driver.
 *
 * @param under the address of the bridge above it, or empty text on the root bus
 * @param group its IOMMU group, {@link #LOWEST_FREE} or {@link #NO_GROUP}
 * @param resets what {@code reset_method} lists; empty text where it cannot be reset
 * @param nets the interfaces that appear when its own driver binds
 * @param disks the disks that appear when its own driver binds
 */
record FunctionSpec(
    String address,
    int pciClass,
    PciId id,
    PciId subsystem,
    int revision,
    String under,
    int group,
    String resets,
    int numaNode,
    Optional<Sriov> sriov,
    List<Net> nets,
    List<Disk> disks) {
  static final int LOWEST_FREE = -1;
  static final int NO_GROUP = -2;

  /** The class of NVMe controllers. */
  static final int NVME = 0x010802;

  /**
   * The SR-IOV capability.
   *
   * @param total how many VFs the hardware can have
   * @param usable how many its driver offers ({@code pci_sriov_set_totalvfs})
   * @param enables how many the driver really enables at most, silently
   * @param vf vendor and device of a VF
   * @param offset from the PF's routing ID to that of VF 0
   * @param stride from one VF to the next
   */
  record Sriov(int total, int usable, int enables, PciId vf, int offset, int stride) {}

  /**
   * A network interface.
   *
   * @param addresses with prefix length, as in {@code 10.0.2.15/24}
   * @param gateway of the default route through it, if there is one
   */
  record Net(
      String name, String mac, boolean up, List<String> addresses, Optional<String> gateway) {
    /** The interface as it comes back after its driver was bound again: nothing configured. */
    Net bare() {
      return new Net(name, mac, false, List.of(), Optional.empty());
    }
  }

  /**
   * A whole disk, or a partition or layer on one.
   *
   * @param device major and minor number
   * @param sectors of 512 bytes
   * @param parts its partitions
   */
  record Disk(String name, String device, long sectors, List<Disk> parts) {}

  /** Another card of the same model. */
  FunctionSpec another() {
    List<Net> others =
        nets.stream()
            .map(net ->
                new Net(
                    net.name(),
                    "02" + net.mac().substring(2),
                    net.up(),
                    net.addresses(),
                    net.gateway()))
            .toList();
    return new FunctionSpec(
        address, pciClass, id, subsystem, revision, under, group, resets, numaNode, sriov, others,
        disks);
  }

  /** Something else in its place: an NVMe controller, or instead of one a USB controller. */
  FunctionSpec somethingElse() {
    boolean nvme = pciClass == NVME;
    return new FunctionSpec(
        address,
        nvme ? 0x0c0330 : NVME,
        new PciId(0x1b36, nvme ? 0x000d : 0x0010),
        subsystem,
        revision,
        under,
        group,
        "flr bus",
        numaNode,
        Optional.empty(),
        List.of(),
        List.of());
  }

  boolean bridge() {
    return pciClass >> 16 == 0x06;
  }

  /** True for a function with a type 1 header, which vfio-pci refuses. */
  boolean type1() {
    return pciClass >> 8 == 0x0604;
  }
}
