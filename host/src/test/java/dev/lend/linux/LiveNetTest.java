package dev.lend.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.json.Json;
import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetRoute;
import dev.lend.model.VfSetting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * The layouts and messages against the kernel that this runs on, with {@code ip} as the second
 * opinion. In a network namespace of its own.
 */
@EnabledOnOs(OS.LINUX)
class LiveNetTest {
  private static final String GUEST = "52:54:00:aa:00:01";
  private final Net net = new LiveNet();

  private static IpAddress at(String text) {
    return IpAddress.parse(text).orElseThrow();
  }

  private Link link(String name) throws NetRefusal {
    return net.links().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  private static void aPair() throws Exception {
    OwnNetwork.ip("link", "add", "v0", "type", "veth", "peer", "name", "v1");
    OwnNetwork.ip("link", "add", "br0", "type", "bridge");
    OwnNetwork.ip("link", "set", "v1", "up");
    OwnNetwork.ip("link", "property", "add", "dev", "v0", "altname", "the-other-name-of-v0");
  }

  private Errno refusal(NetChange change) {
    NetRefusal refusal = catchThrowableOfType(NetRefusal.class, () -> net.change(change));
    assertThat(refusal).as("%s must be refused", change).isNotNull();
    return refusal.errno();
  }

  @Test
  void readsLinksAsIpDoes() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      OwnNetwork.ip("link", "set", "v0", "master", "br0", "mtu", "1400", "up");
      List<Json.Obj> expected = OwnNetwork.ipJson("link", "show");
      List<Link> links = net.links();
      assertThat(links).hasSameSizeAs(expected);
      for (Json.Obj one : expected) {
        Link link = link(one.text("ifname"));
        assertThat(link.index()).isEqualTo((int) one.number("ifindex"));
        assertThat(link.mtu()).isEqualTo((int) one.number("mtu"));
        assertThat(link.mac()).isEqualTo(one.optionalText("address"));
        assertThat(link.up()).isEqualTo(one.array("flags").contains(Json.of("UP")));
        assertThat(link.kind())
            .isEqualTo(
                one.get("linkinfo").isPresent()
                    ? one.object("linkinfo").optionalText("info_kind").orElse("")
                    : "");
      }
      Link v0 = link("v0");
      assertThat(v0.altNames()).containsExactly("the-other-name-of-v0");
      assertThat(v0.master()).isEqualTo(link("br0").index());
      assertThat(v0.memberOf()).isEqualTo("bridge");
      assertThat(v0.lower()).isEqualTo(link("v1").index());
      assertThat(v0.permanentMac()).isEmpty();
      assertThat(link("v1").master()).isZero();
    });
  }

  @Test
  void knowsWhatABridgeHasLearntAndEntersIntoAFilterWhatBridgeShows() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      OwnNetwork.ip("link", "add", "port", "type", "veth", "peer", "name", "guest");
      OwnNetwork.ip("link", "set", "v0", "master", "br0", "up");
      OwnNetwork.ip("link", "set", "port", "master", "br0", "up");
      OwnNetwork.bridge("fdb", "add", GUEST, "dev", "port", "master", "static");
      int bridge = link("br0").index();
      Link v0 = link("v0");
      net.change(new NetChange.Forward(v0.index(), GUEST, true));
      net.change(new NetChange.Forward(v0.index(), GUEST, true));
      assertThat(OwnNetwork.bridge("fdb", "show", "dev", "v0")).contains(GUEST + " self permanent");
      assertThat(net.forwards())
          .doesNotHaveDuplicates()
          .contains(
              new Net.Forward(v0.index(), GUEST, 0, true),
              new Net.Forward(link("port").index(), GUEST, bridge, false),
              new Net.Forward(v0.index(), v0.mac().orElseThrow(), bridge, true));
      net.change(new NetChange.Forward(v0.index(), GUEST, false));
      assertThat(OwnNetwork.bridge("fdb", "show", "dev", "v0")).doesNotContain(GUEST);
      assertThat(refusal(new NetChange.Forward(v0.index(), GUEST, false))).isEqualTo(Errno.ENOENT);
    });
  }

  @Test
  void changesLinksAsIpShows() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      int index = link("v0").index();
      net.change(new NetChange.Rename(index, "lan0"));
      net.change(new NetChange.Mtu(index, 9000));
      net.change(new NetChange.Mac(index, "52:54:00:12:34:56"));
      net.change(new NetChange.Join(index, link("br0").index()));
      net.change(new NetChange.Up(index, true));
      Json.Obj shown = OwnNetwork.ipJson("link", "show", "lan0").getFirst();
      assertThat(shown.number("mtu")).isEqualTo(9000);
      assertThat(shown.text("address")).isEqualTo("52:54:00:12:34:56");
      assertThat(shown.text("master")).isEqualTo("br0");
      assertThat(shown.array("flags").toString()).contains("UP");
      net.change(new NetChange.Join(index, 0));
      net.change(new NetChange.Up(index, false));
      shown = OwnNetwork.ipJson("link", "show", "lan0").getFirst();
      assertThat(shown.get("master")).isEmpty();
      assertThat(shown.array("flags").toString()).doesNotContain("UP");
    });
  }

  @Test
  void givesAddressesBackAsIpShowsThem() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      OwnNetwork.ip("link", "set", "v0", "up");
      OwnNetwork.ip("address", "add", "192.0.2.1/24", "brd", "+", "dev", "v0", "label", "v0:one");
      OwnNetwork.ip("address", "add", "192.0.2.2/32", "peer", "198.51.100.1/32", "dev", "v0");
      OwnNetwork.ip("address", "add", "2001:db8::1/64", "dev", "v0", "nodad", "noprefixroute");
      OwnNetwork.ip(
          "address", "add", "10.0.0.1/8", "dev", "v0", "valid_lft", "950", "preferred_lft", "850");
      String before = ownAddresses();
      Link v0 = link("v0");
      List<NetAddress> addresses = new ArrayList<>();
      for (Net.OnLink one : net.addresses()) {
        if (one.link() == v0.index() && !one.address().made()) {
          addresses.add(one.address());
        }
      }
      assertThat(addresses).hasSize(4);
      assertThat(addresses.stream().filter(NetAddress::ends)).hasSize(1);
      OwnNetwork.ip("address", "flush", "dev", "v0");
      for (NetAddress address : addresses) {
        net.change(new NetChange.AddAddress(v0.index(), address));
      }
      assertThat(ownAddresses()).isEqualTo(before);
      assertThat(refusal(new NetChange.AddAddress(v0.index(), addresses.getFirst())))
          .isEqualTo(Errno.EEXIST);
    });
  }

  /** Without the lifetimes in seconds, which run, and the link-local one, which comes by itself. */
  private static String ownAddresses() throws Exception {
    List<String> lines = new ArrayList<>();
    for (Json.Obj link : OwnNetwork.ipJson("address", "show", "dev", "v0", "scope", "global")) {
      for (Json item : link.array("addr_info")) {
        if (item instanceof Json.Obj address && !address.members().isEmpty()) {
          Map<String, Json> members = new TreeMap<>(address.members());
          for (String time : List.of("valid_life_time", "preferred_life_time")) {
            if (members.get(time) instanceof Json.Num number
                && number.value().longValue() < 1_000) {
              members.put(time, Json.of(number.value().longValue() / 100 + " hundred"));
            }
          }
          members.remove("tentative");
          lines.add(new Json.Obj(members).compact());
        }
      }
    }
    return String.join("\n", lines);
  }

  @Test
  void givesRoutesBackAsIpShowsThem() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      OwnNetwork.ip("link", "set", "lo", "up");
      OwnNetwork.ip("link", "set", "v0", "up");
      OwnNetwork.ip("address", "add", "192.0.2.1/24", "dev", "v0");
      OwnNetwork.ip("address", "add", "2001:db8::1/64", "dev", "v0", "nodad");
      OwnNetwork.ip("route", "add", "10.0.0.0/8", "via", "192.0.2.9", "metric", "7", "mtu", "1300");
      OwnNetwork.ip(
          "route", "add", "10.1.0.0/16", "dev", "v0", "table", "1000", "src", "192.0.2.1");
      OwnNetwork.ip("route", "add", "10.2.0.0/16", "via", "203.0.113.1", "dev", "v0", "onlink");
      OwnNetwork.ip("route", "add", "10.3.0.0/16", "via", "inet6", "fe80::9", "dev", "v0");
      OwnNetwork.ip("route", "add", "2001:db8:1::/48", "via", "2001:db8::9", "pref", "high");
      OwnNetwork.ip(
          "route",
          "add",
          "10.4.0.0/16",
          "nexthop",
          "via",
          "192.0.2.7",
          "nexthop",
          "via",
          "192.0.2.8");
      OwnNetwork.ip("route", "add", "10.5.0.0/16", "dev", "lo", "table", "1000");
      List<String> before = routes();
      Link v0 = link("v0");
      Net.Routes found = net.routes(v0.index());
      assertThat(found.others())
          .extracting(Net.OddRoute::toString)
          .containsExactly("10.4.0.0/16 over several next hops");
      OwnNetwork.ip("route", "del", "10.4.0.0/16");
      List<NetRoute> own = new ArrayList<>(found.plain());
      own.removeIf(route -> route.protocol() == NetRoute.BY_KERNEL);
      assertThat(own).hasSize(5);
      for (boolean v6 : new boolean[] {false, true}) {
        OwnNetwork.ip(
            v6 ? "-6" : "-4", "route", "flush", "proto", "boot", "dev", "v0", "table", "all");
      }
      assertThat(net.routes(v0.index()).plain()).hasSize(found.plain().size() - 5);
      for (NetRoute route : own) {
        net.change(new NetChange.AddRoute(v0.index(), route));
      }
      before.removeIf(line -> line.contains("10.4.0.0"));
      assertThat(routes()).isEqualTo(before);
      assertThat(refusal(new NetChange.AddRoute(v0.index(), own.getFirst())))
          .isEqualTo(Errno.EEXIST);
      NetRoute nowhere = NetRoute.of(at("10.9.0.0"), 16, Optional.of(at("203.0.113.9")));
      assertThat(refusal(new NetChange.AddRoute(v0.index(), nowhere))).isEqualTo(Errno.ENETUNREACH);
    });
  }

  private static List<String> routes() throws Exception {
    List<String> lines = new ArrayList<>();
    for (String family : List.of("-4", "-6")) {
      for (Json.Obj route : OwnNetwork.ipJson(family, "route", "show", "table", "all")) {
        lines.add(route.compact());
      }
    }
    lines.sort(null);
    return lines;
  }

  @Test
  void saysWhyTheKernelRefuses() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      int index = link("v0").index();
      assertThat(refusal(new NetChange.Up(4711, true))).isEqualTo(Errno.ENODEV);
      assertThat(refusal(new NetChange.Rename(index, "v1"))).isEqualTo(Errno.EEXIST);
      assertThat(refusal(new NetChange.Mtu(index, 5))).isEqualTo(Errno.EINVAL);
      assertThat(refusal(new NetChange.Mac(index, "01:00:00:00:00:00")))
          .isEqualTo(Errno.EADDRNOTAVAIL);
      assertThat(
              refusal(
                  new NetChange.SetVfs(
                      index, List.of(new VfOrder(0, List.of(new VfSetting.Trust(true)))))))
          .isEqualTo(Errno.EOPNOTSUPP);
      NetRefusal refusal =
          catchThrowableOfType(NetRefusal.class, () -> net.change(new NetChange.Mtu(index, 5)));
      assertThat(refusal).hasMessageContaining("mtu less than device minimum");
    });
  }

  @Test
  void findsNoVfsWhereThereAreNone() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      assertThat(net.vfs(link("v0").index())).isEmpty();
      assertThat(catchThrowableOfType(NetRefusal.class, () -> net.vfs(4711)).errno())
          .isEqualTo(Errno.ENODEV);
    });
  }

  @Test
  void makesAnInterfaceOnAnotherOneAsIpMadeIt() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      OwnNetwork.ip("link", "set", "v0", "up");
      OwnNetwork.ip("link", "add", "m0", "link", "v0", "type", "macvlan", "mode", "vepa");
      Link made = link("m0");
      assertThat(made.form()).contains(new NetForm.Macvlan(2, 0));
      assertThat(made.lower()).isEqualTo(link("v0").index());
      OwnNetwork.ip("link", "del", "m0");
      net.change(new NetChange.AddLink(link("v0").index(), "m0", made.form().orElseThrow()));
      Link again = link("m0");
      assertThat(again.form()).isEqualTo(made.form());
      assertThat(again.lower()).isEqualTo(made.lower());
      assertThat(again.mac()).as("made up anew").isNotEqualTo(made.mac());
      assertThat(
              refusal(new NetChange.AddLink(link("v0").index(), "m0", made.form().orElseThrow())))
          .isEqualTo(Errno.EEXIST);
      OwnNetwork.ip("link", "del", "v0");
      assertThat(net.links()).noneMatch(link -> link.name().equals("m0"));
    });
  }

  @Test
  void givesAnInterfaceItsOtherNamesBack() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      net.change(new NetChange.AddName(link("v0").index(), "again-the-other-name"));
      assertThat(link("v0").altNames())
          .containsExactlyInAnyOrder("the-other-name-of-v0", "again-the-other-name");
      assertThat(refusal(new NetChange.AddName(link("v1").index(), "again-the-other-name")))
          .isEqualTo(Errno.EEXIST);
    });
  }

  @Test
  void namesWhatTcHoldsThatSomebodySet() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      OwnNetwork.ip("link", "set", "v0", "up");
      int index = link("v0").index();
      assertThat(net.traffic(index)).isEmpty();
      OwnNetwork.tc("qdisc", "add", "dev", "v0", "clsact");
      assertThat(net.traffic(index)).as("a hook with nothing on it").isEmpty();
      OwnNetwork.tc("qdisc", "add", "dev", "v0", "root", "handle", "1:", "htb");
      assertThat(net.traffic(index)).containsExactly("the queueing discipline htb 1:");
      OwnNetwork.tc("filter", "add", "dev", "v0", "ingress", "u32", "match", "u32", "0", "0");
      assertThat(net.traffic(index))
          .containsExactlyInAnyOrder(
              "the queueing discipline htb 1:", "the tc filters for what comes in (u32)");
      assertThat(net.traffic(link("v1").index())).isEmpty();
    });
  }

  @Test
  void findsTheWayThroughAllTablesAndRules() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      OwnNetwork.ip("link", "set", "v0", "up");
      OwnNetwork.ip("address", "add", "192.0.2.1/24", "dev", "v0");
      OwnNetwork.ip("address", "add", "198.51.100.1/24", "dev", "v1");
      OwnNetwork.ip("route", "add", "default", "via", "192.0.2.9", "table", "1000");
      assertThat(net.towards(at("203.0.113.5"), Optional.of(at("192.0.2.1")))).isEmpty();
      OwnNetwork.ip("rule", "add", "from", "192.0.2.1", "table", "1000");
      assertThat(net.towards(at("203.0.113.5"), Optional.of(at("192.0.2.1"))))
          .hasValue(link("v0").index());
      assertThat(net.towards(at("198.51.100.7"), Optional.empty())).hasValue(link("v1").index());
      assertThat(net.routes(link("v0").index()).plain())
          .anyMatch(route -> route.prefix() == 0 && route.table() == 1000);
      assertThat(net.towards(at("2001:db8::9"), Optional.empty())).isEmpty();
    });
  }

  @Test
  void seesWhatStandsOnAnInterfaceInANamespaceThatItWasMovedTo() throws Exception {
    OwnNetwork.run(() -> {
      aPair();
      OwnNetwork.ip("link", "add", "m0", "link", "v0", "type", "macvlan", "mode", "bridge");
      OwnNetwork.ip("link", "add", "m1", "link", "v1", "type", "macvlan", "mode", "bridge");
      assertThat(net.elsewhere(link("v0").index())).isEmpty();
      Process other =
          new ProcessBuilder("unshare", "-n", "sh", "-c", "echo in; exec sleep 60").start();
      try {
        assertThat(other.inputReader().readLine()).isEqualTo("in");
        OwnNetwork.ip("link", "set", "m0", "netns", Long.toString(other.pid()));
        assertThat(net.links()).noneMatch(link -> link.name().equals("m0"));
        assertThat(net.elsewhere(link("v0").index())).containsExactly("m0 (macvlan)");
        assertThat(net.elsewhere(link("v1").index())).isEmpty();
      } finally {
        other.destroyForcibly().waitFor();
      }
    });
  }
}
