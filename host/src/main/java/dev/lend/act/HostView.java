package dev.lend.act;

import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.VfioHolder;
import java.util.List;

/** What acting needs to see of the host. */
public interface HostView {
  /** The host now, with the bindings of one function and of all others in its IOMMU group. */
  HostSnapshot around(PciAddress address);

  /** The processes that have an IOMMU group's VFIO file open now. */
  List<VfioHolder> holders(int group);
}
