package dev.lend.sysfs;

import dev.lend.linux.Errno;
import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.VfOrder;
import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetRoute;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What netlink tells of a simulated host and does to it. */
final class SimNetwork implements Net {
  /** As many addresses as the filter of a simulated card holds. */
  private static final int ROOM = 8;

  private final SimState state;
  private final SimNets nets;

  SimNetwork(SimState state) {
    this.state = state;
    this.nets = new SimNets(state);
  }

  @Override
  public List<Link> links() {
    List<Link> links = new ArrayList<>();
    for (SimLink link : state.links.values()) {
      links.add(
          new Link(
              link.index(),
              link.name(),
              link.altNames(),
              link.up(),
              link.mtu(),
              Optional.of(link.mac()),
              link.permanent(),
              link.master(),
              link.master() == 0 ? "" : "bridge",
              link.lower(),
              link.kind(),
              0,
              link.form()
                  .filter(form -> !(form instanceof NetForm.Macvlan(long m, int f) && m == 8)),
              List.of(),
              0));
    }
    return links;
  }

  @Override
  public SortedMap<Integer, VfSettings> vfs(int link) throws NetRefusal {
    named("list the VFs", link);
    return pf(link).map(pf -> new TreeMap<>(pf.vfSettings)).orElseGet(TreeMap::new);
  }

  @Override
  public List<OnLink> addresses() {
    List<OnLink> all = new ArrayList<>();
    for (SimLink link : state.links.values()) {
      link.addresses().forEach(address -> all.add(new OnLink(link.index(), address)));
    }
    return all;
  }

  @Override
  public Routes routes(int link) {
    SimLink found = state.links.get(link);
    return new Routes(found == null ? List.of() : found.routes(), List.of());
  }

  @Override
  public void change(NetChange change) throws NetRefusal {
    String what = change.describe();
    SimLink link = named(what, change.link());
    switch (change) {
      case NetChange.Up(int index, boolean up) -> {
        if (up != link.up()) {
          nets.put(up ? up(link) : down(link));
        }
      }
      case NetChange.Rename(int index, String name) -> {
        check(what, name.matches("[^/\\s]{1,15}"), Errno.EINVAL);
        check(what, free(name, index), Errno.EEXIST);
        nets.put(link.called(name));
      }
      case NetChange.Mtu(int index, int mtu) -> {
        check(what, mtu >= 68 && mtu <= 9216, Errno.EINVAL);
        nets.put(link.withMtu(mtu));
      }
      case NetChange.Mac(int index, String mac) -> {
        check(what, !multicast(mac), Errno.EADDRNOTAVAIL);
        nets.put(link.withMac(mac));
      }
      case NetChange.Join(int index, int master) -> {
        Optional<SimLink> bridge = Optional.ofNullable(state.links.get(master));
        check(what, master == 0 || bridge.isPresent(), Errno.EINVAL);
        String kind = bridge.map(SimLink::kind).orElse("");
        check(what, master == 0 || kind.equals("bridge"), Errno.EOPNOTSUPP);
        nets.put(link.in(master));
      }
      case NetChange.AddName(int index, String name) -> {
        check(what, free(name, 0), Errno.EEXIST);
        nets.put(link.alsoCalled(name));
      }
      case NetChange.AddLink(int index, String name, NetForm form) -> {
        boolean first =
            state.links.values().stream()
                .filter(other -> other.lower() == index)
                .noneMatch(other ->
                    form instanceof NetForm.Vlan vlan
                        && other.form().filter(vlan::same).isPresent());
        check(what, first && free(name, 0), Errno.EEXIST);
        nets.stack(link, name, form);
      }
      case NetChange.AddAddress(int index, NetAddress address) -> {
        check(what, link.addresses().stream().noneMatch(address::same), Errno.EEXIST);
        nets.put(with(link, address));
      }
      case NetChange.AddRoute(int index, NetRoute route) -> nets.put(with(what, link, route));
      case NetChange.SetVfs(int index, List<VfOrder> orders) -> {
        SimDevice pf = pf(index).orElse(null);
        if (pf == null) {
          throw new NetRefusal(what, Errno.EOPNOTSUPP, "");
        }
        for (VfOrder order : orders) {
          List<VfSetting> settings = new ArrayList<>(order.settings());
          settings.sort(Comparator.comparingInt(SimNetwork::rank));
          for (VfSetting setting : settings) {
            boolean speedless = setting instanceof VfSetting.Rate && state.unlinked.contains(index);
            check(what, !speedless, Errno.EINVAL);
            set(what, pf, order.vf(), setting);
          }
        }
      }
      case NetChange.Forward(int index, String mac, boolean enter) -> {
        check(what, !multicast(mac), Errno.EINVAL);
        TreeSet<String> filter = state.filters.computeIfAbsent(index, none -> new TreeSet<>());
        check(what, !enter || filter.size() < ROOM || filter.contains(mac), Errno.ENOMEM);
        check(what, enter || filter.contains(mac), Errno.ENOENT);
        if (enter) {
          filter.add(mac);
        } else {
          filter.remove(mac);
        }
      }
    }
  }

