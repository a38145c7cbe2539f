package dev.lend.sysfs;

import dev.lend.model.Dependent;
import dev.lend.model.Fact;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.plan.NetTypes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What of the network takes more than a look at each interface: what software interfaces are,
 * namespaces, and BPF programs that a process holds.
 *
 * <p>Programs and queueing disciplines that were attached by netlink are in no file; plans ask
 * netlink for them. Software interfaces that stand on one of this namespace and live in another
 * cannot be told from here for certain.
 */
final class NetSurroundings {
  private static final String NETS = "sys/class/net/";
  private static final String OVS_SYSTEM = "ovs-system";

  private final KernelReader kernel;
  private final List<NetInterface> nets;
  private final BiConsumer<PciAddress, Dependent> found;

  NetSurroundings(
      KernelReader kernel, List<NetInterface> nets, BiConsumer<PciAddress, Dependent> found) {
    this.kernel = kernel;
    this.nets = nets;
    this.found = found;
  }

  /** What each software interface is, as its driver says in {@code uevent}: see Surroundings. */
  Map<String, String> types() {
    Map<String, String> types = new HashMap<>();
    for (NetInterface net : nets) {
      if (net.function().isEmpty()) {
        String type = type(net.name());
        if (!type.isEmpty()) {
          types.put(net.name(), type);
        }
      }
    }
    return types;
  }

  private String type(String name) {
    if (name.equals(OVS_SYSTEM)) {
      return NetTypes.OVS;
    }
    for (String line : kernel.read(NETS + name + "/uevent").or("").split("\n", -1)) {
      if (line.startsWith("DEVTYPE=")) {
        return line.substring(8);
      }
    }
    // macvlan, ipvlan and team say nothing (seen on Linux 6.12); the first two name what is below.
    String below = kernel.read(NETS + name + "/iflink").or("");
    if (!below.isEmpty() && !below.equals(kernel.read(NETS + name + "/ifindex").or(""))) {
      return "stacked";
    }
    return maybeOvs(name) ? NetTypes.OVS : "";
  }

  /**
   * An interface of software that stands on none and does not say what it is: where there is Open
   * vSwitch, it is taken for one of its. No file tells (kernel: {@code
   * net/openvswitch/vport-internal_dev.c}); netlink does, which plans ask.
   */
  private boolean maybeOvs(String name) {
    if (name.equals("lo") || nets.stream().noneMatch(net -> net.name().equals(OVS_SYSTEM))) {
      return false;
    }
    for (String entry : kernel.list(NETS + name).or(List.of())) {
      if (entry.startsWith("lower_") || entry.equals("tun_flags")) {
        return false;
      }
    }
    return true;
  }

  /**
   * Interfaces of these functions that live in another namespace: the kernel keeps the directory
   * {@code net} and shows nothing in it (kernel: {@code net/core/net-sysfs.c}, the class has a
   * namespace type).
   */
  void elsewhere(Set<PciAddress> wanted, Processes processes) {
    for (PciAddress address : wanted) {
      if (hidden(address)) {
        found.accept(address, new Dependent.NetElsewhere(spaces(processes)));
      }
    }
  }

  private boolean hidden(PciAddress address) {
    String directory = "sys/bus/pci/devices/" + address;
    List<String> below = new ArrayList<>(List.of(directory));
    for (String entry : kernel.list(directory).or(List.of())) {
      if (SysPath.numberAfter("virtio", entry) >= 0) {
        below.add(directory + "/" + entry);
      }
    }
    for (String parent : below) {
      if (kernel.list(parent + "/net") instanceof Fact.Known<List<String>>(List<String> names)
          && names.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Every other network namespace, by its name where it has one, or a process in it. */
  private List<String> spaces(Processes processes) {
    String own = kernel.link("proc/self/ns/net").or(kernel.link("proc/1/ns/net").or(""));
    Map<String, String> named = new java.util.TreeMap<>();
    for (Map.Entry<String, Integer> space : processes.netSpaces().entrySet()) {
      named.put(space.getKey(), processes.describe(space.getValue()).describe());
    }
    for (String line : kernel.read("proc/self/mountinfo").or("").split("\n", -1)) {
      String[] field = line.split(" ", -1);
      if (field.length > 4 && field[3].startsWith("net:[")) {
        named.put(field[3], SysPath.name(field[4]));
      }
    }
    named.remove(own);
    return named.values().stream().distinct().toList();
  }

  /** kernel: {@code net/core/dev.c}, bpf_xdp_link_show_fdinfo, and the same of tcx and netkit. */
  void programs(Processes processes) {
    Map<String, NetInterface> byIndex = new HashMap<>();
    for (Processes.Open open : processes.opens()) {
      if (!open.target().startsWith("anon_inode:bpf")) {
        continue;
      }
      String index = processes.info(open, "ifindex");
      if (byIndex.isEmpty()) {
        nets.forEach(net -> byIndex.put(kernel.read(NETS + net.name() + "/ifindex").or(""), net));
      }
      NetInterface net = index.isEmpty() ? null : byIndex.get(index);
      if (net != null && net.function().isPresent()) {
        found.accept(
            net.function().get(),
            new Dependent.BpfProgram(
                net.name(), processes.info(open, "link_type"), processes.describe(open.pid())));
      }
    }
  }
}
