package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail.Acs;
import dev.lend.model.FunctionDetail.PortKind;
import dev.lend.model.Hex;
import dev.lend.model.SriovFacts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A function's configuration space as the kernel shows it: 64 bytes to everybody, 256 or 4096 to
 * root. Whatever the bytes are, nothing here throws or loops: a device that has dropped off its bus
 * reads as all ones.
 *
 * <p>Register layouts: PCI Local Bus Specification 3.0 chapter 6; PCI Express Base Specification
 * chapter 7; names and offsets also in the kernel's {@code include/uapi/linux/pci_regs.h}.
 */
final class ConfigSpace {
  static final int MSI = 0x05;
  static final int EXPRESS = 0x10;
  static final int MSIX = 0x11;
  static final int EXT_SERIAL = 0x0003;
  static final int EXT_ACS = 0x000d;
  static final int EXT_ARI = 0x000e;
  static final int EXT_SRIOV = 0x0010;

  private static final int HEADER = 64;
  private static final int CONVENTIONAL = 256;
  private static final int EXTENDED = 4096;
  private static final int POWER = 0x01;
  private static final int VF_BARS = 6;

  /** More capabilities than fit, so that a chain that bites its tail ends. */
  private static final int MOST = (CONVENTIONAL - HEADER) / 4;

  private static final int MOST_EXTENDED = (EXTENDED - CONVENTIONAL) / 4;

  private final String path;
  private final byte[] bytes;

  /**
   * @param path where it was read, for messages
   * @param bytes what was read, however long
   */
  ConfigSpace(String path, byte[] bytes) {
    this.path = path;
    this.bytes = bytes.length <= EXTENDED ? bytes.clone() : Arrays.copyOf(bytes, EXTENDED);
  }

  /** True for a bridge (header type 1). */
  boolean bridge() {
    return (u8(0x0e) & 0x7f) == 1;
  }

  /** Where a capability starts. */
  Fact<Integer> capability(int id) {
    for (int at : capabilities()) {
      if (u8(at) == id) {
        return Fact.known(at);
      }
    }
    return missing(bytes.length >= CONVENTIONAL || bytes.length >= HEADER && !hasList());
  }

  /** Where an extended capability starts. */
  Fact<Integer> extended(int id) {
    for (int at : extendedCapabilities()) {
      if (u16(at) == id) {
        return Fact.known(at);
      }
    }
    return missing(bytes.length >= CONVENTIONAL);
  }

  /** Vectors that MSI can have (message control, multiple message capable). */
  Fact<Integer> msiVectors() {
    return capability(MSI).map(at -> 1 << (u16(at + 2) >> 1 & 7));
  }

  /** Vectors that MSI-X can have (message control, table size, which counts from 0). */
  Fact<Integer> msixVectors() {
    return capability(MSIX).map(at -> (u16(at + 2) & 0x7ff) + 1);
  }

  /** What kind of bridge this is; absent for what is none. */
  Fact<PortKind> portKind() {
    if (!bridge()) {
      return bytes.length >= HEADER ? Fact.absent() : missing(false);
    }
    return switch (capability(EXPRESS)) {
      case Fact.Known<Integer>(Integer at) -> Fact.known(express(u16(at + 2) >> 4 & 0xf));
      case Fact.Absent<Integer>() -> Fact.known(PortKind.CONVENTIONAL);
      case Fact.Unreadable<Integer>(String where, String why) -> new Fact.Unreadable<>(where, why);
    };
  }

  /** Access control services; absent where the function has none. */
  Fact<Acs> acs() {
    return extended(EXT_ACS).map(at -> new Acs(u16(at + 4), u16(at + 6)));
  }

  /** The device serial number as {@code lspci} prints it: eight bytes, highest first. */
  Fact<String> serial() {
    return extended(EXT_SERIAL)
        .map(at -> {
          StringBuilder text = new StringBuilder(23);
          for (int i = 7; i >= 0; i--) {
            text.append(Hex.digits(u8(at + 4 + i), 2)).append(i > 0 ? "-" : "");
          }
          return text.toString();
        });
  }

  /** The SR-IOV capability; absent where the function has none. */
  Fact<SriovFacts.Capability> sriov() {
    return extended(EXT_SRIOV)
        .map(at -> {
          List<Integer> bars = new ArrayList<>();
          for (int i = 0; i < VF_BARS; i++) {
            bars.add(u16(at + 0x24 + 4 * i) | u16(at + 0x26 + 4 * i) << 16);
          }
          return new SriovFacts.Capability(u16(at + 0x0c), u16(at + 0x0e), u16(at + 0x1a), bars);
        });
  }

