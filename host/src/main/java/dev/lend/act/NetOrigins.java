package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetAddress;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetRoute;
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
  /** More are the work of a routing daemon, which makes them again, and too much for a journal. */
  private static final int MOST_ROUTES = 1_000;

  private static final String NO_ADDRESS = "00:00:00:00:00:00";
  private static final Set<String> ONE_ADDRESS_FOR_ALL = Set.of("bond", "team");

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
          origins.put(
              address, new Fact.Unreadable<>("netlink", String.valueOf(refusal.getMessage())));
        }
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
    List<NetState> states = new ArrayList<>();
    for (Link link : links) {
      if (own.contains(link.name())) {
        states.add(state(link, links, vf));
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

  /**
   * True where the interface's address is not its own to choose: a bond or team gives its members
   * its address and takes it away again, and a VF gets the one that its PF holds it to.
   */
  private static boolean givenAddress(Link link, Optional<NetOrigin.Vf> vf) {
    return ONE_ADDRESS_FOR_ALL.contains(link.memberOf())
        || vf.isPresent() && !vf.get().settings().mac().equals(NO_ADDRESS);
  }

  private NetState state(Link link, List<Link> links, Optional<NetOrigin.Vf> vf) throws NetRefusal {
    List<String> lost = new ArrayList<>();
    Optional<Link> master = links.stream().filter(one -> one.index() == link.master()).findFirst();
    if (link.master() != 0 && master.isEmpty()) {
      lost.add("its membership in an interface of another network namespace");
    }
    if (master.isPresent() && filtersVlans(master.get().name())) {
      lost.add("the VLANs of its port in the bridge " + master.get().name());
    }
    for (Link other : links) {
      if (other.lower() == link.index() && other.index() != link.index()) {
        lost.add("the interface " + other.name() + " (" + kind(other) + ") on it");
      }
    }
    List<NetAddress> addresses = new ArrayList<>();
    for (Net.OnLink one : net.addresses()) {
      if (one.link() == link.index() && !one.address().made()) {
        addresses.add(one.address());
      }
    }
    Optional<String> mac =
        givenAddress(link, vf) || link.mac().equals(link.permanentMac())
            ? Optional.empty()
            : link.mac();
    return new NetState(
        link.name(),
        link.index(),
        link.permanentMac(),
        link.up(),
        link.mtu(),
        mac,
        master.map(Link::name),
        addresses,
        routes(link, lost),
        lost);
  }

  private static String kind(Link link) {
    return link.kind().isEmpty() ? "of software" : link.kind();
  }

  private List<NetRoute> routes(Link link, List<String> lost) throws NetRefusal {
    Net.Routes found = net.routes(link.index());
    found.others().forEach(other -> lost.add("the route " + other));
    List<NetRoute> routes = new ArrayList<>(found.plain());
    routes.removeIf(route ->
        route.announced()
            || route.protocol() == NetRoute.BY_KERNEL && route.destination().linkLocal());
    if (routes.size() > MOST_ROUTES) {
      lost.add((routes.size() - MOST_ROUTES) + " more routes");
    }
    return routes.subList(0, Math.min(routes.size(), MOST_ROUTES));
  }

  private boolean filtersVlans(String bridge) {
    return kernel.read("sys/class/net/" + bridge + "/bridge/vlan_filtering").or("0").equals("1");
  }
}
