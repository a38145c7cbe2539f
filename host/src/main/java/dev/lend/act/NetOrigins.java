package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.VfSettings;
import dev.lend.plan.Planner;
import dev.lend.sysfs.InterfaceNames;
import dev.lend.sysfs.KernelReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads how the network side of functions is set up, before they leave the host. */
final class NetOrigins {
  private static final String NO_ADDRESS = "00:00:00:00:00:00";

  private final KernelReader kernel;
  private final InterfaceNames names;
  private final Net net;

  NetOrigins(KernelReader kernel, Net net) {
    this.kernel = kernel;
    this.names = new InterfaceNames(kernel);
    this.net = net;
  }

  /**
   * How they are set up; only those that have an interface, or are a VF of one that has. Nothing is
   * asked of the kernel for others, nor for those that are on vfio-pci already.
   */
  Map<PciAddress, Fact<NetOrigin>> of(HostSnapshot host, Set<PciAddress> addresses) {
    Map<PciAddress, Fact<NetOrigin>> origins = new HashMap<>();
    for (PciAddress address : addresses) {
      Optional<PciFunction> function = host.function(address);
      if (function.isPresent() && !function.get().boundTo(Planner.VFIO_PCI)) {
        try {
          NetOrigin origin = origin(function.get());
          if (!origin.empty()) {
            origins.put(address, Fact.known(origin));
          }
        } catch (NetRefusal refusal) {
          origins.put(address, unreadable(refusal));
        }
      }
    }
    return origins;
  }

  /**
   * What PFs hold those of their VFs to that are on vfio-pci already; without those of which
   * netlink tells nothing.
   */
  Map<PciAddress, NetOrigin.Vf> lentVfs(HostSnapshot host, Set<PciAddress> addresses) {
    Map<PciAddress, NetOrigin.Vf> vfs = new HashMap<>();
    for (PciAddress address : addresses) {
      Optional<PciFunction> function = host.function(address);
      if (function.isPresent()
          && function.get().boundTo(Planner.VFIO_PCI)
          && function.get().sriov() instanceof SriovRole.Virtual(PciAddress pf, int index)) {
        try {
          vf(pf, index).ifPresent(vf -> vfs.put(address, vf));
        } catch (NetRefusal refusal) {
          continue;
        }
      }
    }
    return vfs;
  }

  private static Fact<NetOrigin> unreadable(NetRefusal refusal) {
    return new Fact.Unreadable<>("netlink", String.valueOf(refusal.getMessage()));
  }

  /** For each function that has an interface: netlink does not tell. */
  static Map<PciAddress, Fact<NetOrigin>> unreadable(
      HostSnapshot host, Set<PciAddress> addresses, NetRefusal refusal) {
    Map<PciAddress, Fact<NetOrigin>> origins = new HashMap<>();
    for (PciAddress address : addresses) {
      if (!host.netsOf(address).isEmpty()) {
        origins.put(address, unreadable(refusal));
      }
    }
    return origins;
  }

  private NetOrigin origin(PciFunction function) throws NetRefusal {
    List<String> own = names.of(function.address());
    Optional<NetOrigin.Vf> vf =
        function.sriov() instanceof SriovRole.Virtual(PciAddress pf, int index)
            ? vf(pf, index)
            : Optional.empty();
    if (own.isEmpty()) {
      return new NetOrigin(List.of(), vf);
    }
    List<Link> links = net.links();
    NetStates reader = new NetStates(kernel, net, links);
    List<NetState> states = new ArrayList<>();
    for (Link link : links) {
      if (own.contains(link.name())) {
        states.add(
            reader.of(link, vf.isPresent() && !vf.get().settings().mac().equals(NO_ADDRESS)));
      }
    }
    return new NetOrigin(states, vf);
  }

  private Optional<NetOrigin.Vf> vf(PciAddress pf, int index) throws NetRefusal {
    Optional<VfSettings> settings = settings(pf, index);
    return settings.map(found -> new NetOrigin.Vf(pf, index, found));
  }

  /** What a PF holds a VF to; empty where the PF has no interface, or tells nothing of its VFs. */
  private Optional<VfSettings> settings(PciAddress pf, int index) throws NetRefusal {
    List<String> own = names.of(pf);
    if (own.isEmpty()) {
      return Optional.empty();
    }
    for (Link link : net.links()) {
      if (link.name().equals(own.getFirst())) {
        return Optional.ofNullable(net.vfs(link.index()).get(index));
      }
    }
    return Optional.empty();
  }
}
