package dev.lend.plan;

import dev.lend.model.Binding;
import dev.lend.model.BlockDevice;
import dev.lend.model.Dependent;
import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail.ReservedRegion;
import dev.lend.model.Hardware;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.PciAddress;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import dev.lend.model.RemoteStorage;
import dev.lend.model.SriovRole;
import dev.lend.model.Surroundings;
import dev.lend.model.VfioHolder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Builds a snapshot. What is said of a function goes before it is added. */
final class HostFixture {
  static final int NIC = 0x020000;
  static final int NVME = 0x010802;
  static final int BRIDGE = 0x060400;
  static final int GPU = 0x030000;

  private final SortedMap<PciAddress, PciFunction> functions = new TreeMap<>();
  private final List<NetInterface> nets = new ArrayList<>();
  private final List<BlockDevice> disks = new ArrayList<>();
  private final List<VfioHolder> holders = new ArrayList<>();
  private final Map<PciAddress, Binding> bindings = new HashMap<>();
  private final Map<PciAddress, Hardware> hardware = new HashMap<>();
  private final Map<PciAddress, List<Dependent>> dependents = new HashMap<>();
  private final Map<String, String> netTypes = new HashMap<>();
  private final Map<String, List<String>> routes = new HashMap<>();
  private final Map<String, List<String>> otherDefaults = new HashMap<>();
  private final Map<PciAddress, Fact<NetOrigin>> origins = new HashMap<>();
  private final Map<String, List<String>> management = new HashMap<>();
  private final List<RemoteStorage> remotes = new ArrayList<>();
  private final Set<String> sessionNets = new HashSet<>();
  private boolean vfioPci = true;
  private Optional<String> session = Optional.empty();
  private SriovRole role = SriovRole.ordinary();

  static PciAddress at(String address) {
    return PciAddress.parse(address).orElseThrow();
  }

  HostFixture role(SriovRole role) {
    this.role = role;
    return this;
  }

  HostFixture function(String address, int pciClass, Fact<Integer> group, Binding binding) {
    PciAddress at = at(address);
    functions.put(
        at,
        new PciFunction(
            at,
            new PciClass(pciClass),
            new PciId(0x8086, 0x10c9),
            new PciId(0x8086, 0),
            binding.driver(),
            group,
            Fact.absent(),
            role));
    bindings.put(at, binding);
    role = SriovRole.ordinary();
    return this;
  }

  HostFixture function(String address, int pciClass, int group, String driver) {
    Binding binding =
        switch (driver) {
          case "" -> new Binding(Optional.empty(), Optional.empty());
          case "vfio-pci" -> new Binding(Optional.of(driver), Optional.of(driver));
          default -> new Binding(Optional.of(driver), Optional.empty());
        };
    return function(address, pciClass, Fact.known(group), binding);
  }

  HostFixture nic(String address, int group) {
    return function(address, NIC, group, "igb");
  }

  HostFixture net(
      String name, String function, boolean route, List<String> uppers, String... addresses) {
    nets.add(
        new NetInterface(
            name,
            PciAddress.parse(function),
            "52:54:00:00:00:01",
            true,
            uppers,
            List.of(addresses),
            route));
    return this;
  }

  /** Another card with an address, so that a card is not the host's last. */
  HostFixture anotherWayIn() {
    return nic("0000:7f:00.0", 127)
        .net("way-in", "0000:7f:00.0", false, List.of(), "203.0.113.77/24");
  }

  HostFixture disk(String name, String function, BlockDevice.Use... uses) {
    disks.add(new BlockDevice(name, PciAddress.parse(function), 1 << 20, List.of(uses)));
    return this;
  }

  HostFixture holder(int group) {
    holders.add(new VfioHolder(group, 4242, "qemu-system-x86", Optional.of("web1")));
    return this;
  }

  HostFixture session(String address) {
    session = Optional.of(address);
    return this;
  }

  /** What {@code reset_method} lists for a function. */
  HostFixture resets(String address, String... methods) {
    hardware.put(at(address), new Hardware(Fact.known(List.of(methods)), List.of()));
    return this;
  }

  /** How much memory a function has windows for, 32-bit and 64-bit. */
  HostFixture windows(String address, long low, long high) {
    hardware.put(at(address), new Hardware(Fact.absent(), List.of(), Optional.empty(), low, high));
    return this;
  }

  /** A range that the firmware wants mapped for the function's group. */
  HostFixture reserved(String address, String type) {
    ReservedRegion region = new ReservedRegion("0x7b800000", "0x7bffffff", type);
    hardware.put(at(address), new Hardware(Fact.absent(), List.of(region)));
    return this;
  }

  /** What was found to rest on a function. */
  HostFixture rests(String address, Dependent... what) {
    dependents.put(at(address), List.of(what));
    return this;
  }

  /** What the interface is, and where routes through it lead. */
  HostFixture about(String net, String type, String... routes) {
    if (!type.isEmpty()) {
      netTypes.put(net, type);
    }
    if (routes.length > 0) {
      this.routes.put(net, List.of(routes));
    }
    return this;
  }

  /** Answers to the session leave through this interface. */
  HostFixture answersLeaveBy(String net) {
    sessionNets.add(net);
    return session("203.0.113.1");
  }

  /** How others manage the host by one of its addresses. */
  HostFixture managed(String address, String how) {
    management.put(address, List.of(how));
    return this;
  }

  /** Storage of another machine that is reached through an interface. */
  HostFixture remote(String net, String name, BlockDevice.What... uses) {
    remotes.add(new RemoteStorage(name, "192.0.2.9", List.of(uses), Set.of(net)));
    return this;
  }

  /** Other tables with a default route through the interface. */
  HostFixture defaultsOf(String net, String... tables) {
    otherDefaults.put(net, List.of(tables));
    return this;
  }

  /** How the network side of a function is set up. */
  HostFixture setUp(String address, NetState... interfaces) {
    origins.put(at(address), Fact.known(new NetOrigin(List.of(interfaces), Optional.empty())));
    return this;
  }

  HostFixture withoutVfioPci() {
    vfioPci = false;
    return this;
  }

  HostSnapshot build() {
    return new HostSnapshot(functions, nets, disks, holders, bindings, vfioPci, session)
        .with(hardware)
        .with(
            new Surroundings(netTypes, routes, sessionNets, dependents)
                .with(Map.of(), otherDefaults, Set.of())
                .with(management, remotes)
                .with(origins));
  }
}