  /** Whether the function can have functions 8 to 255 beside it. */
  Fact<Boolean> ari() {
    Fact<Integer> at = extended(EXT_ARI);
    return at instanceof Fact.Absent<Integer> ? Fact.known(false) : at.map(where -> true);
  }

  /** Whether a port passes on requests to functions above 7; absent for what is no such port. */
  Fact<SriovFacts.Ari> ariForwarding() {
    return bridge() || bytes.length < HEADER
        ? capability(EXPRESS)
            .map(at ->
                new SriovFacts.Ari((u16(at + 0x24) & 0x20) != 0, (u16(at + 0x28) & 0x20) != 0))
        : Fact.absent();
  }

  /**
   * The same space without what tells this one device from others of its model: the header, every
   * capability's head, and the bodies of those whose content is known to be harmless; zeros
   * elsewhere. The serial number stays only if asked for.
   */
  byte[] withoutIdentity(boolean keepSerial) {
    byte[] clean = new byte[bytes.length];
    keep(clean, 0, HEADER);
    for (int at : capabilities()) {
      keep(
          clean,
          at,
          switch (u8(at)) {
            case POWER -> 8;
            case MSI, MSIX -> 12;
            case EXPRESS -> 0x3c;
            default -> 2;
          });
    }
    for (int at : extendedCapabilities()) {
      keep(
          clean,
          at,
          switch (u16(at)) {
            case EXT_ACS -> 8;
            case EXT_SRIOV -> 0x40;
            case EXT_SERIAL -> 12;
            default -> 4;
          });
    }
    for (int at : extendedCapabilities()) {
      if (!keepSerial && u16(at) == EXT_SERIAL) {
        // Last, for a broken chain can lay another body over the number.
        Arrays.fill(
            clean, Math.min(at + 4, clean.length), Math.min(at + 12, clean.length), (byte) 0);
      }
    }
    return clean;
  }

  private void keep(byte[] into, int from, int length) {
    int count = Math.min(length, bytes.length - from);
    if (count > 0) {
      System.arraycopy(bytes, from, into, from, count);
    }
  }

  private static PortKind express(int type) {
    return switch (type) {
      case 4 -> PortKind.ROOT_PORT;
      case 5 -> PortKind.SWITCH_UPSTREAM;
      case 6 -> PortKind.SWITCH_DOWNSTREAM;
      case 7 -> PortKind.PCIE_TO_PCI;
      default -> PortKind.PORT;
    };
  }

  private boolean hasList() {
    return (u16(0x06) & 0x10) != 0;
  }

  List<Integer> capabilities() {
    List<Integer> found = new ArrayList<>();
    if (!hasList() || u16(0) == 0xffff) {
      return found;
    }
    // A CardBus bridge (header type 2) keeps its pointer elsewhere.
    int at = u8((u8(0x0e) & 0x7f) == 2 ? 0x14 : 0x34) & ~3;
    while (at >= HEADER && at + 1 < Math.min(bytes.length, CONVENTIONAL) && u8(at) != 0xff) {
      if (found.size() == MOST || found.contains(at)) {
        break;
      }
      found.add(at);
      at = u8(at + 1) & ~3;
    }
    return found;
  }

  List<Integer> extendedCapabilities() {
    List<Integer> found = new ArrayList<>();
    int at = CONVENTIONAL;
    while (at >= CONVENTIONAL && at + 3 < bytes.length && found.size() < MOST_EXTENDED) {
      int id = u16(at);
      int next = u16(at + 2) >> 4 & ~3;
      if (id == 0xffff || id == 0 && next == 0) {
        break;
      }
      found.add(at);
      at = next;
    }
    return found;
  }

  private <T> Fact<T> missing(boolean seenAll) {
    return seenAll
        ? Fact.absent()
        : new Fact.Unreadable<>(path, "only root may read beyond the first 64 bytes");
  }

  /** Zero beyond the end: a register that is cut off must not stop the rest. */
  int u8(int at) {
    return at >= 0 && at < bytes.length ? bytes[at] & 0xff : 0;
  }

  int u16(int at) {
    return u8(at) | u8(at + 1) << 8;
  }
}
