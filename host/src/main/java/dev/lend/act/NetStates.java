package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetLoss;
import dev.lend.model.NetRoute;
import dev.lend.model.NetState;
import dev.lend.plan.NetTypes;
import dev.lend.sysfs.KernelReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads how interfaces are set up, with all that stands on them. */
final class NetStates {
  /** More are the work of a routing daemon, which makes them again, and too much for a journal. */
  private static final int MOST_ROUTES = 1_000;

  private static final Set<String> ONE_ADDRESS_FOR_ALL = Set.of("bond", "team");

  private final KernelReader kernel;
  private final Net net;
  private final List<Link> links;

  /**
   * @param links all of them
   */
  NetStates(KernelReader kernel, Net net, List<Link> links) {
    this.kernel = kernel;
    this.net = net;
    this.links = List.copyOf(links);
  }

  /**
   * How an interface is set up.
   *
   * @param held true where its hardware address is not its own to choose
   */
  NetState of(Link link, boolean held) throws NetRefusal {
    List<NetLoss> lost = new ArrayList<>();
    Optional<Link> master = master(link, lost);
    List<NetAddress> addresses = new ArrayList<>();
    for (Net.OnLink one : net.addresses()) {
      if (one.link() == link.index() && !one.address().made()) {
        addresses.add(one.address());
      }
    }
    // A bond or team gives its members its address and takes it away again.
    Optional<String> mac =
        held || ONE_ADDRESS_FOR_ALL.contains(link.memberOf()) || link.mac().equals(ownMac(link))
            ? Optional.empty()
            : link.mac();
    List<NetRoute> routes = routes(link, lost);
    link.programs().forEach(program -> lost.add(NetLoss.of("its XDP program " + program)));
    for (String other : net.elsewhere(link.index())) {
      lost.add(NetLoss.of("the interface " + other + " of another network namespace on it"));
    }
    net.traffic(link.index()).forEach(text -> lost.add(NetLoss.of(text)));
    new NetSysctls(kernel).loss(link.name(), announcedDefault(link)).ifPresent(lost::add);
    List<NetState.Stacked> stacked = stacked(link, lost);
    return new NetState(
        link.name(),
        link.index(),
        link.permanentMac(),
        link.up(),
        link.mtu(),
        mac,
        master.map(Link::name),
        addresses,
        routes,
        lost,
        link.altNames(),
        stacked);
  }

  /** The address that the kernel gives such an interface by itself when it is made. */
  private Optional<String> ownMac(Link link) {
    if (link.form().isEmpty()) {
      return link.permanentMac();
    }
    // That of a macvlan is made up anew each time.
    return link.form().get() instanceof NetForm.Macvlan
        ? Optional.empty()
        : named(link.lower()).flatMap(Link::mac);
  }

  private Optional<Link> named(int index) {
    return links.stream().filter(one -> one.index() == index).findFirst();
  }

  private Optional<Link> master(Link link, List<NetLoss> lost) {
    Optional<Link> master = named(link.master());
    if (link.master() != 0 && master.isEmpty()) {
      lost.add(NetLoss.of("its membership in an interface of another network namespace"));
    }
    if (master.isPresent() && master.get().kind().equals(NetTypes.OVS)) {
      List<String> ports = new ArrayList<>();
      for (Link one : links) {
        if (one.kind().equals(NetTypes.OVS)) {
          ports.add(one.name());
        }
      }
      lost.add(new NetLoss("its port in Open vSwitch, which only ovs-vswitchd can make", ports));
      return Optional.empty();
    }
    if (master.isPresent()) {
      lost.addAll(new BridgePort(kernel).losses(link.name(), master.get().name()));
    }
    return master;
  }

  private List<NetState.Stacked> stacked(Link link, List<NetLoss> lost) throws NetRefusal {
    List<NetState.Stacked> stacked = new ArrayList<>();
    for (Link other : standingOn(link, links, kernel)) {
      if (other.form().isPresent()) {
        stacked.add(new NetState.Stacked(other.form().get(), of(other, false)));
      } else {
        String kind = other.kind().isEmpty() ? "of software" : other.kind();
        lost.add(
            new NetLoss(
                "the interface " + other.name() + " (" + kind + ") on it", List.of(other.name())));
      }
    }
    return stacked;
  }

  /**
   * What goes with a link. A VXLAN does not tell in its own link what it stands on (kernel: {@code
   * drivers/net/vxlan/vxlan_core.c}, vxlan_fill_info), only sysfs does.
   */
  static List<Link> standingOn(Link link, List<Link> links, KernelReader kernel) {
    List<Link> standing = new ArrayList<>();
    for (Link other : links) {
      boolean upper =
          other.index() != link.master()
              && kernel.exists("sys/class/net/" + link.name() + "/upper_" + other.name());
      if (other.index() != link.index() && (other.lower() == link.index() || upper)) {
        standing.add(other);
      }
    }
    return standing;
  }

  private List<NetRoute> routes(Link link, List<NetLoss> lost) throws NetRefusal {
    Net.Routes found = net.routes(link.index());
    for (Net.OddRoute other : found.others()) {
      lost.add(
          new NetLoss(
              "the route " + other,
              other.route().prefix() == 0 ? List.of(link.name()) : List.of()));
    }
    List<NetRoute> routes = new ArrayList<>(found.plain());
    routes.removeIf(route ->
        route.announced()
            || route.protocol() == NetRoute.BY_KERNEL && route.destination().linkLocal());
    if (routes.size() <= MOST_ROUTES) {
      return routes;
    }
    lost.add(NetLoss.of((routes.size() - MOST_ROUTES) + " more routes"));
    // Those by which one gets out, and what it takes for them, go before the rest.
    routes.sort(
        Comparator.comparing(
            route -> route.prefix() != 0 && route.protocol() != NetRoute.BY_KERNEL));
    return routes.subList(0, MOST_ROUTES);
  }

  private boolean announcedDefault(Link link) throws NetRefusal {
    return net.routes(link.index()).plain().stream()
        .anyMatch(route -> route.announced() && route.prefix() == 0);
  }
}
