package dev.lend.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is read of a host only where something shall happen to a device, or where all about it is
 * asked for.
 *
 * @param nets of the network
 * @param dependents by function; only those that were asked for are in it
 * @param asked of single functions
 */
public record Surroundings(Nets nets, Map<PciAddress, List<Dependent>> dependents, Asked asked) {
  /**
   * Where the host's network goes.
   *
   * @param types what a software interface is: {@code bond}, {@code bridge}, {@code vlan}, as its
   *     driver calls it, or {@code stacked} for one that stands on another and whose driver says
   *     nothing: macvlan, ipvlan; interfaces of hardware are left out
   * @param routes by interface, the destinations of the main table that leave through it, except
   *     default routes and the networks that it is itself in
   * @param otherDefaults by interface, the tables besides the main one by which a default route
   *     leaves through it, as a person knows them: {@code table 100}, {@code VRF mgmt}; only
   *     netlink tells them, so only for a plan
   * @param sessions the interfaces through which answers to the asking person's SSH session leave
   * @param management by an address of this host, or for a link-local one {@code
   *     ADDRESS%INTERFACE}, how others manage this host by it, to go on after "at which" or "which"
   * @param remotes storage of other machines that this host uses
   */
  public record Nets(
      Map<String, String> types,
      Map<String, List<String>> routes,
      Map<String, List<String>> otherDefaults,
      Set<String> sessions,
      Map<String, List<String>> management,
      List<RemoteStorage> remotes) {
    /** Copies the collections. */
    public Nets {
      types = Map.copyOf(types);
      routes = copy(routes);
      otherDefaults = copy(otherDefaults);
      sessions = Set.copyOf(sessions);
      management = copy(management);
      remotes = List.copyOf(remotes);
    }
  }

  /**
   * What is read of single functions; only what was asked for is in it.
   *
   * @param origins by function, how its network side is set up
   * @param pfs by function, a PF whose VFs shall be shaped
   * @param filters by PF, what its card sends up to it
   * @param lentVfs by VF that is on vfio-pci already, what its PF holds it to now
   */
  public record Asked(
      Map<PciAddress, Fact<NetOrigin>> origins,
      Map<PciAddress, Fact<PfState>> pfs,
      Map<PciAddress, Fact<PfFilter>> filters,
      Map<PciAddress, NetOrigin.Vf> lentVfs) {
    static final Asked NOTHING = new Asked(Map.of(), Map.of(), Map.of(), Map.of());

    /** Copies the collections. */
    public Asked {
      origins = Map.copyOf(origins);
      pfs = Map.copyOf(pfs);
      filters = Map.copyOf(filters);
      lentVfs = Map.copyOf(lentVfs);
    }
  }

  /** Copies the collections. */
  public Surroundings {
    dependents = copy(dependents);
  }

  /** Without anything that netlink tells. */
  public Surroundings(
      Map<String, String> types,
      Map<String, List<String>> routes,
      Set<String> sessions,
      Map<PciAddress, List<Dependent>> dependents) {
    this(
        new Nets(types, routes, Map.of(), sessions, Map.of(), List.of()),
        dependents,
        Asked.NOTHING);
  }

  /** The same and how networks are set up. */
  public Surroundings with(Map<PciAddress, Fact<NetOrigin>> origins) {
    return new Surroundings(
        nets, dependents, new Asked(origins, asked.pfs, asked.filters, asked.lentVfs));
  }

  /**
   * The same with what netlink tells better.
   *
   * @param types what interfaces are, which goes before what is known already
   * @param defaults see {@link Nets#otherDefaults}
   * @param answers more interfaces through which answers to the session leave
   */
  public Surroundings with(
      Map<String, String> types, Map<String, List<String>> defaults, Set<String> answers) {
    Map<String, String> allTypes = new HashMap<>(nets.types);
    allTypes.putAll(types);
    Set<String> allAnswers = new HashSet<>(nets.sessions);
    allAnswers.addAll(answers);
    return new Surroundings(
        new Nets(allTypes, nets.routes, defaults, allAnswers, nets.management, nets.remotes),
        dependents,
        asked);
  }

  /** The same with who manages this host by which address, and what it uses of other machines. */
  public Surroundings with(Map<String, List<String>> managed, List<RemoteStorage> used) {
    return new Surroundings(
        new Nets(nets.types, nets.routes, nets.otherDefaults, nets.sessions, managed, used),
        dependents,
        asked);
  }

  /** The same and how a PF stands. */
  public Surroundings with(PciAddress pf, Fact<PfState> state) {
    Map<PciAddress, Fact<PfState>> more = new HashMap<>(asked.pfs);
    more.put(pf, state);
    return new Surroundings(
        nets, dependents, new Asked(asked.origins, more, asked.filters, asked.lentVfs));
  }

  /** The same and what the card of a PF sends up to it. */
  public Surroundings withFilter(PciAddress pf, Fact<PfFilter> filter) {
    Map<PciAddress, Fact<PfFilter>> more = new HashMap<>(asked.filters);
    more.put(pf, filter);
    return new Surroundings(
        nets, dependents, new Asked(asked.origins, asked.pfs, more, asked.lentVfs));
  }

  /** The same and what PFs hold those of their VFs to that are on vfio-pci already. */
  public Surroundings withLentVfs(Map<PciAddress, NetOrigin.Vf> vfs) {
    return new Surroundings(
        nets, dependents, new Asked(asked.origins, asked.pfs, asked.filters, vfs));
  }

  /** What its PF holds a VF to now; empty where it is none, or that was not asked for. */
  public Optional<NetOrigin.Vf> vf(PciAddress address) {
    NetOrigin.Vf lent = asked.lentVfs.get(address);
    return lent != null ? Optional.of(lent) : netOrigin(address).or(NetOrigin.none()).vf();
  }

  /** What the card of a PF sends up to it; absent where that was not asked for. */
  public Fact<PfFilter> filter(PciAddress pf) {
    return asked.filters.getOrDefault(pf, Fact.absent());
  }

  /** How a PF stands; absent where that was not asked for. */
  public Fact<PfState> pf(PciAddress address) {
    return asked.pfs.getOrDefault(address, Fact.absent());
  }

  /** How the network side of a function is set up; absent where that was not asked for. */
  public Fact<NetOrigin> netOrigin(PciAddress address) {
    return asked.origins.getOrDefault(address, Fact.absent());
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