  @Override
  public List<Forward> forwards() {
    List<Forward> all = new ArrayList<>();
    state.filters.forEach(
        (link, macs) -> macs.forEach(mac -> all.add(new Forward(link, mac, 0, true))));
    for (SimLink link : state.links.values()) {
      boolean bridge = link.kind().equals("bridge");
      int master = bridge ? link.index() : link.master();
      if (master != 0) {
        all.add(new Forward(link.index(), link.mac(), master, true));
      }
      if (link.master() != 0) {
        state
            .learnt
            .getOrDefault(link.index(), new TreeSet<>())
            .forEach(mac -> all.add(new Forward(link.index(), mac, master, false)));
      }
    }
    return all;
  }

  @Override
  public List<String> traffic(int link) {
    return List.of();
  }

  @Override
  public List<String> elsewhere(int link) {
    return List.of();
  }

  @Override
  public OptionalInt towards(IpAddress to, Optional<IpAddress> from) {
    OptionalInt best = OptionalInt.empty();
    int length = -1;
    for (SimLink link : state.links.values()) {
      for (NetRoute route : link.routes()) {
        if (route.table() == NetRoute.MAIN && within(to, route) && route.prefix() > length) {
          best = OptionalInt.of(link.index());
          length = route.prefix();
        }
      }
    }
    return best;
  }

  /** The same, and something goes wrong with it. A change that does not answer never happens. */
  void change(NetChange change, Optional<Fault> fault) throws NetRefusal {
    switch (fault.orElse(null)) {
      case null -> change(change);
      case Fault.Refuse(KernelRefusal.Reason reason) ->
          throw new NetRefusal(change.describe(), Errno.valueOf(reason.name()), "");
      case Fault.CrashBefore() -> throw new SimulatedCrash("before " + change);
      case Fault.CrashAfter() -> {
        change(change);
        throw new SimulatedCrash("after " + change);
      }
      case Fault.AnswerLate() -> {
        change(change);
        throw new NetRefusal(change.describe(), Errno.ETIMEDOUT, "");
      }
      case Fault.HappenLater(), Fault.NeverHappen() ->
          throw new NetRefusal(change.describe(), Errno.ETIMEDOUT, "");
      case Fault.CrashWaiting() -> throw new SimulatedCrash("during " + change);
      case Fault.Ignore() -> {}
    }
  }

  /** A cable is plugged in, or out. */
  void cable(int index, boolean in) {
    SimLink link = state.links.get(index);
    if (in) {
      state.unlinked.remove(index);
    } else {
      state.unlinked.add(index);
    }
    if (link != null) {
      nets.put(link);
    }
  }

