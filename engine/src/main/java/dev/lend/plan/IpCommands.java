package dev.lend.plan;

import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetRoute;
import dev.lend.model.NetState;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** What a person would type of {@code ip} (iproute2) for a step. */
final class IpCommands {
  private static final String DEVICES = "/sys/bus/pci/devices/";

  /** What {@code ip route} calls {@code RTAX_*}; it takes no number for them. */
  private static final Map<Integer, String> LIMITS =
      Map.ofEntries(
          Map.entry(2, "mtu"),
          Map.entry(3, "window"),
          Map.entry(4, "rtt"),
          Map.entry(5, "rttvar"),
          Map.entry(6, "ssthresh"),
          Map.entry(7, "cwnd"),
          Map.entry(8, "advmss"),
          Map.entry(9, "reordering"),
          Map.entry(10, "hoplimit"),
          Map.entry(11, "initcwnd"),
          Map.entry(13, "rto_min"),
          Map.entry(14, "initrwnd"),
          Map.entry(15, "quickack"));

  private IpCommands() {}

  /** {@code eth1}, {@code eth1 and eth2}. */
  static String named(List<NetState> interfaces) {
    return String.join(" and ", interfaces.stream().map(NetState::name).toList());
  }

  /** Shows what would have to be noted. */
  static List<String> show(List<NetState> interfaces) {
    List<String> lines = new ArrayList<>();
    for (NetState state : interfaces) {
      lines.add("ip -d address show dev " + quoted(state.name()));
      lines.add("ip route show table all dev " + quoted(state.name()));
      lines.addAll(show(state.stacked().stream().map(NetState.Stacked::state).toList()));
    }
    return lines;
  }

  static List<String> show(NetOrigin.Vf vf) {
    return List.of("ip -d link show dev " + interfaceOf(vf.pf()));
  }

  /** Sets interfaces up from how a driver leaves them: down, without anything. */
  static List<String> set(PciAddress address, List<NetState> interfaces) {
    List<String> lines = new ArrayList<>();
    for (NetState state : interfaces) {
      String name = quoted(state.name());
      if (interfaces.size() == 1) {
        lines.add("ip link set dev " + interfaceOf(address) + " name " + name);
      }
      settings(state, lines);
    }
    return lines;
  }

  private static void settings(NetState state, List<String> lines) {
    String name = quoted(state.name());
    state
        .altNames()
        .forEach(
            other -> lines.add("ip link property add dev " + name + " altname " + quoted(other)));
    state.mac().ifPresent(mac -> lines.add("ip link set dev " + name + " address " + mac));
    lines.add("ip link set dev " + name + " mtu " + state.mtu());
    state
        .master()
        .ifPresent(master -> lines.add("ip link set dev " + name + " master " + quoted(master)));
    if (state.up()) {
      lines.add("ip link set dev " + name + " up");
    }
    state.addresses().forEach(one -> lines.add("ip address add " + words(one) + " dev " + name));
    for (NetRoute route : state.routes()) {
      if (route.protocol() != NetRoute.BY_KERNEL) {
        lines.add(
            (route.destination().v6() ? "ip -6 route add " : "ip route add ") + words(route, name));
      }
    }
    for (NetState.Stacked stacked : state.stacked()) {
      lines.add(
          "ip link add link "
              + name
              + " name "
              + quoted(stacked.state().name())
              + " type "
              + words(stacked.form()));
      settings(stacked.state(), lines);
    }
  }

  private static String words(NetForm form) {
    return switch (form) {
      case NetForm.Vlan vlan -> {
        StringBuilder words = new StringBuilder("vlan id " + vlan.id());
        words.append(vlan.protocol() == VfSettings.Vlan.AD ? " protocol 802.1ad" : "");
        words.append((vlan.flags() & 1) == 0 ? " reorder_hdr off" : "");
        words.append((vlan.flags() & 2) != 0 ? " gvrp on" : "");
        words.append((vlan.flags() & 4) != 0 ? " loose_binding on" : "");
        words.append((vlan.flags() & 8) != 0 ? " mvrp on" : "");
        words.append((vlan.flags() & 16) != 0 ? " bridge_binding on" : "");
        priorities(words, " ingress-qos-map", vlan.ingress());
        priorities(words, " egress-qos-map", vlan.egress());
        yield words.toString();
      }
      case NetForm.Macvlan(long mode, int flags) ->
          "macvlan mode " + (mode == 1 ? "private" : mode == 2 ? "vepa" : "bridge");
      case NetForm.Ipvlan(int mode, int flags) ->
          "ipvlan mode "
              + (mode == 0 ? "l2" : mode == 1 ? "l3" : "l3s")
              + ((flags & 1) != 0 ? " private" : (flags & 2) != 0 ? " vepa" : " bridge");
    };
  }

