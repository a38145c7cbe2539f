package dev.lend.sysfs;

import dev.lend.model.Hex;
import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetRoute;
import dev.lend.sysfs.FunctionSpec.Net;
import dev.lend.sysfs.SimTree.Access;
import dev.lend.sysfs.SimTree.Hook;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Network interfaces, and the files under {@code /proc/net} that tell their addresses and routes.
 */
final class SimNets {
  static final String VIRTUAL = "sys/devices/virtual";

  private final SimState state;
  private final SimTree tree;

  SimNets(SimState state) {
    this.state = state;
    this.tree = state.tree;
  }

  /** An interface appears below {@code parent}, a directory under {@code sys/devices}. */
  SimLink add(String parent, Net net) {
    boolean hardware = !parent.equals(VIRTUAL);
    SimLink link =
        new SimLink(
            ++state.lastIndex,
            parent,
            net.name(),
            net.mac(),
            hardware ? Optional.of(net.mac()) : Optional.empty(),
            net.up(),
            1500,
            0,
            hardware || net.name().equals("lo") ? "" : "bridge",
            List.of(),
            List.of(),
            0,
            Optional.empty(),
            List.of());
    for (String text : net.addresses()) {
      int slash = text.indexOf('/');
      IpAddress ip = IpAddress.parse(text.substring(0, slash)).orElseThrow();
      link = SimNetwork.with(link, NetAddress.of(ip, Integer.parseInt(text.substring(slash + 1))));
    }
    if (net.gateway().isPresent()) {
      IpAddress gateway = IpAddress.parse(net.gateway().get()).orElseThrow();
      IpAddress all = IpAddress.of(new byte[gateway.bytes().length]);
      link = link.with(NetRoute.of(all, 0, Optional.of(gateway)));
    }
    tree.attribute(link.dir() + "/mtu", "", Access.READ_WRITE, Hook.PLAIN, "");
    put(link);
    return link;
  }

  /** An interface appears that stands on another one, with its hardware address. */
  void stack(SimLink lower, String name, NetForm form) {
    SimLink link =
        new SimLink(
            ++state.lastIndex,
            VIRTUAL,
            name,
            form instanceof NetForm.Macvlan
                ? "52:54:01:00:00:" + Hex.digits(state.lastIndex & 255, 2)
                : lower.mac(),
            Optional.empty(),
            false,
            lower.mtu(),
            0,
            form.kind(),
            List.of(),
            List.of(),
            lower.index(),
            Optional.of(form),
            List.of());
    tree.attribute(link.dir() + "/mtu", "", Access.READ_WRITE, Hook.PLAIN, "");
    put(link);
    above(link, lower);
  }

  private void above(SimLink link, SimLink lower) {
    tree.link(lower.dir() + "/upper_" + link.name(), link.dir());
    tree.link(link.dir() + "/lower_" + lower.name(), lower.dir());
  }

  /** An interface is as this says from now on. */
  void put(SimLink link) {
    SimLink before = state.links.put(link.index(), link);
    if (before != null && !before.name().equals(link.name())) {
      move(before, link);
    }
    String dir = link.dir();
    tree.file(dir + "/address", link.mac() + "\n");
    tree.file(dir + "/operstate", link.up() ? "up\n" : "down\n");
    if (link.up()) {
      tree.file(dir + "/carrier", state.unlinked.contains(link.index()) ? "0\n" : "1\n");
    } else {
      tree.remove(dir + "/carrier");
    }
    String flags = link.up() ? "0x1003\n" : "0x1002\n";
    tree.attribute(dir + "/flags", flags, Access.READ_WRITE, Hook.PLAIN, "");
    tree.file(dir + "/ifindex", link.index() + "\n");
    tree.file(dir + "/iflink", (link.lower() == 0 ? link.index() : link.lower()) + "\n");
    tree.file(dir + "/type", "1\n");
    tree.attribute(dir + "/mtu", link.mtu() + "\n", Access.READ_WRITE, Hook.PLAIN, "");
    if (!link.parent().equals(VIRTUAL)) {
      tree.link(dir + "/device", link.parent());
    }
    tree.link("sys/class/net/" + link.name(), dir);
    if (before == null || before.master() != link.master()) {
      member(link, before == null ? 0 : before.master());
    }
    proc();
  }

  private void move(SimLink from, SimLink to) {
    leave(from, from.master());
    forget(from);
    member(to, 0);
    for (SimLink link : List.copyOf(state.links.values())) {
      SimLink lower = link.lower() == 0 ? null : state.links.get(link.lower());
      if (lower != null && (link.index() == to.index() || lower.index() == to.index())) {
        tree.remove(lower.dir() + "/upper_" + from.name());
        tree.remove(link.dir() + "/lower_" + from.name());
        above(link, lower);
      }
    }
  }

