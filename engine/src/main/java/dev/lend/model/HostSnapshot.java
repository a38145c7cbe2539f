package dev.lend.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The host at one moment: everything that a plan rests on. Immutable; a class and not a record
 * because it keeps indexes, so that a question about one of 65,536 functions does not walk over all
 * of them.
 */
public final class HostSnapshot {
  private final SortedMap<PciAddress, PciFunction> functions;
  private final List<NetInterface> nets;
  private final List<BlockDevice> disks;
  private final List<VfioHolder> holders;
  private final Map<PciAddress, Binding> bindings;
  private final boolean vfioPciLoaded;
  private final Optional<String> sessionAddress;
  private final Map<Integer, List<PciFunction>> groups;
  private final Map<PciAddress, List<NetInterface>> netsByFunction;
  private final Map<PciAddress, List<BlockDevice>> disksByFunction;
  private final Besides besides;

  /**
   * What is known besides what is in every snapshot: it was asked for, or Lend itself has done it.
   */
  private record Besides(
      Surroundings surroundings,
      Map<PciAddress, Hardware> hardware,
      Map<PciAddress, PciId> quarantined,
      Set<PciAddress> stuck,
      Set<KernelTask> ended) {
    static final Besides NOTHING =
        new Besides(Surroundings.none(), Map.of(), Map.of(), Set.of(), Set.of());

    Besides {
      hardware = Map.copyOf(hardware);
      quarantined = Map.copyOf(quarantined);
      stuck = Set.copyOf(stuck);
      ended = Set.copyOf(ended);
    }
  }

  /**
   * @param functions every PCI function, by address
   * @param nets the host's network interfaces
   * @param disks its disks and namespaces
   * @param holders processes that have VFIO groups open; empty as well where {@code /proc} could
   *     not be searched
   * @param bindings driver and override of the functions that were asked for in detail
   * @param vfioPciLoaded true where the driver vfio-pci is registered with the PCI bus
   * @param sessionAddress the host's address through which the asking person's SSH session comes,
   *     if it is one
   */
  public HostSnapshot(
      SortedMap<PciAddress, PciFunction> functions,
      List<NetInterface> nets,
      List<BlockDevice> disks,
      List<VfioHolder> holders,
      Map<PciAddress, Binding> bindings,
      boolean vfioPciLoaded,
      Optional<String> sessionAddress) {
    this.functions = Collections.unmodifiableSortedMap(new TreeMap<>(functions));
    this.nets = List.copyOf(nets);
    this.disks = List.copyOf(disks);
    this.holders = List.copyOf(holders);
    this.bindings = Map.copyOf(bindings);
    this.vfioPciLoaded = vfioPciLoaded;
    this.sessionAddress = sessionAddress;
    this.groups = new HashMap<>();
    this.netsByFunction = new HashMap<>();
    this.disksByFunction = new HashMap<>();
    this.besides = Besides.NOTHING;
    for (PciFunction function : this.functions.values()) {
      if (function.group() instanceof Fact.Known<Integer>(Integer group)) {
        groups.computeIfAbsent(group, none -> new ArrayList<>(1)).add(function);
      }
    }
    for (NetInterface net : this.nets) {
      if (net.function().isPresent()) {
        netsByFunction.computeIfAbsent(net.function().get(), none -> new ArrayList<>(1)).add(net);
      }
    }
    for (BlockDevice disk : this.disks) {
      if (disk.function().isPresent()) {
        disksByFunction
            .computeIfAbsent(disk.function().get(), none -> new ArrayList<>(1))
            .add(disk);
      }
    }
  }

  /** The same host with what else is known; of an immutable host, the indexes can be shared. */
  private HostSnapshot(HostSnapshot host, Besides besides) {
    this.functions = host.functions;
    this.nets = host.nets;
    this.disks = host.disks;
    this.holders = host.holders;
    this.bindings = host.bindings;
    this.vfioPciLoaded = host.vfioPciLoaded;
    this.sessionAddress = host.sessionAddress;
    this.groups = host.groups;
    this.netsByFunction = host.netsByFunction;
    this.disksByFunction = host.disksByFunction;
    this.besides = besides;
  }

  /** The same host, with its interfaces as somebody knows them who knows better. */
  public HostSnapshot withNets(List<NetInterface> better) {
    HostSnapshot host =
        new HostSnapshot(
            functions, better, disks, holders, bindings, vfioPciLoaded, sessionAddress);
    return new HostSnapshot(host, besides);
  }

  /** The same host, with what more was read of it. */
  public HostSnapshot with(Surroundings read) {
    return new HostSnapshot(
        this,
        new Besides(read, besides.hardware, besides.quarantined, besides.stuck, besides.ended));
  }

  /** The same host, with what was read of the hardware of some functions. */
  public HostSnapshot with(Map<PciAddress, Hardware> read) {
    return new HostSnapshot(
        this,
        new Besides(besides.surroundings, read, besides.quarantined, besides.stuck, besides.ended));
  }

