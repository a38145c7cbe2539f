package dev.lend.model;

import java.util.List;

/**
 * What costs more to read about one function than a list of devices is worth.
 *
 * @param function the function
 * @param revision its revision number
 * @param binding its driver and override
 * @param resets the ways the kernel can reset it, in the order it tries them, or none where a
 *     kernel before 5.15 can and does not say how; absent where it cannot
 * @param bars its memory and I/O windows that have a size
 * @param link its PCI Express link; absent for conventional PCI
 * @param interrupts message-signalled interrupts
 * @param power its power state, for example {@code D0}
 * @param upstream the bridges between it and the host bridge, nearest first
 * @param sharing why its IOMMU group holds more than this function; empty where it is alone
 * @param reserved address ranges that its IOMMU group must not use or must keep mapped; absent
 *     without an IOMMU
 * @param serial the device serial number (PCI Express Base Specification, "Device Serial Number
 *     Extended Capability"); absent where it has none
 * @param vpd vital product data, one {@code KEYWORD VALUE} a line; absent where there is none or it
 *     was not asked for
 */
public record FunctionDetail(
    PciFunction function,
    Fact<Integer> revision,
    Binding binding,
    Fact<List<String>> resets,
    List<Bar> bars,
    Fact<Link> link,
    Interrupts interrupts,
    Fact<String> power,
    List<Upstream> upstream,
    List<GroupReason> sharing,
    Fact<List<ReservedRegion>> reserved,
    Fact<String> serial,
    Fact<List<String>> vpd) {

  /** Copies the lists. */
  public FunctionDetail {
    bars = List.copyOf(bars);
    upstream = List.copyOf(upstream);
    sharing = List.copyOf(sharing);
  }

  /**
   * A base address register's window.
   *
   * @param index 0 to 5; 6 is the expansion ROM
   * @param space what it decodes
   * @param prefetchable true for memory without read side effects
   * @param bytes its size
   */
  public record Bar(int index, Space space, boolean prefetchable, long bytes) {
    /** What a window decodes. */
    public enum Space {
      IO,
      MEMORY_32,
      MEMORY_64,
      ROM
    }
  }

  /**
   * A PCI Express link, as the kernel words it: {@code 5.0 GT/s PCIe}; {@code Unknown} where the
   * device does not say, as integrated endpoints.
   */
  public record Link(String speed, String width, String maxSpeed, String maxWidth) {}

  /**
   * Message-signalled interrupts.
   *
   * @param msi how many vectors MSI can have; absent without that capability
   * @param msix how many MSI-X can have; absent without it
   * @param allocated how many the host's driver uses now
   */
  public record Interrupts(Fact<Integer> msi, Fact<Integer> msix, int allocated) {}

  /**
   * A bridge above a function.
   *
   * @param address where it sits
   * @param kind what it is
   * @param acs its access control; absent where it has no such capability
   */
  public record Upstream(PciAddress address, PortKind kind, Fact<Acs> acs) {}

  /** What a bridge is (PCI Express Base Specification, "Device/Port Type"). */
  public enum PortKind {
    ROOT_PORT("root port"),
    SWITCH_UPSTREAM("switch upstream port"),
    SWITCH_DOWNSTREAM("switch downstream port"),
    /** A PCI Express port of which only root may read the kind. */
    PORT("PCI Express port"),
    PCIE_TO_PCI("PCI Express to PCI bridge"),
    CONVENTIONAL("conventional PCI bridge");

    private final String text;

    PortKind(String text) {
      this.text = text;
    }

    /** For a person. */
    public String text() {
      return text;
    }

    /** True where everything behind it may use its requester id, so no IOMMU tells them apart. */
    public boolean hidesRequesters() {
      return this == PCIE_TO_PCI || this == CONVENTIONAL;
    }
  }

  /**
   * Access Control Services of a port (PCI Express Base Specification, "ACS Extended Capability").
   *
   * @param capable the capability register
   * @param enabled the control register
   */
  public record Acs(int capable, int enabled) {
    /**
     * Source validation, request redirect, completion redirect, upstream forwarding: what the
     * kernel asks for before it trusts a port (kernel: {@code drivers/iommu/iommu.c}, {@code
     * REQ_ACS_FLAGS}).
     */
    private static final int REQUIRED = 0x1 | 0x4 | 0x8 | 0x10;

    /**
     * True where the port keeps what is behind it apart. A service that the port cannot have is not
     * asked for (kernel: {@code drivers/pci/pci.c}, {@code pci_acs_flags_enabled}).
     */
    public boolean isolates() {
      int wanted = REQUIRED & capable;
      return (enabled & wanted) == wanted;
    }
  }

  /**
   * A range of bus addresses that is special to the IOMMU (kernel: {@code
   * Documentation/ABI/testing/sysfs-kernel-iommu_groups}).
   *
   * @param first the first address, as the kernel prints it
   * @param last the last address
   * @param type {@code direct}, {@code direct-relaxable}, {@code reserved} or {@code msi}
   */
  public record ReservedRegion(String first, String last, String type) {
    /**
     * True for memory that the firmware wants mapped one to one for good: on Intel an RMRR, and the
     * kernel then refuses to give the device to a guest.
     */
    public boolean forbidsLending() {
      return type.equals("direct");
    }
  }

  /** Why functions share an IOMMU group (kernel: {@code pci_device_group} in iommu.c). */
  public sealed interface GroupReason {
    /** Everything behind this bridge shares one requester id. */
    record SharedRequester(PciAddress bridge, PortKind kind) implements GroupReason {}

    /** This port does not keep apart what is behind it. */
    record OpenPort(PciAddress port, PortKind kind, Fact<Acs> acs) implements GroupReason {}

    /** Functions of one slot that may talk to each other inside the device. */
    record SameSlot(List<PciAddress> functions) implements GroupReason {
      /** Copies the list. */
      public SameSlot {
        functions = List.copyOf(functions);
      }
    }

    /** The kernel put them together for a reason that sysfs does not show. */
    record Unexplained() implements GroupReason {}
  }
}
