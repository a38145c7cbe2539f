package dev.lend.model;

import java.util.List;

/**
 * Something on the host that rests on a PCI function, beyond its interfaces and what lies on its
 * disks. Read for a plan and for one device only: some of it takes a walk over all processes.
 */
public sealed interface Dependent {
  /** What a device is to the host, as far as its class in sysfs tells. */
  enum Role {
    /** The RDMA side of a network card ({@code /sys/class/infiniband}). */
    RDMA,
    /** A sound card. */
    SOUND,
    /** A trusted platform module. */
    TPM,
    /** A watchdog that nobody feeds. */
    WATCHDOG,
    /** A watchdog that runs: it resets the host when it is not fed. */
    ACTIVE_WATCHDOG,
    /** A keyboard. */
    KEYBOARD,
    /** Another USB device. */
    USB,
    /** A connector with a monitor on it. */
    MONITOR,
    /** A console of the kernel: a frame buffer, or a serial port that the kernel prints to. */
    CONSOLE,
    /** The display that the firmware started with. */
    BOOT_DISPLAY,
    /** The firmware's frame buffer in the display's memory, with a driver of the host on it. */
    FRAME_BUFFER
  }

  /**
   * A device of the kernel behind the function.
   *
   * @param name what the kernel, or the device itself, calls it
   */
  record Part(Role role, String name) implements Dependent {}

  /**
   * A process has a device file open.
   *
   * @param node the file below {@code /dev}, for example {@code dri/card0}
   * @param alias a name that people know it by, such as that of a logical volume; else empty text
   * @param block true for a block device
   * @param writing true where it may write
   */
  record OpenFile(String node, String alias, boolean block, boolean writing, HostProcess process)
      implements Dependent {}

  /**
   * Its network interface is in another network namespace, where this one's files do not show it.
   *
   * @param spaces the namespaces that it may be in, as a person can find them
   */
  record NetElsewhere(List<String> spaces) implements Dependent {
    /** Copies the list. */
    public NetElsewhere {
      spaces = List.copyOf(spaces);
    }
  }

  /**
   * A process keeps a BPF program attached to an interface.
   *
   * @param net the interface
   * @param hook where: {@code xdp}, {@code tcx}, {@code netkit}
   */
  record BpfProgram(String net, String hook, HostProcess process) implements Dependent {}

  /**
   * A disk of it is mounted in a mount namespace of some processes only: a container's.
   *
   * @param node the block device
   * @param point where
   * @param process one of them
   */
  record MountElsewhere(String node, String point, HostProcess process) implements Dependent {}

  /** A folder of the machine that this host runs on, shared through the function and mounted. */
  record SharedFolder(String tag, String point) implements Dependent {}

  /**
   * What a disk or partition holds that nothing on the host uses now.
   *
   * @param type as udev found it: {@code LVM2_member}, {@code zfs_member}, {@code ext4}
   * @param label its label or pool; else empty text
   */
  record Content(String node, String type, String label) implements Dependent {}

  /** Functions that only this one leads to: those behind an Intel VMD. */
  record Below(List<PciAddress> functions) implements Dependent {
    /** Copies the list. */
    public Below {
      functions = List.copyOf(functions);
    }
  }

  /** It has no reset of its own; one of its slot resets these as well. */
  record SharedReset(List<PciAddress> others) implements Dependent {
    /** Copies the list. */
    public SharedReset {
      others = List.copyOf(others);
    }
  }

  /** Processes into which nobody but root may look: they may use the device too. */
  record Unseen(int processes) implements Dependent {}
}
