package dev.lend.model;

import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Which device a function is, so that another one at its address is not taken for it: a card more
 * in the host, or a bus less, and all addresses behind it are others after the next start.
 *
 * @param address where it sits
 * @param id vendor and device
 * @param subsystem the board's vendor and device
 * @param serial the card's PCI Express Device Serial Number, where it has one; a VF has its PF's
 * @param macs the permanent addresses of its interfaces, as far as a driver of the host shows them;
 *     a VF has none of its own
 */
public record DeviceIdentity(
    PciAddress address, PciId id, PciId subsystem, Optional<String> serial, List<String> macs) {
  /** Copies the list. */
  public DeviceIdentity {
    macs = List.copyOf(macs);
  }

  /** True where nothing that is known of both tells them apart. */
  public boolean same(DeviceIdentity other) {
    return id.equals(other.id)
        && subsystem.equals(other.subsystem)
        && (serial.isEmpty() || other.serial.isEmpty() || serial.equals(other.serial))
        && (macs.isEmpty() || other.macs.isEmpty() || !Collections.disjoint(macs, other.macs));
  }

  /** What tells it from another one, for a person: {@code 8086:10d3 with serial 00-1b-...}. */
  public String describe(DeviceIdentity other) {
    if (!id.equals(other.id)) {
      return id.toString();
    }
    if (!subsystem.equals(other.subsystem)) {
      return id + " of board " + subsystem;
    }
    return serial.isPresent() && !serial.equals(other.serial)
        ? id + " with serial number " + serial.get()
        : id + " with address " + String.join(", ", macs);
  }
}
