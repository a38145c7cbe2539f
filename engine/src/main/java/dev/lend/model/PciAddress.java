package dev.lend.model;

import java.util.Optional;

/**
 * Where a PCI function sits: domain, bus, device and function number.
 *
 * <p>Domains are 16 bits on most machines and 32 bits where a host bridge such as Intel VMD or
 * Hyper-V adds its own (kernel: {@code drivers/pci/pci.c}, {@code pci_domain_nr}), so the domain is
 * an int read as unsigned.
 *
 * @param domain the domain (segment), unsigned 32 bits
 * @param bus 0 to 255
 * @param device 0 to 31
 * @param function 0 to 7
 */
public record PciAddress(int domain, int bus, int device, int function)
    implements Comparable<PciAddress> {
  /** Rejects numbers that no PCI function can have. */
  public PciAddress {
    if (bus < 0 || bus > 0xff || device < 0 || device > 0x1f || function < 0 || function > 7) {
      throw new IllegalArgumentException(
          "no PCI address: bus " + bus + ", device " + device + ", function " + function);
    }
  }

  /**
   * Reads an address as people write it: {@code 0000:01:10.0}, {@code 01:10.0} (domain 0) or
   * libvirt's {@code pci_0000_01_10_0}. Empty where the text is none of these.
   */
  public static Optional<PciAddress> parse(String text) {
    boolean libvirt = text.startsWith("pci_");
    String rest = libvirt ? text.substring(4) : text;
    char separator = libvirt ? '_' : ':';
    int last = rest.lastIndexOf(libvirt ? '_' : '.');
    if (last < 0) {
      return Optional.empty();
    }
    int afterBus = rest.lastIndexOf(separator, last - 1);
    if (afterBus < 0) {
      return Optional.empty();
    }
    int afterDomain = rest.lastIndexOf(separator, afterBus - 1);
    if (libvirt && afterDomain < 0) {
      return Optional.empty();
    }
    long domain = afterDomain < 0 ? 0 : hex(rest, 0, afterDomain, 8);
    long bus = hex(rest, afterDomain + 1, afterBus, 2);
    long device = hex(rest, afterBus + 1, last, 2);
    long function = hex(rest, last + 1, rest.length(), 1);
    if (domain < 0 || bus < 0 || device < 0 || device > 0x1f || function < 0 || function > 7) {
      return Optional.empty();
    }
    return Optional.of(new PciAddress((int) domain, (int) bus, (int) device, (int) function));
  }

  /** The number in {@code text[from, to)}, or -1 where that is not 1 to {@code most} hex digits. */
  private static long hex(String text, int from, int to, int most) {
    if (to <= from || to - from > most) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(text.charAt(i), 16);
      if (digit < 0 || text.charAt(i) > 'f') {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /** True for an address in the same slot: the functions of one card. */
  public boolean sameSlot(PciAddress other) {
    return domain == other.domain && bus == other.bus && device == other.device;
  }

  /**
   * The address without its domain where that is 0, as {@code lspci} prints it: {@code 01:10.0}.
   */
  public String brief() {
    return domain == 0 ? toString().substring(5) : toString();
  }

  /** libvirt's name of the node device: {@code pci_0000_01_10_0}. */
  public String libvirtName() {
    return "pci_" + toString().replace(':', '_').replace('.', '_');
  }

  private int place() {
    return bus << 8 | device << 3 | function;
  }

  @Override
  public int compareTo(PciAddress other) {
    int byDomain = Integer.compareUnsigned(domain, other.domain);
    return byDomain != 0 ? byDomain : Integer.compare(place(), other.place());
  }

  // Written out: addresses are the keys of large maps, and what a record brings itself is linked at
  // run time, which a start has to wait for.

  @Override
  public boolean equals(Object other) {
    return other instanceof PciAddress that && domain == that.domain && place() == that.place();
  }

  @Override
  public int hashCode() {
    return domain * 31 + place();
  }

  /** The kernel's form, four or more hex digits of domain: {@code 0000:01:10.0}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(16);
    String high = Integer.toHexString(domain);
    text.repeat('0', Math.max(0, 4 - high.length())).append(high).append(':');
    twoDigits(text, bus).append(':');
    return twoDigits(text, device).append('.').append(function).toString();
  }

  private static StringBuilder twoDigits(StringBuilder text, int value) {
    return text.append(Character.forDigit(value >> 4, 16))
        .append(Character.forDigit(value & 15, 16));
  }
}
