package dev.lend.act;

import dev.lend.model.PciId;
import java.util.List;

/**
 * A device that is looked for in a guest.
 *
 * @param deviceId what the guest's QEMU, or libvirt, calls it
 * @param id what it is: another with the same address is not it
 * @param macs hardware addresses by which its interface is known in there; none where it has no
 *     interface, or the guest makes one up
 */
public record Sought(String deviceId, PciId id, List<String> macs) {
  /** Copies the list. */
  public Sought {
    macs = List.copyOf(macs);
  }
}
