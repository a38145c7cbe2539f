package dev.lend.sysfs;

import dev.lend.model.BlockDevice;
import dev.lend.model.Dependent;
import dev.lend.model.Fact;
import dev.lend.model.HostProcess;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.Surroundings;
import dev.lend.plan.BlastRadius;
import dev.lend.sysfs.DeviceNodes.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads what rests on some functions, and on all that goes with them. */
final class SurroundingsReader {
  private static final String DEVICES = "sys/bus/pci/devices/";

  /** Ways to reset one function and nothing beside it (kernel: {@code drivers/pci/pci.c}). */
  private static final Set<String> OWN_RESETS =
      Set.of("device_specific", "acpi", "flr", "af_flr", "pm");

  private final KernelReader kernel;
  private final HostSnapshot host;
  private final Map<PciAddress, Set<Dependent>> dependents = new HashMap<>();
  private final Set<PciAddress> wanted = new TreeSet<>();

  SurroundingsReader(KernelReader kernel, HostSnapshot host) {
    this.kernel = kernel;
    this.host = host;
  }

  /**
   * @param around functions that something shall happen to
   * @param sessionPeer the far end of the asking person's SSH session
   */
  Surroundings read(Set<PciAddress> around, Optional<String> sessionPeer) {
    around.forEach(this::want);
    Processes processes = Processes.read(kernel);
    new PartReader(kernel, wanted, this::add).read();
    NetSurroundings nets = new NetSurroundings(kernel, host.nets(), this::add);
    nets.elsewhere(wanted, processes);
    nets.programs(processes);
    nodes(processes);
    wanted.forEach(this::reset);
    if (processes.unseen() > 0) {
      around.forEach(address -> add(address, new Dependent.Unseen(processes.unseen())));
    }
    Routes routes = Routes.read(kernel);
    Map<PciAddress, List<Dependent>> lists = new HashMap<>();
    dependents.forEach((address, found) -> lists.put(address, List.copyOf(found)));
    return new Surroundings(
            nets.types(),
            routes.beyond(host.nets()),
            sessionPeer.map(routes::towards).orElse(Set.of()),
            lists)
        .with(
            new ManagementReader(kernel).read(processes, sessionPeer),
            new NetStorage(kernel, routes).read(host.disks()));
  }

  private void add(PciAddress address, Dependent dependent) {
    if (wanted.contains(address)) {
      dependents.computeIfAbsent(address, none -> new LinkedHashSet<>()).add(dependent);
    }
  }

  /** The function, all that goes with it, and what is reached only through one of these. */
  private void want(PciAddress address) {
    Optional<PciFunction> function = host.function(address);
    if (function.isEmpty() || wanted.contains(address)) {
      return;
    }
    for (PciFunction member : BlastRadius.along(host, function.get())) {
      if (wanted.add(member.address())) {
        List<PciAddress> below = below(member.address());
        if (!below.isEmpty()) {
          add(member.address(), new Dependent.Below(below));
          below.forEach(this::want);
        }
      }
    }
  }

  /** An Intel VMD has a bus of another domain below itself: {@code pci10000:e0}. */
  private List<PciAddress> below(PciAddress address) {
    List<PciAddress> below = new ArrayList<>();
    for (String entry : kernel.list(DEVICES + address).or(List.of())) {
      int colon = entry.indexOf(':');
      int domain = entry.startsWith("pci") && colon > 3 ? SysPath.hex(entry, 3, colon) : -1;
      if (domain > 0) {
        for (PciFunction function : host.functions().values()) {
          if (function.address().domain() == domain && !function.bridge()) {
            below.add(function.address());
          }
        }
      }
    }
    return below;
  }

