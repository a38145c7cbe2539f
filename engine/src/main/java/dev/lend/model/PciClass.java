package dev.lend.model;

/**
 * A function's 24-bit class code: base class, sub-class, programming interface (PCI Code and ID
 * Assignment Specification 1.11, section 1).
 *
 * @param code 24 bits
 */
public record PciClass(int code) {
  /** The kinds of function that Lend tells apart. */
  public enum Kind {
    STORAGE,
    NETWORK,
    DISPLAY,
    SOUND,
    USB,
    BRIDGE,
    OTHER
  }

  /** The base class, 8 bits: {@code 0x02} for network controllers. */
  public int base() {
    return code >> 16 & 0xff;
  }

  /** Base class and sub-class, 16 bits: {@code 0x0200} for Ethernet. */
  public int baseAndSub() {
    return code >> 8 & 0xffff;
  }

  /** The programming interface, 8 bits. */
  public int programmingInterface() {
    return code & 0xff;
  }

  /**
   * What kind of device this class is. Fibre Channel (0x0c04) and InfiniBand count by what they
   * carry.
   */
  public Kind kind() {
    return switch (base()) {
      case 0x01 -> Kind.STORAGE;
      case 0x02 -> Kind.NETWORK;
      case 0x03 -> Kind.DISPLAY;
      case 0x06 -> Kind.BRIDGE;
      case 0x04 -> baseAndSub() == 0x0400 ? Kind.DISPLAY : Kind.SOUND;
      case 0x0c ->
          switch (baseAndSub()) {
            case 0x0c03 -> Kind.USB;
            case 0x0c04 -> Kind.STORAGE;
            case 0x0c06 -> Kind.NETWORK;
            default -> Kind.OTHER;
          };
      default -> Kind.OTHER;
    };
  }

  /** True for bridges of any sort: they carry other functions and are never lent. */
  public boolean bridge() {
    return base() == 0x06;
  }

  /** As {@code lspci -n} prints it: {@code 0200}. */
  @Override
  public String toString() {
    return Hex.digits(baseAndSub(), 4);
  }
}
