package dev.lend.sysfs;

import dev.lend.model.Hex;
import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares a function's configuration space before and after a reset. Compared are those registers
 * that a device must come back with, or that the kernel restores (kernel: {@code
 * drivers/pci/pci.c}, {@code pci_restore_state}). Left out is what may differ on a healthy device:
 *
 * <ul>
 *   <li>Status: interrupt status and the error bits, which say what happened, not what is (PCI
 *       Local Bus Specification 3.0, 6.2.3), and BIST, whose low bits are a result (6.2.4).
 *   <li>Power management: control, status and data (PCI Power Management Interface Specification
 *       1.2, 3.2.4): a function may sleep before, and is awake after.
 *   <li>MSI and MSI-X: addresses, data, masks, and the bits that turn them on (PCI 3.0, 6.8.1 and
 *       6.8.2): a driver that is gone left them, and a reset clears them.
 *   <li>PCI Express: device, link, slot and root status (PCI Express Base Specification 4.0,
 *       7.5.3).
 *   <li>Vital product data's address and data (PCI 3.0, appendix I): a window that moves.
 *   <li>The bodies of all other capabilities, and what lies outside of capabilities: the maker's.
 *       Of extended ones, access control is compared (PCI Express 4.0, 7.7.8.3), for isolation
 *       rests on it.
 * </ul>
 */
public final class ConfigCompare {
  private static final int HEADER = 64;
  private static final int STATUS = 0x06;

  /** Status: capabilities list, 66 MHz, fast back-to-back, DEVSEL timing; the rest are events. */
  private static final int STATUS_KEPT = 0x06b0;

  /** More differences than this say no more than these. */
  private static final int MOST = 6;

  private final byte[] before;
  private final byte[] after;
  private final List<String> found = new ArrayList<>();

  private ConfigCompare(byte[] before, byte[] after) {
    this.before = before;
    this.after = after;
  }

  /**
   * True where a function does not answer: its whole header reads as ones (PCI 3.0, 6.1). Vendor
   * and device alone prove nothing, for those of a VF read so as well (PCI Express 4.0, 9.3.4.1.1).
   */
  public static boolean silent(byte[] config) {
    for (int i = 0; i < Math.min(HEADER, config.length); i++) {
      if (config[i] != (byte) 0xff) {
        return false;
      }
    }
    return config.length > 0;
  }

  /** Which registers differ that should not, each as {@code command 0006 -> 0000}. */
  public static List<String> differences(byte[] before, byte[] after) {
    ConfigCompare compare = new ConfigCompare(before, after);
    if (after.length < Math.min(before.length, HEADER)) {
      return List.of("only " + after.length + " bytes can be read");
    }
    compare.header();
    compare.capabilities();
    compare.extended();
    return compare.found.size() <= MOST
        ? List.copyOf(compare.found)
        : List.of(
            String.join("; ", compare.found.subList(0, MOST))
                + "; and "
                + (compare.found.size() - MOST)
                + " more");
  }

  /**
   * What in configuration space contradicts what the kernel knows of the function since it
   * enumerated it. A device that was reset while the kernel could not reach it comes back empty,
   * and every later reset keeps that (seen on Linux 6.12: "Device config space inaccessible; unable
   * to save state").
   */
  public static List<String> strangeTo(KernelReader kernel, PciAddress address, byte[] now) {
    List<String> strange = new ArrayList<>();
    ConfigSpace space = new ConfigSpace("config", now);
    known(kernel, address, "vendor", space.u16(0), strange);
    known(kernel, address, "device", space.u16(2), strange);
    known(kernel, address, "class", space.u16(9) | space.u8(11) << 16, strange);
    if (!virtual(kernel, address)) {
      lostWindows(kernel, address, space, strange);
    }
    return strange;
  }

  private static void known(
      KernelReader kernel, PciAddress address, String attribute, int now, List<String> into) {
    String text = kernel.read("sys/bus/pci/devices/" + address + "/" + attribute).or("");
    long cached = Facts.hex(text).orElse((long) now);
    if (cached != now && !(now == 0xffff && virtual(kernel, address))) {
      into.add(attribute + " " + text + " -> " + Hex.digits(now, 4));
    }
  }

  private static boolean virtual(KernelReader kernel, PciAddress address) {
    return kernel.exists("sys/bus/pci/devices/" + address + "/physfn");
  }