  private boolean free(String name, int but) {
    return state.links.values().stream()
        .filter(other -> other.index() != but)
        .noneMatch(other -> other.name().equals(name) || other.altNames().contains(name));
  }

  private SimLink named(String what, int index) throws NetRefusal {
    SimLink link = state.links.get(index);
    if (link == null) {
      throw new NetRefusal(what, Errno.ENODEV, "");
    }
    return link;
  }

  private static void check(String what, boolean holds, Errno otherwise) throws NetRefusal {
    if (!holds) {
      throw new NetRefusal(what, otherwise, "");
    }
  }

  private Optional<SimDevice> pf(int link) {
    return Optional.ofNullable(state.links.get(link))
        .flatMap(one -> state.device(SysPath.name(one.parent())))
        .filter(device -> device.spec.sriov().isPresent());
  }

  /** IPv4 addresses bring their networks back, and the kernel makes a link-local IPv6 address. */
  private static SimLink up(SimLink link) {
    SimLink now = link.with(true, List.of(), List.of());
    for (NetAddress address : link.addresses()) {
      now = with(now, address);
    }
    byte[] own = java.util.HexFormat.of().parseHex(link.mac().replace(":", ""));
    byte[] bytes = {
      (byte) 0xfe,
      (byte) 0x80,
      0,
      0,
      0,
      0,
      0,
      0,
      (byte) (own[0] ^ 2),
      own[1],
      own[2],
      (byte) 0xff,
      (byte) 0xfe,
      own[3],
      own[4],
      own[5]
    };
    NetAddress local =
        new NetAddress(
            IpAddress.of(bytes),
            64,
            Optional.empty(),
            Optional.empty(),
            253,
            0x80,
            Optional.empty(),
            NetAddress.FOREVER,
            NetAddress.FOREVER,
            3);
    return link.mac().equals("00:00:00:00:00:00") ? now : with(now, local);
  }

  /**
   * IPv6 addresses go with the link, and so do all routes ({@code addrconf_ifdown}, fib_sync_down).
   */
  private static SimLink down(SimLink link) {
    List<NetAddress> left = new ArrayList<>(link.addresses());
    left.removeIf(address -> address.local().v6());
    return link.with(false, left, List.of());
  }

  /** The link with one more address, and the route to its network where the link is up. */
  static SimLink with(SimLink link, NetAddress address) {
    SimLink more = link.with(address);
    boolean routed = link.up() && (address.flags() & 0x200) == 0;
    if (!routed) {
      return more;
    }
    boolean v6 = address.local().v6();
    return more.with(
        new NetRoute(
            network(address.local(), address.prefix()),
            address.prefix(),
            Optional.empty(),
            v6 ? Optional.empty() : Optional.of(address.local()),
            NetRoute.MAIN,
            NetRoute.BY_KERNEL,
            v6 ? 0 : 253,
            v6 ? 256 : 0,
            0,
            false,
            0,
            new TreeMap<>()));
  }

  private SimLink with(String what, SimLink link, NetRoute route) throws NetRefusal {
    if (route.gateway().isPresent()) {
      IpAddress gateway = route.gateway().get();
      boolean reached =
          route.onlink()
              || gateway.linkLocal()
              || link.routes().stream()
                  .anyMatch(one -> one.gateway().isEmpty() && within(gateway, one));
      check(what, reached, gateway.v6() ? Errno.EHOSTUNREACH : Errno.ENETUNREACH);
    }
    check(what, link.up(), Errno.ENETDOWN);
    for (SimLink other : state.links.values()) {
      for (NetRoute one : other.routes()) {
        boolean same =
            one.destination().equals(route.destination())
                && one.prefix() == route.prefix()
                && one.table() == route.table()
                && one.metric() == route.metric()
                && one.tos() == route.tos();
        check(what, !same, Errno.EEXIST);
      }
    }
    return link.with(route);
  }

  private static boolean within(IpAddress address, NetRoute route) {
    return address.v6() == route.destination().v6()
        && network(address, route.prefix()).equals(route.destination());
  }

