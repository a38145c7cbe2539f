package dev.lend.sysfs;

import dev.lend.sysfs.KernelRefusal.Reason;
import java.util.Arrays;
import java.util.List;

/**
 * Configuration space, and what resets do to it (kernel: {@code drivers/pci/pci.c}, {@code
 * pci_reset_function}).
 */
final class SimReset {
  /** What a method does to a device. */
  enum Manner {
    WORKS,
    /** The method fails, and the kernel tries no other ({@code EIO}). */
    FAILS,
    /** The kernel cannot restore what the reset took: command and BARs are gone. */
    WIPES,
    /** The device does not come back. */
    KILLS
  }

  private static final int COMMAND = 0x04;
  private static final int BAR = 0x10;
  private static final int POWER = 0x40;
  private static final int MSI = 0x50;
  private static final int EXPRESS = 0x70;

  private final SimState state;

  SimReset(SimState state) {
    this.state = state;
  }

  /** Configuration space as root reads it. */
  static byte[] config(SimDevice device) {
    byte[] bytes = device.config.length > 0 ? device.config.clone() : fresh(device);
    if (device.silent) {
      Arrays.fill(bytes, (byte) 0xff);
    }
    return bytes;
  }

  private static byte[] fresh(SimDevice device) {
    FunctionSpec spec = device.spec;
    boolean express = spec.resets().contains("flr") || spec.resets().contains("pm");
    byte[] bytes = new byte[express ? 4096 : 256];
    // What a VF's registers say of maker and model is all ones (PCI Express 4.0, 9.3.4.1.1); the
    // kernel takes both from the PF.
    put16(bytes, 0, device.pf.isPresent() ? 0xffff : spec.id().vendor());
    put16(bytes, 2, device.pf.isPresent() ? 0xffff : spec.id().device());
    put16(bytes, COMMAND, 0x0006);
    put16(bytes, 6, 0x0010);
    bytes[8] = (byte) spec.revision();
    bytes[9] = (byte) spec.pciClass();
    put16(bytes, 10, spec.pciClass() >> 8);
    bytes[14] = (byte) (spec.type1() ? 1 : 0);
    put16(bytes, BAR + 2, device.pf.isPresent() || spec.bridge() ? 0 : 0xfe80);
    bytes[0x34] = POWER;
    put16(bytes, POWER, 0x01 | MSI << 8);
    put16(bytes, MSI, 0x05 | (express ? EXPRESS << 8 : 0));
    put16(bytes, MSI + 2, 0x0080);
    // Left behind by the driver that booted the host.
    put16(bytes, MSI + 4, 0x0000);
    put16(bytes, MSI + 6, 0xfee0);
    if (express) {
      put16(bytes, EXPRESS, 0x10);
      put16(bytes, EXPRESS + 2, 0x0002);
    }
    return bytes;
  }

  private static void put16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    bytes[at + 1] = (byte) (value >> 8);
  }

  /**
   * Tries the methods that are chosen, in order: ENOTTY of one leads to the next, any other error
   * to an end ({@code __pci_reset_function_locked}). A device that does not answer makes FLR and PM
   * give up with ENOTTY ({@code pci_dev_wait}); a bus reset may bring it back.
   */
  void reset(SimDevice device) throws Errno {
    String chosen = state.tree.read(device.dir + "/reset_method").or("");
    for (String method : List.of(chosen.split(" ", -1))) {
      boolean bus = method.equals("bus");
      if (method.isEmpty() || device.silent && !bus || bus && sharesBus(device)) {
        continue;
      }
      switch (state.resets.getOrDefault(device.address() + " " + method, Manner.WORKS)) {
        case WORKS -> {
          device.silent = false;
          new SimNvme(state).reset(device);
          wipe(device, MSI + 4, 8);
        }
        case FAILS -> throw new Errno(Reason.EIO);
        case WIPES -> {
          wipe(device, COMMAND, 2);
          wipe(device, BAR, 24);
        }
        case KILLS -> device.silent = true;
      }
      return;
    }
    throw new Errno(Reason.OTHER);
  }

  /** {@code pci_parent_bus_reset}: not where it would hit others. */
  private boolean sharesBus(SimDevice device) {
    for (SimDevice other : state.devices.values()) {
      if (other != device && other.spec.under().equals(device.spec.under())) {
        return true;
      }
    }
    return false;
  }

  /** As VFIO resets when a device is closed: whether it worked, nobody hears. */
  void unheard(SimDevice device) {
    try {
      reset(device);
    } catch (Errno nobodyHears) {
      return;
    }
  }

  private static void wipe(SimDevice device, int from, int length) {
    byte[] bytes = device.config.length > 0 ? device.config.clone() : fresh(device);
    Arrays.fill(bytes, from, from + length, (byte) 0);
    device.config = bytes;
  }
}
