package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PfFilter;
import dev.lend.sysfs.InterfaceNames;
import dev.lend.sysfs.KernelReader;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Reads what a card sends up to its PF, and whom a bridge on that knows. */
public final class FilterReader {
  private static final String BRIDGE = "bridge";

  private final Net net;
  private final InterfaceNames names;

  /** Reads through these ports. */
  public FilterReader(KernelReader kernel, Net net) {
    this.net = net;
    this.names = new InterfaceNames(kernel);
  }

  /** What the card of a PF sends up to it; absent where the PF has no interface. */
  public Fact<PfFilter> read(HostSnapshot host, PciAddress pf) {
    List<String> own = names.of(pf);
    try {
      List<Link> links = own.isEmpty() ? List.of() : net.links();
      Optional<Link> link =
          links.stream().filter(one -> one.name().equals(own.getFirst())).findFirst();
      return link.isEmpty() ? Fact.absent() : Fact.known(filter(host, link.get(), links));
    } catch (NetRefusal refusal) {
      return new Fact.Unreadable<>("netlink", String.valueOf(refusal.getMessage()));
    }
  }

  private PfFilter filter(HostSnapshot host, Link link, List<Link> links) throws NetRefusal {
    Optional<Link> bridge =
        links.stream()
            .filter(one -> link.master() != 0 && one.index() == link.master())
            .filter(one -> one.kind().equals(BRIDGE) || one.kind().equals("openvswitch"))
            .findFirst();
    SortedSet<String> beside = new TreeSet<>();
    SortedSet<String> entered = new TreeSet<>();
    for (Net.Forward one : net.forwards()) {
      if (one.master() == 0 && one.link() == link.index() && unicast(one.mac())) {
        entered.add(one.mac());
      } else if (bridge.isPresent()
          && one.master() == bridge.get().index()
          && behind(host, bridge.get(), one, links)) {
        beside.add(one.mac());
      }
    }
    link.mac().ifPresent(beside::remove);
    return new PfFilter(
        link.name(),
        bridge.map(Link::name),
        bridge.map(one -> one.kind().equals(BRIDGE)).orElse(true),
        beside,
        entered);
  }

  /**
   * True for an address that nobody on the wire has: the bridge's own, or one behind a port that is
   * no hardware. The other permanent ones are those of the ports, which no frame is sent to.
   */
  private static boolean behind(HostSnapshot host, Link bridge, Net.Forward one, List<Link> links) {
    if (one.link() == bridge.index()) {
      return unicast(one.mac());
    }
    Optional<Link> port = links.stream().filter(it -> it.index() == one.link()).findFirst();
    boolean hardware =
        port.flatMap(it -> host.net(it.name())).flatMap(it -> it.function()).isPresent();
    return port.isPresent() && !hardware && !one.permanent() && unicast(one.mac());
  }

  /** The lowest bit of the first byte is set in addresses of many. */
  private static boolean unicast(String mac) {
    return Character.digit(mac.charAt(1), 16) % 2 == 0;
  }
}