  static IpAddress network(IpAddress address, int prefix) {
    byte[] bytes = address.bytes();
    for (int bit = prefix; bit < 8 * bytes.length; bit++) {
      bytes[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    return IpAddress.of(bytes);
  }

  private static boolean multicast(String mac) {
    return (Integer.parseInt(mac.substring(0, 2), 16) & 1) != 0;
  }

  /**
   * As igb does it (kernel: {@code drivers/net/ethernet/intel/igb/igb_main.c}): it knows no link
   * state, no query of the hash key, no promised rate, and 802.1Q only.
   */
  private static void set(String what, SimDevice pf, int vf, VfSetting setting) throws NetRefusal {
    VfSettings old = pf.vfSettings.get(vf);
    if (old == null) {
      throw new NetRefusal(what, Errno.EINVAL, "");
    }
    VfSettings now =
        switch (setting) {
          case VfSetting.Mac(String mac) -> {
            check(what, !multicast(mac), Errno.EINVAL);
            yield with(old, mac, old.vlan(), old.maxRate(), old.spoofCheck(), old.trust());
          }
          case VfSetting.Vlan(VfSettings.Vlan vlan) -> {
            check(what, vlan.id() <= 4095 && vlan.qos() <= 7, Errno.EINVAL);
            check(what, vlan.protocol() == VfSettings.Vlan.Q, Errno.EPROTONOSUPPORT);
            yield with(old, old.mac(), vlan, old.maxRate(), old.spoofCheck(), old.trust());
          }
          case VfSetting.Rate(long min, long max) -> {
            check(what, min == 0 && max <= 1_000, Errno.EINVAL);
            yield with(old, old.mac(), old.vlan(), max, old.spoofCheck(), old.trust());
          }
          case VfSetting.SpoofCheck(boolean on) ->
              with(old, old.mac(), old.vlan(), old.maxRate(), Optional.of(on), old.trust());
          case VfSetting.Trust(boolean on) ->
              with(old, old.mac(), old.vlan(), old.maxRate(), old.spoofCheck(), Optional.of(on));
          case VfSetting.LinkState link -> throw new NetRefusal(what, Errno.EOPNOTSUPP, "");
          case VfSetting.RssQuery query -> throw new NetRefusal(what, Errno.EOPNOTSUPP, "");
          case VfSetting.NodeGuid guid -> throw new NetRefusal(what, Errno.EOPNOTSUPP, "");
          case VfSetting.PortGuid guid -> throw new NetRefusal(what, Errno.EOPNOTSUPP, "");
        };
    pf.vfSettings.put(vf, now);
  }

  /** The kernel looks for one kind after the other ({@code net/core/rtnetlink.c}, do_setvfinfo). */
  private static int rank(VfSetting setting) {
    return switch (setting) {
      case VfSetting.Mac m -> 0;
      case VfSetting.Vlan v -> 1;
      case VfSetting.Rate r -> 2;
      case VfSetting.SpoofCheck s -> 3;
      case VfSetting.LinkState l -> 4;
      case VfSetting.RssQuery q -> 5;
      case VfSetting.Trust t -> 6;
      case VfSetting.NodeGuid g -> 7;
      case VfSetting.PortGuid g -> 8;
    };
  }

  private static VfSettings with(
      VfSettings old,
      String mac,
      VfSettings.Vlan vlan,
      long maxRate,
      Optional<Boolean> spoofCheck,
      Optional<Boolean> trust) {
    return new VfSettings(
        mac, vlan, old.minRate(), maxRate, spoofCheck, old.link(), old.rssQuery(), trust);
  }

  /** What a VF begins with. */
  static VfSettings fresh() {
    return new VfSettings(
        "00:00:00:00:00:00",
        VfSettings.Vlan.none(),
        0,
        0,
        Optional.of(true),
        VfSettings.Link.AUTO,
        Optional.empty(),
        Optional.of(false));
  }
}
