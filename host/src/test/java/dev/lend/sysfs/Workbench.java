package dev.lend.sysfs;

import dev.lend.linux.Net;
import dev.lend.linux.Nvme;
import java.util.function.BooleanSupplier;

/** A kernel to hold to the contract, and what the contract needs besides the port. */
interface Workbench {
  /**
   * Where things are on the host.
   *
   * @param nic an unused network card, alone in its group, that can be reset
   * @param nicDriver its driver
   * @param nicNet its interface
   * @param pf an unused PF with SR-IOV off
   * @param pfDriver its driver
   * @param usable how many VFs its driver offers, at least 3
   * @param total how many its hardware has
   * @param vfDriver the driver of its VFs
   * @param twin an unused function that shares its group with {@code otherTwin} and a bridge
   * @param twinDriver its driver
   * @param otherTwin the other; it has no reset method
   * @param otherTwinDriver its driver
   * @param bridge the PCI bridge in that group, which has no driver
   * @param disk an NVMe controller without VFs
   * @param sharing an NVMe controller with 4 VFs, 8 queues and 4 interrupts for them
   */
  record Site(
      String nic,
      String nicDriver,
      String nicNet,
      String pf,
      String pfDriver,
      int usable,
      int total,
      String vfDriver,
      String twin,
      String twinDriver,
      String otherTwin,
      String otherTwinDriver,
      String bridge,
      String disk,
      String sharing) {
    /** The lab's host, simulated or emulated. */
    static Site lab() {
      return new Site(
          "0000:02:00.0",
          "e1000e",
          "enp2s0",
          "0000:01:00.0",
          "igb",
          7,
          8,
          "igbvf",
          "0000:04:01.0",
          "8139cp",
          "0000:04:02.0",
          "e1000",
          "0000:03:00.0",
          "0000:05:00.0",
          "0000:08:00.0");
    }
  }

  /** Keeps a function open through VFIO until it is closed. */
  interface Hold extends AutoCloseable {
    @Override
    void close();
  }

  Kernel kernel();

  /** The same kernel, for a write that is expected to block. */
  Kernel hasty();

  /** The network of that kernel. */
  Net net();

  /** Its NVMe controllers. */
  Nvme nvme();

  Site site();

  /**
   * Opens a function and its group as QEMU does.
   *
   * @throws KernelRefusal the group could not be opened (EBUSY, ENOENT) or claimed (EPERM)
   */
  Hold hold(String address) throws KernelRefusal;

  /** Waits for something that the kernel does in its own time. */
  void await(String what, BooleanSupplier condition);
}
