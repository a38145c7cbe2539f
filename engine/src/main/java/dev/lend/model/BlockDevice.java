package dev.lend.model;

import java.util.List;
import java.util.Optional;

/**
 * A whole disk or namespace behind a PCI function, with what the host has built and mounted on it.
 *
 * @param name for example {@code nvme0n1} or {@code sda}
 * @param function the PCI function of its controller; empty for devices that have none
 * @param bytes its size
 * @param uses what lies on it, through partitions, device mapper, md and loop devices
 */
public record BlockDevice(String name, Optional<PciAddress> function, long bytes, List<Use> uses) {
  /** Copies the list. */
  public BlockDevice {
    uses = List.copyOf(uses);
  }

  /**
   * One use of the disk.
   *
   * @param via the chain from the disk to what is used, for example {@code [nvme0n1p2, dm-0]}
   * @param what what it is used for
   */
  public record Use(List<String> via, What what) {
    /** Copies the list. */
    public Use {
      via = List.copyOf(via);
    }
  }

  /** What a block device can be used for. */
  public sealed interface What {}

  /** A mounted file system. */
  public record Mounted(String mountPoint) implements What {}

  /** Swap space. */
  public record Swap() implements What {}

  /**
   * The kernel gives it to other machines.
   *
   * @param target as whom: the name of an iSCSI backstore or of an NVMe subsystem
   */
  public record Served(String target) implements What {}

  /** A layer that is built on it (device mapper, md) and that nothing mounted was found on. */
  public record Layer(String device) implements What {}
}