  /**
   * The same host, with what Lend has put into quarantine.
   *
   * @param known where, and what sat there then
   */
  public HostSnapshot withQuarantined(Map<PciAddress, PciId> known) {
    return known.isEmpty()
        ? this
        : new HostSnapshot(
            this,
            new Besides(
                besides.surroundings, besides.hardware, known, besides.stuck, besides.ended));
  }

  /** The same host, with the functions that a write holds up which the kernel has not answered. */
  public HostSnapshot withStuck(Set<PciAddress> known) {
    return known.isEmpty()
        ? this
        : new HostSnapshot(
            this,
            new Besides(
                besides.surroundings, besides.hardware, besides.quarantined, known, besides.ended));
  }

  /** The same host, with processes that are known to have ended. */
  public HostSnapshot withEnded(Set<KernelTask> known) {
    return known.isEmpty()
        ? this
        : new HostSnapshot(
            this,
            new Besides(
                besides.surroundings, besides.hardware, besides.quarantined, besides.stuck, known));
  }

  /** True for a process that is known to have ended. */
  public boolean ended(KernelTask task) {
    return besides.ended.contains(task);
  }

  /** True for a function that is known to be held up by a write without an answer. */
  public boolean stuck(PciFunction function) {
    return besides.stuck.contains(function.address());
  }

  /** True for a function that is known to be in quarantine. */
  public boolean quarantined(PciFunction function) {
    return !besides.quarantined.isEmpty()
        && function.id().equals(besides.quarantined.get(function.address()));
  }

  /** What was read on demand; nothing where nothing was asked for. */
  public Surroundings surroundings() {
    return besides.surroundings;
  }

  /** Every PCI function, by address. */
  public SortedMap<PciAddress, PciFunction> functions() {
    return functions;
  }

  /** The host's network interfaces. */
  public List<NetInterface> nets() {
    return nets;
  }

  /** The host's disks and namespaces. */
  public List<BlockDevice> disks() {
    return disks;
  }

  /** Processes that have VFIO groups open. */
  public List<VfioHolder> holders() {
    return holders;
  }

  /** Driver and override of a function, where they were read in detail. */
  public Optional<Binding> binding(PciAddress address) {
    return Optional.ofNullable(bindings.get(address));
  }

  /** What plans need to know of a function's hardware, where it was read. */
  public Optional<Hardware> hardware(PciAddress address) {
    return Optional.ofNullable(besides.hardware.get(address));
  }

  /** True where the driver vfio-pci is registered with the PCI bus. */
  public boolean vfioPciLoaded() {
    return vfioPciLoaded;
  }

  /** The host's address through which the asking person's SSH session comes. */
  public Optional<String> sessionAddress() {
    return sessionAddress;
  }

  /** The function at an address, if there is one. */
  public Optional<PciFunction> function(PciAddress address) {
    return Optional.ofNullable(functions.get(address));
  }

  /** All functions of an IOMMU group, bridges included, by address. */
  public List<PciFunction> group(int group) {
    return Collections.unmodifiableList(groups.getOrDefault(group, List.of()));
  }

  /**
   * The endpoints, that is no bridges, which share the function's IOMMU group; without the function
   * itself.
   */
  public List<PciFunction> groupMates(PciFunction function) {
    if (!(function.group() instanceof Fact.Known<Integer>(Integer group))) {
      return List.of();
    }
    List<PciFunction> members = groups.getOrDefault(group, List.of());
    if (members.size() == 1) {
      return List.of();
    }
    List<PciFunction> mates = new ArrayList<>();
    for (PciFunction member : members) {
      if (!member.bridge() && !member.address().equals(function.address())) {
        mates.add(member);
      }
    }
    return mates;
  }

  /** The interface of that name, if there is one. */
  public Optional<NetInterface> net(String name) {
    for (NetInterface net : nets) {
      if (net.name().equals(name)) {
        return Optional.of(net);
      }
    }
    return Optional.empty();
  }

  /** The interfaces of a function. */
  public List<NetInterface> netsOf(PciAddress address) {
    return Collections.unmodifiableList(netsByFunction.getOrDefault(address, List.of()));
  }

  /** The disks behind a function. */
  public List<BlockDevice> disksOf(PciAddress address) {
    return Collections.unmodifiableList(disksByFunction.getOrDefault(address, List.of()));
  }

  /** Processes that have the VFIO group of a function open. */
  public List<VfioHolder> holdersOf(PciFunction function) {
    if (holders.isEmpty() || !(function.group() instanceof Fact.Known<Integer>(Integer group))) {
      return List.of();
    }
    List<VfioHolder> found = new ArrayList<>();
    for (VfioHolder holder : holders) {
      if (holder.group() == group) {
        found.add(holder);
      }
    }
    return found;
  }
}
