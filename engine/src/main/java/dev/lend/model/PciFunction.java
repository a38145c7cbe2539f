package dev.lend.model;

import java.util.Optional;

/**
 * One PCI function, as the list of devices needs it. What costs more to read is in {@link
 * FunctionDetail}.
 *
 * @param address where it sits
 * @param pciClass what it is
 * @param id vendor and device
 * @param subsystem the board's vendor and device
 * @param driver the host driver bound to it, if any
 * @param group its IOMMU group; absent without an IOMMU
 * @param numaNode the NUMA node it is nearest to; absent where the host has one node or the
 *     firmware does not say
 * @param sriov PF, VF or neither
 */
public record PciFunction(
    PciAddress address,
    PciClass pciClass,
    PciId id,
    PciId subsystem,
    Optional<String> driver,
    Fact<Integer> group,
    Fact<Integer> numaNode,
    SriovRole sriov) {

  /** True where the function is a bridge: it carries others and is never lent. */
  public boolean bridge() {
    return pciClass.bridge();
  }

  /** True for a network card. */
  public boolean network() {
    return pciClass.kind() == PciClass.Kind.NETWORK;
  }

  /** True where {@code name} is the bound driver. */
  public boolean boundTo(String name) {
    return driver.isPresent() && driver.get().equals(name);
  }
}
