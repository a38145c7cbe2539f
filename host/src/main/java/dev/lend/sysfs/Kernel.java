package dev.lend.sysfs;

import dev.lend.model.KernelTask;

/** The whole port to a kernel: reading, and the one way to change it. */
public interface Kernel extends KernelReader {
  /** Told which child does a write, before it does it. */
  @FunctionalInterface
  interface Witness {
    /** The child is there. A write waits until this returns, and is not done where it throws. */
    void starts(KernelTask task);

    /** Takes no notice. */
    static Witness none() {
      return task -> {};
    }
  }

  /** Keeps the file of an IOMMU group open. */
  interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Stores a value into an existing attribute, in one {@code write(2)}, as sysfs needs it (kernel:
   * {@code Documentation/filesystems/sysfs.rst}). That this returns does not mean that the kernel
   * did what was asked: read back.
   *
   * @param path from the root of the host, without a leading slash
   * @param value what to write, as it is
   * @throws KernelRefusal the kernel refused, or did not answer in time
   */
  void write(String path, String value, Witness witness) throws KernelRefusal;

  /** The same without a witness. */
  default void write(String path, String value) throws KernelRefusal {
    write(path, value, Witness.none());
  }

  /**
   * Loads a kernel module as {@code modprobe} does. The witness is told when that has begun.
   *
   * @throws KernelRefusal it could not be loaded, or not in time
   */
  void loadModule(String name, Witness witness) throws KernelRefusal;

  /** The same without a witness. */
  default void loadModule(String name) throws KernelRefusal {
    loadModule(name, Witness.none());
  }

  /**
   * Opens {@code /dev/vfio/GROUP}. One process at a time can: as long as the claim is open, nobody
   * else gets at a function of the group, and where it could be opened nobody has one, since a
   * function's file keeps its group's open (kernel: {@code drivers/vfio/group.c}, {@code
   * vfio_group_fops_open}, {@code vfio_group_fops_release}).
   *
   * @throws KernelRefusal EBUSY where another process has it, ENOENT where there is no such file
   */
  Claim claim(int group) throws KernelRefusal;
}
