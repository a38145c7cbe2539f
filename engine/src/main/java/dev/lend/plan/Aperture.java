package dev.lend.plan;

import dev.lend.model.Hardware;
import dev.lend.model.PciFunction;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Consequence.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Room for large windows: a guest's firmware places a device's 64-bit memory in a range that it has
 * chosen at its start, and a root port passes on what was set aside for it then.
 */
final class Aperture {
  /**
   * What a guest has where nobody asks for more (QEMU: {@code hw/pci-host/q35.c}, pci-hole64-size;
   * edk2: {@code OvmfPkg}, PcdPciMmio64Size).
   */
  static final long GUEST_WINDOW = 32L << 30;

  /**
   * What SeaBIOS sets aside behind each root port, of either sort (SeaBIOS: {@code
   * src/fw/pciinit.c}, PCI_BRIDGE_MEM_MIN). What Linux does not find room for behind a port that is
   * up already, it leaves out ("BAR 0: can't assign; no space"), and the driver fails.
   */
  private static final long PORT_WINDOW = 2L << 20;

  private Aperture() {}

  /**
   * The option by which OVMF makes room: a number of mebibytes, and a power of two that is no less
   * than all windows together, since each lies at a multiple of its size.
   */
  static String ovmf(long bytes) {
    return "-fw_cfg name=opt/ovmf/X-PciMmio64Mb,string=" + (room(bytes) >> 20);
  }

  private static long room(long bytes) {
    return Long.highestOneBit(Math.max(bytes, 2) - 1) << 1;
  }

  /** Adds to the draft what the windows of the function and its group ask of a guest. */
  static void note(Draft draft) {
    long low = 0;
    long high = 0;
    for (PciFunction member : draft.wholeGroup()) {
      Optional<Hardware> hardware = draft.host.hardware(member.address());
      low += hardware.map(Hardware::low).orElse(0L);
      high += hardware.map(Hardware::high).orElse(0L);
    }
    List<String> reserves = new ArrayList<>();
    if (low > PORT_WINDOW) {
      reserves.add("mem-reserve=" + (room(low) >> 20) + "M");
    }
    if (high > PORT_WINDOW) {
      reserves.add("pref64-reserve=" + (room(high) >> 20) + "M");
    }
    if (reserves.isEmpty()) {
      return;
    }
    String text =
        "has "
            + Amount.about(low + high)
            + " of memory windows: a running guest may have no room for them (BAR: can't assign; no"
            + " space) but behind a root port that was started with "
            + String.join(",", reserves);
    if (high >= GUEST_WINDOW) {
      text += "; and they are " + wholeGuest(high);
    }
    draft.consequences.add(
        new Consequence(draft.function.address(), Severity.NOTE, Kind.APERTURE, text)
            .named(draft.names.of(draft.function)));
  }

  private static String wholeGuest(long high) {
    long gibibytes = room(high) >> 30;
    return "no less than the "
        + Amount.bytes(GUEST_WINDOW)
        + " that a guest has for all its devices. Start it with room: OVMF "
        + ovmf(high)
        + ", SeaBIOS -global q35-pcihost.pci-hole64-size="
        + gibibytes
        + "G, libvirt <pcihole64 unit='GiB'>"
        + gibibytes
        + "</pcihole64>; and with as many address bits as the host (-cpu host)";
  }
}
