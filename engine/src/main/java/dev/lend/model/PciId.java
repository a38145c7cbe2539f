package dev.lend.model;

/**
 * A vendor and device number pair, as in configuration space (PCI Local Bus Specification 3.0,
 * 6.2.1).
 *
 * @param vendor 16 bits
 * @param device 16 bits
 */
public record PciId(int vendor, int device) {
  // Written out, as for PciAddress.

  @Override
  public boolean equals(Object other) {
    return other instanceof PciId that && vendor == that.vendor && device == that.device;
  }

  @Override
  public int hashCode() {
    return vendor << 16 ^ device;
  }

  /** As {@code lspci -n} prints it: {@code 8086:10ca}. */
  @Override
  public String toString() {
    return Hex.digits(vendor, 4) + ":" + Hex.digits(device, 4);
  }
}