  private void nodes(Processes processes) {
    DeviceNodes reader = new DeviceNodes(kernel);
    Map<PciAddress, List<Node>> nodes = reader.characters(wanted);
    for (PciAddress address : wanted) {
      for (BlockDevice disk : host.disksOf(address)) {
        List<Node> stack = reader.onDisk(disk.name());
        nodes.computeIfAbsent(address, none -> new ArrayList<>()).addAll(stack);
        mountedElsewhere(address, stack, processes);
        if (disk.uses().isEmpty()) {
          stack.forEach(node -> content(address, node));
        }
      }
    }
    consoles(nodes);
    Map<String, Map<PciAddress, Node>> known = new HashMap<>();
    nodes.forEach((address, list) -> {
      for (Node node : list) {
        for (String key :
            List.of("/dev/" + node.name(), DeviceNumber.of(node.block(), node.number()))) {
          known.computeIfAbsent(key, none -> new LinkedHashMap<>()).put(address, node);
        }
      }
    });
    for (Processes.Open open : processes.opens()) {
      // In a container, a disk may have any name, and another one the name that it has here.
      String key = known.isEmpty() ? "" : processes.device(open).or(open.target());
      known
          .getOrDefault(key, Map.of())
          .forEach((address, node) ->
              add(
                  address,
                  new Dependent.OpenFile(
                      node.name(),
                      node.alias(),
                      node.block(),
                      processes.writes(open),
                      processes.describe(open.pid()))));
    }
  }

  /** {@code /proc/consoles} ends each line with the number of the terminal (proc(5)). */
  private void consoles(Map<PciAddress, List<Node>> nodes) {
    Map<String, String> names = new HashMap<>();
    for (String line : kernel.read("proc/consoles").or("").split("\n", -1)) {
      List<String> words = Facts.words(line);
      if (words.size() > 2) {
        names.put(words.getLast(), words.getFirst());
      }
    }
    nodes.forEach((address, list) -> {
      for (Node node : list) {
        String name = node.block() ? "" : names.getOrDefault(node.number(), "");
        if (!name.isEmpty()) {
          add(address, new Dependent.Part(Dependent.Role.CONSOLE, name));
        }
      }
    });
  }

  /** Mounts of other namespaces, for devices that are mounted nowhere in this one. */
  private void mountedElsewhere(PciAddress address, List<Node> stack, Processes processes) {
    String own = kernel.link("proc/self/ns/mnt").or("");
    Map<String, Node> byNumber = new HashMap<>();
    stack.forEach(node -> byNumber.put(node.number(), node));
    points("proc/self/mountinfo").keySet().forEach(byNumber::remove);
    byNumber.remove("");
    if (byNumber.isEmpty()) {
      return;
    }
    for (Map.Entry<String, Integer> space : processes.mountSpaces().entrySet()) {
      if (space.getKey().equals(own)) {
        continue;
      }
      HostProcess process = processes.describe(space.getValue());
      points("proc/" + space.getValue() + "/mountinfo")
          .forEach((number, point) -> {
            Node node = byNumber.get(number);
            if (node != null) {
              add(address, new Dependent.MountElsewhere(node.name(), point, process));
            }
          });
    }
  }

  /** Mount points by the number of their device; the first of several. */
  private Map<String, String> points(String mountinfo) {
    Map<String, String> points = new HashMap<>();
    for (String line : kernel.read(mountinfo).or("").split("\n", -1)) {
      String[] field = line.split(" ", -1);
      if (field.length > 4) {
        points.putIfAbsent(field[2], field[4]);
      }
    }
    return points;
  }

  /** What udev found on a device that nothing uses. */
  private void content(PciAddress address, Node node) {
    Map<String, String> found = UdevData.of(kernel, node.number());
    String type = found.getOrDefault("ID_FS_TYPE", "");
    if (!type.isEmpty()) {
      String label = found.getOrDefault("ID_FS_LABEL", "");
      add(address, new Dependent.Content(node.name(), type, label));
    }
  }

  /** Other functions of its slot, where a reset of the function would be one of the slot. */
  private void reset(PciAddress address) {
    Optional<PciFunction> function = host.function(address);
    if (function.isEmpty() || function.get().sriov() instanceof SriovRole.Virtual) {
      return;
    }
    Fact<String> methods = kernel.read(DetailReader.path(address, "reset_method"));
    boolean own =
        methods instanceof Fact.Known<String>(String text)
            ? Facts.words(text).stream().anyMatch(OWN_RESETS::contains)
            : kernel.exists(DetailReader.path(address, "reset"));
    List<PciAddress> others = new ArrayList<>();
    for (int number = 0; !own && number < 8; number++) {
      PciAddress at = new PciAddress(address.domain(), address.bus(), address.device(), number);
      Optional<PciFunction> other = host.function(at);
      if (number != address.function()
          && other.isPresent()
          && !(other.get().sriov() instanceof SriovRole.Virtual)) {
        others.add(at);
      }
    }
    if (!others.isEmpty()) {
      add(address, new Dependent.SharedReset(others));
    }
  }
}
