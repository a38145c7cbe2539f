package dev.lend.sysfs;

/** The whole port to a kernel: reading, and the one way to change it. */
public interface Kernel extends KernelReader {
  /**
   * Stores a value into an existing attribute, in one {@code write(2)}, as sysfs needs it (kernel:
   * {@code Documentation/filesystems/sysfs.rst}). That this returns does not mean that the kernel
   * did what was asked: read back.
   *
   * @param path from the root of the host, without a leading slash
   * @param value what to write, as it is
   * @throws KernelRefusal the kernel refused, or did not answer in time
   */
  void write(String path, String value) throws KernelRefusal;

  /**
   * Loads a kernel module as {@code modprobe} does.
   *
   * @throws KernelRefusal it could not be loaded
   */
  void loadModule(String name) throws KernelRefusal;
}
