package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfIdentity;
import dev.lend.model.SriovRole;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.PfIdentityReader;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the physical functions of this host are known by, netlink asked as well. */
public final class PfIdentities {
  private final KernelReader kernel;
  private final Net net;

  /** Reads through {@code kernel} and {@code net}. */
  public PfIdentities(KernelReader kernel, Net net) {
    this.kernel = kernel;
    this.net = net;
  }

  /**
   * Of each physical function. Where netlink refuses, what sysfs tells of hardware addresses has to
   * do.
   *
   * @param vpd true where somebody knows a card by its vital product data, which is slow to read
   */
  public SortedMap<PciAddress, PfIdentity> of(HostSnapshot host, boolean vpd) {
    Map<String, String> permanent = permanent();
    PfIdentityReader reader = new PfIdentityReader(kernel);
    SortedMap<PciAddress, PfIdentity> found = new TreeMap<>();
    for (PciFunction function : host.functions().values()) {
      if (function.sriov() instanceof SriovRole.Physical) {
        found.put(function.address(), reader.read(function, permanent, vpd));
      }
    }
    return found;
  }

  private Map<String, String> permanent() {
    Map<String, String> permanent = new HashMap<>();
    try {
      for (Link link : net.links()) {
        link.permanentMac().ifPresent(mac -> permanent.put(link.name(), mac));
      }
    } catch (NetRefusal refused) {
      permanent.clear();
    }
    return permanent;
  }
}
