package dev.lend.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is read of a host only where something shall happen to a device, or where all about it is
 * asked for.
 *
 * @param netTypes what a software interface is: {@code bond}, {@code bridge}, {@code vlan}, as its
 *     driver calls it, or {@code stacked} for one that stands on another and whose driver says
 *     nothing: macvlan, ipvlan; interfaces of hardware are left out
 * @param routes by interface, the destinations of the main table that leave through it, except
 *     default routes and the networks that it is itself in
 * @param otherDefaults by interface, the tables besides the main one by which a default route
 *     leaves through it, as a person knows them: {@code table 100}, {@code VRF mgmt}; only netlink
 *     tells them, so only for a plan
 * @param sessionNets the interfaces through which answers to the asking person's SSH session leave
 * @param management by an address of this host, or for a link-local one {@code ADDRESS%INTERFACE},
 *     how others manage this host by it, to go on after "at which" or "which"
 * @param remotes storage of other machines that this host uses
 * @param dependents by function; only those that were asked for are in it
 * @param netOrigins by function, how its network side is set up; only what was asked for is in it
 * @param pfs by function, a PF whose VFs shall be shaped; only what was asked for is in it
 * @param filters by PF, what its card sends up to it; only what was asked for is in it
 */
public record Surroundings(
    Map<String, String> netTypes,
    Map<String, List<String>> routes,
    Map<String, List<String>> otherDefaults,
    Set<String> sessionNets,
    Map<String, List<String>> management,
    List<RemoteStorage> remotes,
    Map<PciAddress, List<Dependent>> dependents,
    Map<PciAddress, Fact<NetOrigin>> netOrigins,
    Map<PciAddress, Fact<PfState>> pfs,
    Map<PciAddress, Fact<PfFilter>> filters) {
  /** Copies the collections. */
  public Surroundings {
    netTypes = Map.copyOf(netTypes);
    routes = copy(routes);
    otherDefaults = copy(otherDefaults);
    sessionNets = Set.copyOf(sessionNets);
    management = copy(management);
    remotes = List.copyOf(remotes);
    dependents = copy(dependents);
    netOrigins = Map.copyOf(netOrigins);
    pfs = Map.copyOf(pfs);
    filters = Map.copyOf(filters);
  }

  /** Without anything that netlink tells. */
  public Surroundings(
      Map<String, String> netTypes,
      Map<String, List<String>> routes,
      Set<String> sessionNets,
      Map<PciAddress, List<Dependent>> dependents) {
    this(
        netTypes,
        routes,
        Map.of(),
        sessionNets,
        Map.of(),
        List.of(),
        dependents,
        Map.of(),
        Map.of(),
        Map.of());
  }

  /** The same and how networks are set up. */
  public Surroundings with(Map<PciAddress, Fact<NetOrigin>> origins) {
    return new Surroundings(
        netTypes,
        routes,
        otherDefaults,
        sessionNets,
        management,
        remotes,
        dependents,
        origins,
        pfs,
        filters);
  }

  /**
   * The same with what netlink tells better.
   *
   * @param types what interfaces are, which goes before what is known already
   * @param defaults see {@link #otherDefaults}
   * @param answers more interfaces through which answers to the session leave
   */
  public Surroundings with(
      Map<String, String> types, Map<String, List<String>> defaults, Set<String> answers) {
    Map<String, String> allTypes = new HashMap<>(netTypes);
    allTypes.putAll(types);
    Set<String> allAnswers = new HashSet<>(sessionNets);
    allAnswers.addAll(answers);
    return new Surroundings(
        allTypes,
        routes,
        defaults,
        allAnswers,
        management,
        remotes,
        dependents,
        netOrigins,
        pfs,
        filters);
  }

  /** The same with who manages this host by which address, and what it uses of other machines. */
  public Surroundings with(Map<String, List<String>> managed, List<RemoteStorage> used) {
    return new Surroundings(
        netTypes,
        routes,
        otherDefaults,
        sessionNets,
        managed,
        used,
        dependents,
        netOrigins,
        pfs,
        filters);
  }

  /** The same and how a PF stands. */
  public Surroundings with(PciAddress pf, Fact<PfState> state) {
    Map<PciAddress, Fact<PfState>> more = new HashMap<>(pfs);
    more.put(pf, state);
    return new Surroundings(
        netTypes,
        routes,
        otherDefaults,
        sessionNets,
        management,
        remotes,
        dependents,
        netOrigins,
        more,
        filters);
  }

  /** The same and what the card of a PF sends up to it. */
  public Surroundings withFilter(PciAddress pf, Fact<PfFilter> filter) {
    Map<PciAddress, Fact<PfFilter>> more = new HashMap<>(filters);
    more.put(pf, filter);
    return new Surroundings(
        netTypes,
        routes,
        otherDefaults,
        sessionNets,
        management,
        remotes,
        dependents,
        netOrigins,
        pfs,
        more);
  }

  /** What the card of a PF sends up to it; absent where that was not asked for. */
  public Fact<PfFilter> filter(PciAddress pf) {
    return filters.getOrDefault(pf, Fact.absent());
  }

  /** How a PF stands; absent where that was not asked for. */
  public Fact<PfState> pf(PciAddress address) {
    return pfs.getOrDefault(address, Fact.absent());
  }

  /** How the network side of a function is set up; absent where that was not asked for. */
  public Fact<NetOrigin> netOrigin(PciAddress address) {
    return netOrigins.getOrDefault(address, Fact.absent());
  }

  private static <K, V> Map<K, List<V>> copy(Map<K, List<V>> lists) {
    Map<K, List<V>> copy = new HashMap<>();
    lists.forEach((key, list) -> copy.put(key, List.copyOf(list)));
    return Map.copyOf(copy);
  }

  /** Nothing was read. */
  public static Surroundings none() {
    return new Surroundings(Map.of(), Map.of(), Set.of(), Map.of());
  }

  /** What rests on a function. */
  public List<Dependent> of(PciAddress address) {
    return dependents.getOrDefault(address, List.of());
  }
}
