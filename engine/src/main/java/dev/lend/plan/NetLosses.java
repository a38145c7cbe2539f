package dev.lend.plan;

import dev.lend.model.BlockDevice;
import dev.lend.model.Dependent;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.NetLoss;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.RemoteStorage;
import dev.lend.plan.Consequence.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What on the network stops when a function goes. */
final class NetLosses {
  /** Routes to name; a router has a million. */
  private static final int MOST_ROUTES = 3;

  private final Losses losses;
  private final HostSnapshot host;

  private NetLosses(Losses losses) {
    this.losses = losses;
    this.host = losses.host;
  }

  static void find(Losses losses) {
    NetLosses nets = new NetLosses(losses);
    Set<String> all = new HashSet<>();
    for (NetInterface net : losses.host.netsOf(losses.function.address())) {
      int before = losses.count();
      Set<String> seen = new HashSet<>();
      nets.carried(net, net.name(), seen);
      all.addAll(seen);
      if (losses.count() == before && net.up()) {
        losses.note(Kind.INTERFACE, "has the interface " + net.name() + " up, without an address");
      }
    }
    if (!all.isEmpty()) {
      new WaysIn(losses).only(all);
    }
    for (Dependent dependent : losses.host.surroundings().of(losses.function.address())) {
      if (dependent instanceof Dependent.NetElsewhere(List<String> spaces)) {
        losses.warn(
            Kind.NAMESPACE,
            "has its interface in another network namespace"
                + (spaces.isEmpty() ? "" : " (" + String.join(" or ", spaces) + ")")
                + ": what uses it there cannot be seen from here");
        losses.warn(
            Kind.NOT_PUT_BACK,
            "comes home to this network namespace with nothing set on it: what it has in the other"
                + " one is not kept");
      } else if (dependent instanceof Dependent.BpfProgram program) {
        losses.warn(
            Kind.BPF,
            "has a BPF program at "
                + program.net()
                + " ("
                + program.hook()
                + "), held by "
                + program.process().describe());
      }
    }
    for (NetState state :
        nets.host
            .surroundings()
            .netOrigin(losses.function.address())
            .or(NetOrigin.none())
            .interfaces()) {
      nets.notPutBack(state);
      if (state.up()) {
        losses.note(
            Kind.NOT_PUT_BACK,
            "comes back with what its driver begins with for ethtool (rings, offloads, speed): Lend"
                + " cannot see whether somebody set them ("
                + state.name()
                + ")");
      }
    }
  }

  private void notPutBack(NetState state) {
    for (NetLoss loss : state.lost()) {
      losses.warn(
          Kind.NOT_PUT_BACK,
          "loses " + loss.what() + " (" + state.name() + "), which does not come back with it");
    }
    state.stacked().forEach(stacked -> notPutBack(stacked.state()));
  }

  /**
   * What an interface and all that is built on it carry. A default route on a bridge over a bond
   * over the function goes with the function as surely as one on the function itself.
   */
  private void carried(NetInterface net, String path, Set<String> seen) {
    if (!seen.add(net.name())) {
      return;
    }
    if (net.defaultRoute()) {
      losses.refuse(Kind.DEFAULT_ROUTE, "carries this host's default route (" + path + ")");
    }
    for (String table :
        host.surroundings().nets().otherDefaults().getOrDefault(net.name(), List.of())) {
      losses.refuse(Kind.DEFAULT_ROUTE, "carries a default route of " + table + " (" + path + ")");
    }
    addresses(net, path, session(net, path));
    new WaysIn(losses).managed(net, path);
    routes(net, path);
    for (RemoteStorage remote : host.surroundings().nets().remotes()) {
      if (remote.nets().contains(net.name())) {
        for (BlockDevice.What use : remote.uses()) {
          DiskLosses.use(losses, use, path + " > " + remote.name());
        }
      }
    }
    for (String upper : net.uppers()) {
      losses.warn(Kind.UPPER, typed(upper));
      Optional<NetInterface> above = host.net(upper);
      if (above.isPresent()) {
        carried(above.get(), path + " > " + upper, seen);
      }
      if (NetTypes.ovs(host, upper)) {
        ports(net, path + " > " + upper, seen);
      }
    }
  }

  /**
   * The host's own ports in Open vSwitch, such as {@code br-ex}: nothing in the kernel says which
   * bridge of it they share with which card, so each may lose its way out.
   */
  private void ports(NetInterface below, String path, Set<String> seen) {
    for (NetInterface port : host.nets()) {
      if (NetTypes.ovs(host, port.name()) && !below.uppers().contains(port.name())) {
        carried(port, path + " > " + port.name(), seen);
      }
    }
  }

  /** True where the session was found to go through the interface. */
  private boolean session(NetInterface net, String path) {
    Optional<String> session = host.sessionAddress();
    if (session.isEmpty()) {
      return false;
    }
    // Link-local addresses are not listed; the session's own says which interface it means.
    boolean local = session.get().endsWith("%" + net.name());
    String address = "";
    for (String own : net.addresses()) {
      if (bare(own).equals(unmapped(session.get()))) {
        address = ", " + bare(own);
      }
    }
    if (local || !address.isEmpty() || host.surroundings().nets().sessions().contains(net.name())) {
      losses.refuse(Kind.SESSION, "carries your own SSH session (" + path + address + ")");
      return true;
    }
    return false;
  }

  /** True where the asking person's session goes through the interface itself. */
  static boolean session(HostSnapshot host, NetInterface net) {
    Optional<String> session = host.sessionAddress();
    return session.isPresent()
        && (session.get().endsWith("%" + net.name())
            || host.surroundings().nets().sessions().contains(net.name())
            || net.addresses().stream().anyMatch(own -> bare(own).equals(unmapped(session.get()))));
  }

  private void addresses(NetInterface net, String path, boolean session) {
    for (String address : net.addresses()) {
      if (!session || !bare(address).equals(unmapped(host.sessionAddress().orElse("")))) {
        losses.warn(Kind.ADDRESS, "has the address " + address + " (" + path + ")");
      }
    }
  }

  private void routes(NetInterface net, String path) {
    List<String> routes = host.surroundings().nets().routes().getOrDefault(net.name(), List.of());
    if (routes.isEmpty()) {
      return;
    }
    int shown = Math.min(MOST_ROUTES, routes.size());
    losses.warn(
        Kind.ROUTE,
        (routes.size() == 1 ? "carries the route to " : "carries the routes to ")
            + String.join(", ", routes.subList(0, shown))
            + (routes.size() > shown ? " and " + (routes.size() - shown) + " more" : "")
            + " ("
            + path
            + ")");
  }

  private String typed(String name) {
    String type = host.surroundings().nets().types().getOrDefault(name, "");
    return switch (type) {
      case "" -> "is part of " + name;
      case NetTypes.OVS -> "is part of Open vSwitch (" + name + ")";
      case "vlan" -> "carries the VLAN " + name;
      case "stacked" -> "carries " + name + " (macvlan, ipvlan or the like)";
      default -> "is part of the " + type + " " + name;
    };
  }

  /** An IPv4 address as a server sees it that listens on IPv6 (RFC 4291, section 2.5.5.2). */
  private static String unmapped(String address) {
    return address.startsWith("::ffff:") && address.indexOf('.') > 0
        ? address.substring("::ffff:".length())
        : address;
  }

  static String bare(String address) {
    int slash = address.indexOf('/');
    return slash < 0 ? address : address.substring(0, slash);
  }
}
