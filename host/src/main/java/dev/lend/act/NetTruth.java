package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.model.HostSnapshot;
import dev.lend.model.IpAddress;
import dev.lend.model.NetInterface;
import dev.lend.model.NetRoute;
import dev.lend.model.PciAddress;
import dev.lend.model.RemoteStorage;
import dev.lend.model.Surroundings;
import dev.lend.plan.NetTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What netlink knows better than files: which interface an address is on, default routes of other
 * tables and over several next hops, and what Open vSwitch has made. Asked only where a network
 * card is to leave the host.
 */
final class NetTruth {
  private final Net net;

  NetTruth(Net net) {
    this.net = net;
  }

  /**
   * The host with that.
   *
   * @param leaving functions that may leave it
   * @param connection the variable {@code SSH_CONNECTION} of whoever asks; empty text for none
   * @throws NetRefusal the kernel does not tell
   */
  HostSnapshot of(HostSnapshot host, Set<PciAddress> leaving, String connection) throws NetRefusal {
    if (leaving.stream().allMatch(address -> host.netsOf(address).isEmpty())) {
      return host;
    }
    Map<String, Link> links = new HashMap<>();
    net.links().forEach(link -> links.put(link.name(), link));
    Map<String, String> types = types(host, links);
    Set<String> concerned = concerned(host, leaving, types);
    Map<Integer, List<String>> addresses = addresses();
    Map<String, List<String>> defaults = new HashMap<>();
    List<NetInterface> nets = new ArrayList<>();
    for (NetInterface one : host.nets()) {
      Link link = links.get(one.name());
      if (link == null) {
        nets.add(one);
        continue;
      }
      Set<String> tables =
          concerned.contains(one.name()) ? defaults(link, links) : new LinkedHashSet<>();
      boolean main = tables.remove(MAIN);
      if (!tables.isEmpty()) {
        defaults.put(one.name(), List.copyOf(tables));
      }
      nets.add(
          new NetInterface(
              one.name(),
              one.function(),
              one.mac(),
              one.up(),
              one.uppers(),
              addresses.getOrDefault(link.index(), List.of()),
              one.defaultRoute() || main));
    }
    Surroundings known = host.surroundings();
    return host.withNets(nets)
        .with(
            known
                .with(types, defaults, answers(links, connection))
                .with(known.nets().management(), remotes(known.nets().remotes(), links)));
  }

  /** Where the way to storage of other machines leads, by rules and all tables. */
  private List<RemoteStorage> remotes(List<RemoteStorage> known, Map<String, Link> links)
      throws NetRefusal {
    List<RemoteStorage> remotes = new ArrayList<>();
    for (RemoteStorage remote : known) {
      Optional<IpAddress> server = address(remote.server());
      OptionalInt index =
          server.isEmpty() ? OptionalInt.empty() : net.towards(server.get(), Optional.empty());
      RemoteStorage better = remote;
      for (Link link : links.values()) {
        if (index.isPresent() && link.index() == index.getAsInt()) {
          better = better.through(link.name());
        }
      }
      remotes.add(better);
    }
    return remotes;
  }

  private static final String MAIN = "main";

  /** What files make a guess at. */
  private static Map<String, String> types(HostSnapshot host, Map<String, Link> links) {
    Map<String, String> types = new HashMap<>();
    links.forEach((name, link) -> {
      boolean guessed = NetTypes.ovs(host, name);
      if (guessed || link.kind().equals(NetTypes.OVS)) {
        types.put(name, link.kind());
      }
    });
    return types;
  }

  /** The interfaces of the functions, and all that goes through them. */
  private static Set<String> concerned(
      HostSnapshot host, Set<PciAddress> leaving, Map<String, String> types) {
    Set<String> all = new HashSet<>();
    List<NetInterface> next = new ArrayList<>();
    leaving.forEach(address -> next.addAll(host.netsOf(address)));
    while (!next.isEmpty()) {
      NetInterface one = next.removeLast();
      if (all.add(one.name())) {
        one.uppers().forEach(upper -> host.net(upper).ifPresent(next::add));
        if (types.getOrDefault(one.name(), "").equals(NetTypes.OVS)) {
          types.forEach((name, type) -> {
            if (type.equals(NetTypes.OVS)) {
              host.net(name).ifPresent(next::add);
            }
          });
        }
      }
    }
    return all;
  }

  private Map<Integer, List<String>> addresses() throws NetRefusal {
    Map<Integer, List<String>> all = new HashMap<>();
    for (Net.OnLink one : net.addresses()) {
      if (!one.address().local().linkLocal()) {
        all.computeIfAbsent(one.link(), none -> new ArrayList<>())
            .add(one.address().local() + "/" + one.address().prefix());
      }
    }
    return all;
  }

  /** The tables that have a default route through a link, as a person knows them. */
  private Set<String> defaults(Link link, Map<String, Link> links) throws NetRefusal {
    Net.Routes routes = net.routes(link.index());
    List<NetRoute> all = new ArrayList<>(routes.plain());
    routes.others().forEach(other -> all.add(other.route()));
    Set<String> tables = new LinkedHashSet<>();
    for (NetRoute route : all) {
      if (route.prefix() == 0) {
        tables.add(route.table() == NetRoute.MAIN ? MAIN : table(route.table(), links));
      }
    }
    return tables;
  }

  private static String table(int number, Map<String, Link> links) {
    long table = Integer.toUnsignedLong(number);
    for (Link link : links.values()) {
      if (link.table() == table) {
        return "the VRF " + link.name();
      }
    }
    return "table " + table;
  }

  /** By rules and all tables; files tell the main ones only. */
  private Set<String> answers(Map<String, Link> links, String connection) throws NetRefusal {
    // Peer, its port, own address, own port (sshd(8)).
    String[] words = connection.split(" ", -1);
    Optional<IpAddress> peer = words.length < 4 ? Optional.empty() : address(words[0]);
    Optional<IpAddress> own = words.length < 4 ? Optional.empty() : address(words[2]);
    if (peer.isEmpty() || own.isEmpty() || peer.get().v6() != own.get().v6()) {
      return Set.of();
    }
    OptionalInt index = net.towards(peer.get(), own);
    Set<String> answers = new HashSet<>();
    for (Link link : links.values()) {
      if (index.isPresent() && link.index() == index.getAsInt()) {
        answers.add(link.name());
      }
    }
    return answers;
  }

  private static Optional<IpAddress> address(String text) {
    boolean mapped = text.startsWith("::ffff:") && text.indexOf('.') > 0;
    return text.contains("%")
        ? Optional.empty()
        : IpAddress.parse(mapped ? text.substring("::ffff:".length()) : text);
  }
}
