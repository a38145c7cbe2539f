package dev.lend.act;

import dev.lend.model.Guest;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.VfioHolder;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** What acting needs to see of the host. */
public interface HostView {
  /**
   * The host now, with the bindings of one function and of all others in its IOMMU group; without
   * those of functions that a driver is being taken off.
   *
   * @param heldUp functions that a write holds up: their bindings are not read, for that could hang
   */
  HostSnapshot around(PciAddress address, Set<PciAddress> heldUp);

  /**
   * The host now, with everything that a plan for the VFs of a PF needs: how it stands, and what
   * rests on each of its VFs.
   *
   * @param heldUp as in {@link #around}
   */
  HostSnapshot withVfs(PciAddress pf, Set<PciAddress> heldUp);

  /** The processes that have an IOMMU group's VFIO file open now. */
  List<VfioHolder> holders(int group);

  /** The NUMA node that a guest is on; empty where that does not matter or is not known. */
  OptionalInt nodeOf(Guest guest);
}