  /**
   * Windows that the kernel has given the function and that it has forgotten. Only zero is held
   * against it: on some machines addresses on the bus are others than the processor's. Those of a
   * VF are in its PF (PCI Express 4.0, 9.3.4.1.11).
   */
  private static void lostWindows(
      KernelReader kernel, PciAddress address, ConfigSpace space, List<String> into) {
    String text = kernel.read("sys/bus/pci/devices/" + address + "/resource").or("");
    List<String> lines = text.lines().limit(6).toList();
    for (int bar = 0; bar < lines.size(); bar++) {
      List<String> words = Facts.words(lines.get(bar));
      long given = words.isEmpty() ? 0 : Facts.hex(words.getFirst()).orElse(0L);
      long here = space.u16(0x10 + 4 * bar) & 0xfff0 | space.u16(0x12 + 4 * bar);
      if (given != 0 && here == 0) {
        into.add("BAR " + bar + " " + words.getFirst() + " -> 0");
      }
    }
  }

  private void header() {
    same("vendor", 0x00, 2, -1);
    same("device", 0x02, 2, -1);
    same("command", 0x04, 2, -1);
    same("status", STATUS, 2, STATUS_KEPT);
    same("class and revision", 0x08, 4, -1);
    same("cache line size", 0x0c, 1, -1);
    same("latency timer", 0x0d, 1, -1);
    same("header type", 0x0e, 1, -1);
    for (int bar = 0; bar < 6; bar++) {
      same("BAR " + bar, 0x10 + 4 * bar, 4, -1);
    }
    same("CardBus pointer", 0x28, 4, -1);
    same("subsystem", 0x2c, 4, -1);
    same("ROM address", 0x30, 4, -1);
    same("capabilities pointer", 0x34, 1, -1);
    same("interrupt line and pin", 0x3c, 2, -1);
    same("latency", 0x3e, 2, -1);
  }

  private void capabilities() {
    ConfigSpace then = new ConfigSpace("config", before);
    ConfigSpace now = new ConfigSpace("config", after);
    List<Integer> chain = then.capabilities();
    if (!chain.equals(now.capabilities())) {
      found.add("the list of capabilities");
      return;
    }
    for (int at : chain) {
      String name = "capability " + Hex.digits(then.u8(at), 2) + " at " + Hex.digits(at, 2);
      same(name, at, 1, -1);
      switch (then.u8(at)) {
        case ConfigSpace.MSI -> same(name + " control", at + 2, 2, 0xff8e);
        case ConfigSpace.MSIX -> {
          same(name + " control", at + 2, 2, 0x07ff);
          same(name + " table", at + 4, 4, -1);
          same(name + " pending bits", at + 8, 4, -1);
        }
        case ConfigSpace.EXPRESS -> {
          same(name + " capabilities", at + 2, 2, -1);
          same(name + " device capabilities", at + 4, 4, -1);
          same(name + " device control", at + 8, 2, 0x7fff);
          same(name + " link capabilities", at + 0x0c, 4, -1);
        }
        default -> {}
      }
    }
  }

  private void extended() {
    if (before.length <= 256 || after.length <= 256) {
      return;
    }
    ConfigSpace then = new ConfigSpace("config", before);
    ConfigSpace now = new ConfigSpace("config", after);
    List<Integer> chain = then.extendedCapabilities();
    if (!chain.equals(now.extendedCapabilities())) {
      found.add("the list of extended capabilities");
      return;
    }
    for (int at : chain) {
      String name = "extended capability " + Hex.digits(then.u16(at), 4);
      same(name, at, 4, -1);
      if (then.u16(at) == ConfigSpace.EXT_ACS) {
        same(name + " control", at + 6, 2, -1);
      }
    }
  }

  private void same(String name, int at, int length, int mask) {
    long then = number(before, at, length) & mask & 0xffffffffL;
    long now = number(after, at, length) & mask & 0xffffffffL;
    if (then != now && at + length <= Math.min(before.length, after.length)) {
      found.add(
          name
              + " "
              + Hex.digits((int) then, 2 * length)
              + " -> "
              + Hex.digits((int) now, 2 * length));
    }
  }

  private static long number(byte[] bytes, int at, int length) {
    long value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << 8 | (at + i < bytes.length ? bytes[at + i] & 0xff : 0);
    }
    return value;
  }
}
