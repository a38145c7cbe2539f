package dev.lend.model;

import java.util.List;

/**
 * What a function is to SR-IOV (PCI Express Base Specification, "Single Root I/O Virtualization and
 * Sharing").
 */
public sealed interface SriovRole {
  /** Neither: an ordinary function. */
  record Ordinary() implements SriovRole {}

  /**
   * A physical function.
   *
   * @param total how many VFs it can have ({@code sriov_totalvfs})
   * @param vfs the VFs that exist now, by index; the index is not the order of addresses ({@code
   *     drivers/pci/iov.c}: VFs are placed by offset and stride, and the links {@code virtfnN} name
   *     them)
   */
  record Physical(int total, List<PciAddress> vfs) implements SriovRole {
    /** Copies the list. */
    public Physical {
      vfs = List.copyOf(vfs);
    }
  }

  /**
   * A virtual function.
   *
   * @param pf the physical function it belongs to
   * @param index its number there
   */
  record Virtual(PciAddress pf, int index) implements SriovRole {}

  /** The role of a function with no SR-IOV. */
  static SriovRole ordinary() {
    return new Ordinary();
  }
}