  private static void priorities(
      StringBuilder words, String option, SortedMap<Integer, Integer> map) {
    if (!map.isEmpty()) {
      words.append(option);
      map.forEach((from, to) -> words.append(' ').append(from).append(':').append(to));
    }
  }

  private static String words(NetAddress address) {
    StringBuilder words = new StringBuilder(address.toString());
    address.broadcast().ifPresent(to -> words.append(" broadcast ").append(to));
    if (address.scope() != 0) {
      words.append(" scope ").append(address.scope());
    }
    address.label().ifPresent(label -> words.append(" label ").append(quoted(label)));
    if (address.ends()) {
      words.append(" valid_lft ").append(address.valid());
      words.append(" preferred_lft ").append(address.preferred());
    }
    flag(words, address, 0x02, " nodad");
    flag(words, address, 0x10, " home");
    flag(words, address, 0x100, " mngtmpaddr");
    flag(words, address, 0x200, " noprefixroute");
    flag(words, address, 0x400, " autojoin");
    return words.toString();
  }

  private static void flag(StringBuilder words, NetAddress address, long flag, String word) {
    if ((address.flags() & flag) != 0) {
      words.append(word);
    }
  }

  private static String words(NetRoute route, String name) {
    StringBuilder words = new StringBuilder();
    words.append(route.prefix() == 0 ? "default" : route.destination() + "/" + route.prefix());
    if (route.gateway().isPresent()) {
      IpAddress gateway = route.gateway().get();
      boolean other = gateway.v6() != route.destination().v6();
      words.append(other ? gateway.v6() ? " via inet6 " : " via inet " : " via ").append(gateway);
    }
    words.append(" dev ").append(name);
    route.source().ifPresent(source -> words.append(" src ").append(source));
    if (route.table() != NetRoute.MAIN) {
      words.append(" table ").append(Integer.toUnsignedString(route.table()));
    }
    words.append(" proto ").append(route.protocol());
    if (route.metric() != 0) {
      words.append(" metric ").append(route.metric());
    }
    if (route.tos() != 0) {
      words.append(" tos ").append(route.tos());
    }
    words.append(route.onlink() ? " onlink" : "");
    words.append(
        switch (route.preference()) {
          case 1 -> " pref high";
          case 3 -> " pref low";
          default -> "";
        });
    for (Map.Entry<Integer, Long> limit : route.limits().entrySet()) {
      String kind = LIMITS.get(limit.getKey());
      if (kind != null) {
        words.append(' ').append(kind).append(' ').append(limit.getValue());
      }
    }
    return words.toString();
  }

  static List<String> set(NetOrigin.Vf vf) {
    VfSettings settings = vf.settings();
    StringBuilder words = new StringBuilder("ip link set dev " + interfaceOf(vf.pf()));
    words.append(" vf ").append(vf.index()).append(" mac ").append(settings.mac());
    VfSettings.Vlan vlan = settings.vlan();
    words.append(" vlan ").append(vlan.id());
    if (vlan.qos() != 0) {
      words.append(" qos ").append(vlan.qos());
    }
    if (vlan.protocol() == VfSettings.Vlan.AD) {
      words.append(" proto 802.1ad");
    }
    if (settings.minRate() != 0 || settings.maxRate() != 0) {
      words.append(" max_tx_rate ").append(settings.maxRate());
      words.append(" min_tx_rate ").append(settings.minRate());
    }
    settings.spoofCheck().ifPresent(on -> words.append(" spoofchk ").append(word(on)));
    if (settings.link() != VfSettings.Link.AUTO) {
      words.append(" state ").append(settings.link().name().toLowerCase(Locale.ROOT));
    }
    settings.rssQuery().ifPresent(on -> words.append(" query_rss ").append(word(on)));
    settings.trust().ifPresent(on -> words.append(" trust ").append(word(on)));
    return List.of(words.toString());
  }

  private static String word(boolean on) {
    return on ? "on" : "off";
  }

  /** What the interface of a function is called when the command runs. */
  private static String interfaceOf(PciAddress address) {
    return "$(ls " + DEVICES + address + "/net)";
  }

  /** A word that the shell takes as it is: an interface may be called almost anything. */
  private static String quoted(String word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      boolean plain =
          c >= 'a' && c <= 'z'
              || c >= 'A' && c <= 'Z'
              || c >= '0' && c <= '9'
              || "-_.:@+".indexOf(c) >= 0;
      if (!plain) {
        return "'" + word.replace("'", "'\\''") + "'";
      }
    }
    return word;
  }
}
