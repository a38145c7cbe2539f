package dev.lend.model;

import java.util.Optional;

/**
 * What a physical function is known by when its address has changed. Read from a host it is as full
 * as the card allows; written by a person it may hold one thing alone.
 *
 * @param slot the physical slot as the firmware numbers it ({@code /sys/bus/pci/slots})
 * @param id vendor and device
 * @param subsystem the board's vendor and device
 * @param serial the PCI Express Device Serial Number (PCI Express Base Specification, "Device
 *     Serial Number Extended Capability"), {@code 00-11-22-ff-ff-33-44-55} as lspci prints it
 * @param vpdSerial the serial number in the vital product data, keyword SN (PCI Local Bus
 *     Specification 3.0, appendix I)
 * @param mac the permanent address of its interface
 */
public record PfIdentity(
    Optional<String> slot,
    Optional<PciId> id,
    Optional<PciId> subsystem,
    Optional<String> serial,
    Optional<String> vpdSerial,
    Optional<String> mac) {

  /** Says nothing. */
  public static PfIdentity unknown() {
    return new PfIdentity(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** True where everything that this says is so in what was read of a card. */
  public boolean fits(PfIdentity read) {
    return fits(slot, read.slot)
        && fits(id, read.id)
        && fits(subsystem, read.subsystem)
        && fits(serial, read.serial)
        && fits(vpdSerial, read.vpdSerial)
        && fits(mac, read.mac);
  }

  private static <T> boolean fits(Optional<T> wanted, Optional<T> read) {
    return wanted.isEmpty() || wanted.equals(read);
  }

  /** True where it says something that no two cards share. */
  public boolean unique() {
    return serial.isPresent() || vpdSerial.isPresent() || mac.isPresent();
  }
}