  private void member(SimLink link, int before) {
    leave(link, before);
    SimLink master = state.links.get(link.master());
    if (master != null) {
      tree.link(link.dir() + "/upper_" + master.name(), master.dir());
      tree.link(link.dir() + "/master", master.dir());
      tree.link(master.dir() + "/lower_" + link.name(), link.dir());
    }
  }

  private void leave(SimLink link, int before) {
    SimLink master = state.links.get(before);
    if (master != null) {
      tree.remove(link.dir() + "/upper_" + master.name());
      tree.remove(link.dir() + "/master");
      tree.remove(master.dir() + "/lower_" + link.name());
    }
  }

  /** The interfaces of a device go away, and their addresses and routes with them. */
  void removeBelow(String parent) {
    for (SimLink link : List.copyOf(state.links.values())) {
      if (link.parent().equals(parent)) {
        remove(link);
      }
    }
    tree.remove(parent + "/net");
    proc();
  }

  /** What stands on it goes first (kernel: vlan_device_event, macvlan_device_event). */
  private void remove(SimLink link) {
    for (SimLink above : List.copyOf(state.links.values())) {
      if (above.lower() == link.index()) {
        remove(above);
      }
    }
    SimLink lower = state.links.get(link.lower());
    if (lower != null) {
      tree.remove(lower.dir() + "/upper_" + link.name());
    }
    leave(link, link.master());
    forget(link);
    state.links.remove(link.index());
    state.filters.remove(link.index());
    state.learnt.remove(link.index());
    state.unlinked.remove(link.index());
  }

  private void forget(SimLink link) {
    tree.remove(link.dir());
    tree.remove("sys/class/net/" + link.name());
  }

  private void proc() {
    StringBuilder routes =
        new StringBuilder(
            "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n");
    StringBuilder inet6 = new StringBuilder();
    StringBuilder routes6 = new StringBuilder();
    StringBuilder trie = new StringBuilder("Main:\n  +-- 0.0.0.0/0 3 0 5\n");
    List<SimLink> links = new ArrayList<>(state.links.values());
    links.sort((a, b) -> a.name().compareTo(b.name()));
    for (SimLink link : links) {
      for (NetRoute route : link.routes()) {
        if (route.table() == NetRoute.MAIN) {
          route(link.name(), route, route.destination().v6() ? routes6 : routes);
        }
      }
      for (NetAddress address : link.addresses()) {
        if (address.local().v6()) {
          inet6
              .append(HexFormat.of().formatHex(address.local().bytes()))
              .append(" 02 ")
              .append(Hex.digits(address.prefix(), 2))
              .append(address.local().linkLocal() ? " 20 80 " : " 00 80 ")
              .append(link.name())
              .append('\n');
        } else {
          IpAddress subnet = SimNetwork.network(address.local(), address.prefix());
          trie.append("     |-- ").append(subnet).append("\n        /");
          trie.append(address.prefix()).append(" link UNICAST\n");
          trie.append("     |-- ").append(address.local()).append("\n        /32 host LOCAL\n");
        }
      }
    }
    tree.file("proc/net/route", routes.toString());
    tree.file("proc/net/if_inet6", inet6.toString());
    tree.file("proc/net/ipv6_route", routes6.toString());
    String local = trie.toString().replace("Main:", "Local:");
    tree.file("proc/net/fib_trie", trie + local);
  }

  private static void route(String name, NetRoute route, StringBuilder out) {
    byte[] none = new byte[route.destination().bytes().length];
    byte[] gateway = route.gateway().map(IpAddress::bytes).orElse(none);
    int flags = route.gateway().isPresent() ? 3 : 1;
    if (route.destination().v6()) {
      out.append(HexFormat.of().formatHex(route.destination().bytes())).append(' ');
      out.append(Hex.digits(route.prefix(), 2)).append(' ').append("0".repeat(32)).append(" 00 ");
      out.append(HexFormat.of().formatHex(gateway)).append(" 00000400 00000001 00000000 0045000");
      out.append(flags).append(' ').append(name).append('\n');
      return;
    }
    int mask = route.prefix() == 0 ? 0 : -1 << 32 - route.prefix();
    out.append(name).append('\t').append(littleEndian(number(route.destination().bytes())));
    out.append('\t').append(littleEndian(number(gateway))).append('\t');
    out.append(Hex.digits(flags, 4)).append("\t0\t0\t").append(route.metric()).append('\t');
    out.append(littleEndian(mask)).append("\t0\t0\t0\n");
  }

  private static String littleEndian(int address) {
    return Hex.digits(Integer.reverseBytes(address), 8).toUpperCase(Locale.ROOT);
  }

  private static int number(byte[] bytes) {
    return java.nio.ByteBuffer.wrap(bytes).getInt();
  }
}
