package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Which function hangs below which bridge, as the paths of sysfs have it. */
public final class Topology {
  private final Map<PciAddress, PciAddress> parents = new HashMap<>();
  private final Map<PciAddress, String> roots = new HashMap<>();

  private Topology() {}

  /** Reads one link for each function of the snapshot. */
  public static Topology read(KernelReader kernel, HostSnapshot host) {
    Topology topology = new Topology();
    for (PciAddress address : host.functions().keySet()) {
      if (kernel.link("sys/bus/pci/devices/" + address)
          instanceof Fact.Known<String>(String target)) {
        topology.place(host, address, target);
      }
    }
    return topology;
  }

  private void place(HostSnapshot host, PciAddress address, String target) {
    int last = target.lastIndexOf('/');
    Optional<PciAddress> parent =
        last < 0 ? Optional.empty() : SysPath.function(target.substring(0, last));
    if (parent.isPresent()
        && host.function(parent.get()).isPresent()
        && !parent.get().equals(address)) {
      parents.put(address, parent.get());
    }
    int pci = target.lastIndexOf("/pci");
    if (pci >= 0) {
      int end = target.indexOf('/', pci + 1);
      roots.put(address, target.substring(pci + 4, end < 0 ? target.length() : end));
    }
  }

  /** The bridge that a function hangs below; empty where it sits on a root bus. */
  public Optional<PciAddress> parent(PciAddress address) {
    return Optional.ofNullable(parents.get(address));
  }

  /** The root bus, as {@code 0000:00}. */
  public String rootBus(PciAddress address) {
    String root = roots.get(address);
    return root == null
        ? address.toString().substring(0, address.toString().lastIndexOf(':'))
        : root;
  }
}
