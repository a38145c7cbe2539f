package dev.lend.model;

import java.util.List;
import java.util.Optional;

/**
 * What decides whether a function can have VFs, and how many.
 *
 * @param function the function
 * @param silent true where it does not answer: its configuration space reads as all ones
 * @param capability its SR-IOV capability; absent where it has none, unreadable where only root may
 *     see that
 * @param total how many VFs the kernel lets it have ({@code sriov_totalvfs}); absent where the
 *     kernel did not take it for a PF
 * @param offset how far its first VF is from it, in routing IDs ({@code sriov_offset})
 * @param stride how far VFs are apart ({@code sriov_stride})
 * @param windows its VFs' memory, as far as the kernel shows any
 * @param ari whether it has the ARI capability, by which it can have functions 8 to 255
 * @param port the bridge above it; empty on a root bus
 * @param driverParameter the value of its driver's own parameter that has a say; empty where there
 *     is none
 * @param log what the kernel's log of this boot says of its VFs, oldest first; absent where there
 *     is no log to read
 */
public record SriovFacts(
    PciFunction function,
    boolean silent,
    Fact<Capability> capability,
    Fact<Integer> total,
    Fact<Integer> offset,
    Fact<Integer> stride,
    List<Window> windows,
    Fact<Boolean> ari,
    Optional<Port> port,
    Optional<String> driverParameter,
    Fact<List<String>> log) {
  /** Copies the list. */
  public SriovFacts {
    windows = List.copyOf(windows);
  }

  /**
   * The SR-IOV extended capability (PCI Express Base Specification, "SR-IOV Extended Capability").
   *
   * @param initial how many VFs it has at first; less than {@code total} only under a migration
   *     scheme that nobody builds
   * @param total how many VFs its firmware offers
   * @param vfDevice the device ID of its VFs
   * @param bars its six VF base address registers as they are
   */
  public record Capability(int initial, int total, int vfDevice, List<Integer> bars) {
    /** Copies the list. */
    public Capability {
      bars = List.copyOf(bars);
    }

    /**
     * True where a register says that there is a window, although it has no address: 64 bits wide
     * or prefetchable. A plain one of 32 bits looks like none.
     */
    public boolean hasWindows() {
      return bars.stream().anyMatch(bar -> bar != 0);
    }
  }

  /**
   * The memory of all VFs behind one VF base address register.
   *
   * @param index 0 to 5
   * @param first where it starts; 0 where the kernel found no room for it
   * @param bytes the size for all VFs together
   */
  public record Window(int index, long first, long bytes) {}

  /**
   * The bridge above.
   *
   * @param address where it is
   * @param bus the bus below it ({@code secondary_bus_number})
   * @param lastBus the last bus number that it passes on ({@code subordinate_bus_number})
   * @param forwarding whether it passes on requests to functions above 7; absent where it is no PCI
   *     Express port
   */
  public record Port(
      PciAddress address, Fact<Integer> bus, Fact<Integer> lastBus, Fact<Ari> forwarding) {}

  /**
   * A port's ARI forwarding (PCI Express Base Specification, "Device Capabilities 2", "Device
   * Control 2").
   *
   * @param supported it can
   * @param enabled it does
   */
  public record Ari(boolean supported, boolean enabled) {}
}
