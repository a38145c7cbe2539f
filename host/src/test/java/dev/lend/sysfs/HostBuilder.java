package dev.lend.sysfs;

import dev.lend.model.PciId;
import dev.lend.sysfs.FunctionSpec.Disk;
import dev.lend.sysfs.FunctionSpec.Net;
import dev.lend.sysfs.SimTree.Access;
import dev.lend.sysfs.SimTree.Hook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Describes a host for {@link SimulatedKernel}. A function is added first, then what is said of it:
 * {@code host().nic("0000:01:00.0", "igb").net("eth1").pf(7)}. Bridges come before what is under
 * them.
 */
public final class HostBuilder {
  private record Upper(String name, String lower, List<String> addresses) {}

  private final List<FunctionSpec> functions = new ArrayList<>();
  private final List<String> driverless = new ArrayList<>();
  private final SimStorage storage = new SimStorage();
  private final List<Upper> uppers = new ArrayList<>();
  private boolean vfioPci;
  private boolean overrideLocks;
  private String lastBlock = "";
  private int minors;

  HostBuilder() {}

  /** Any function: 24 bits of class, vendor and device. */
  public HostBuilder function(String address, int pciClass, int vendor, int device) {
    functions.add(
        new FunctionSpec(
            address,
            pciClass,
            new PciId(vendor, device),
            new PciId(0x1af4, 0x1100),
            1,
            "",
            FunctionSpec.LOWEST_FREE,
            "",
            -1,
            Optional.empty(),
            List.of(),
            List.of()));
    return this;
  }

  /** A PCIe root port. */
  public HostBuilder rootPort(String address) {
    return function(address, 0x060400, 0x1b36, 0x000c);
  }

  /** A bridge to conventional PCI, which no driver wants. */
  public HostBuilder pciBridge(String address) {
    function(address, 0x060401, 0x1b36, 0x000e);
    return driverless();
  }

  /** A network card for one of the drivers that {@link SimDriver#standard} lists. */
  public HostBuilder nic(String address, String driver) {
    for (SimDriver known : SimDriver.standard()) {
      if (known.name().equals(driver)) {
        PciId id = known.ids().getFirst();
        return function(address, 0x020000, id.vendor(), id.device());
      }
    }
    throw new IllegalArgumentException("no driver " + driver);
  }

  /** An NVMe controller. */
  public HostBuilder nvme(String address) {
    return function(address, 0x010802, 0x1b36, 0x0010).resets("flr bus");
  }

  /** An NVMe controller with so many VFs, which are the same kind of device. */
  public HostBuilder nvmeWithVfs(String address, int vfs) {
    nvme(address);
    FunctionSpec s = last();
    Optional<FunctionSpec.Sriov> sriov =
        Optional.of(new FunctionSpec.Sriov(vfs, vfs, vfs, s.id(), 1, 1));
    return last(s.under(), s.group(), s.resets(), s.numaNode(), sriov, s.nets(), s.disks());
  }

  /** A SAS host bus adapter. */
  public HostBuilder hba(String address) {
    return function(address, 0x010400, 0x1000, 0x0060).resets("bus");
  }

  private FunctionSpec last() {
    return functions.getLast();
  }

  private HostBuilder last(
      String under,
      int group,
      String resets,
      int numaNode,
      Optional<FunctionSpec.Sriov> sriov,
      List<Net> nets,
      List<Disk> disks) {
    FunctionSpec s = functions.removeLast();
    functions.add(
        new FunctionSpec(
            s.address(),
            s.pciClass(),
            s.id(),
            s.subsystem(),
            s.revision(),
            under,
            group,
            resets,
            numaNode,
            sriov,
            nets,
            disks));
    return this;
  }

  /** It sits below the bridge at that address. */
  public HostBuilder under(String bridge) {
    FunctionSpec s = last();
    return last(bridge, s.group(), s.resets(), s.numaNode(), s.sriov(), s.nets(), s.disks());
  }

  /** Its IOMMU group; without this, one of its own. */
  public HostBuilder group(int group) {
    FunctionSpec s = last();
    return last(s.under(), group, s.resets(), s.numaNode(), s.sriov(), s.nets(), s.disks());
  }

  /** It has no IOMMU group. */
  public HostBuilder noGroup() {
    return group(FunctionSpec.NO_GROUP);
  }

  /** What {@code reset_method} lists. */
  public HostBuilder resets(String methods) {
    FunctionSpec s = last();
    return last(s.under(), s.group(), methods, s.numaNode(), s.sriov(), s.nets(), s.disks());
  }

  /** The NUMA node that it is nearest to. */
  public HostBuilder numa(int node) {
    FunctionSpec s = last();
    return last(s.under(), s.group(), s.resets(), node, s.sriov(), s.nets(), s.disks());
  }

  /** It is a PF whose driver offers {@code usable} VFs. */
  public HostBuilder pf(int usable) {
    return pf(usable, usable, usable);
  }

  /**
   * It is a PF.
   *
   * @param total what the hardware has
   * @param usable what its driver offers
   * @param enables how many the driver enables at most, without an error for more
   */
  public HostBuilder pf(int total, int usable, int enables) {
    FunctionSpec s = last();
    PciId vf =
        s.id().equals(new PciId(0x8086, 0x10c9))
            ? new PciId(0x8086, 0x10ca)
            : new PciId(s.id().vendor(), s.id().device() + 1);
    int stride = total > 7 && total <= 8 ? 2 : 1;
    Optional<FunctionSpec.Sriov> sriov =
        Optional.of(new FunctionSpec.Sriov(total, usable, enables, vf, 128, stride));
    return last(s.under(), s.group(), s.resets(), s.numaNode(), sriov, s.nets(), s.disks());
  }

  /** An interface of it. */
  public HostBuilder net(String name) {
    String mac = "52:54:00:00:" + two(functions.size()) + ":00";
    return net(new Net(name, mac, false, List.of(), Optional.empty()), false);
  }

  private static String two(int value) {
    return dev.lend.model.Hex.digits(value & 255, 2);
  }

  private HostBuilder net(Net net, boolean replace) {
    FunctionSpec s = last();
    List<Net> nets = new ArrayList<>(s.nets());
    if (replace) {
      nets.removeLast();
    }
    nets.add(net);
    return last(
        s.under(), s.group(), s.resets(), s.numaNode(), s.sriov(), List.copyOf(nets), s.disks());
  }

  private Net lastNet() {
    return last().nets().getLast();
  }

  /** The interface is up. */
  public HostBuilder up() {
    Net n = lastNet();
    return net(new Net(n.name(), n.mac(), true, n.addresses(), n.gateway()), true);
  }

  /** The interface has an address, with prefix length. */
  public HostBuilder address(String address) {
    Net n = lastNet();
    List<String> more = new ArrayList<>(n.addresses());
    more.add(address);
    return net(new Net(n.name(), n.mac(), true, List.copyOf(more), n.gateway()), true);
  }

  /** The default route leaves through the interface. */
  public HostBuilder defaultRoute(String gateway) {
    Net n = lastNet();
    return net(new Net(n.name(), n.mac(), true, n.addresses(), Optional.of(gateway)), true);
  }

  /** A bridge, bond or VLAN on top of the interface, with addresses of its own. */
  public HostBuilder upper(String name, String... addresses) {
    uppers.add(new Upper(name, lastNet().name(), List.of(addresses)));
    return this;
  }

  /** A disk of it. */
  public HostBuilder disk(String name, int mebibytes) {
    Disk disk = new Disk(name, number(name), mebibytes * 2048L, List.of());
    FunctionSpec s = last();
    lastBlock = name;
    return last(s.under(), s.group(), s.resets(), s.numaNode(), s.sriov(), s.nets(), List.of(disk));
  }

  /** A partition of the disk; what is mounted next lies on it. */
  public HostBuilder partition(String name, int mebibytes) {
    FunctionSpec s = last();
    Disk disk = s.disks().getLast();
    List<Disk> parts = new ArrayList<>(disk.parts());
    parts.add(new Disk(name, number(name), mebibytes * 2048L, List.of()));
    lastBlock = name;
    Disk whole = new Disk(disk.name(), disk.device(), disk.sectors(), List.copyOf(parts));
    return last(
        s.under(), s.group(), s.resets(), s.numaNode(), s.sriov(), s.nets(), List.of(whole));
  }

  private String number(String name) {
    int major = name.startsWith("nvme") ? 259 : name.startsWith("vd") ? 254 : 8;
    return major + ":" + minors++;
  }

  /** A device mapper layer on the last disk, partition or layer; what comes next lies on it. */
  public HostBuilder layer(String name, String label) {
    storage.layers.add(new SimStorage.Layer(name, label, lastBlock));
    lastBlock = name;
    return this;
  }

  /** The last disk, partition or layer is mounted. */
  public HostBuilder mount(String at) {
    storage.mounts.add(new SimStorage.Mount(lastBlock, at));
    return this;
  }

  /** The last disk, partition or layer is swap space. */
  public HostBuilder swap() {
    storage.swaps.add(lastBlock);
    return this;
  }

  /** No driver takes it at boot. */
  public HostBuilder driverless() {
    driverless.add(last().address());
    return this;
  }

  /** vfio-pci is loaded. */
  public HostBuilder vfioPci() {
    vfioPci = true;
    return this;
  }

  /**
   * Its kernel takes the device lock to show and to store {@code driver_override}, as kernels
   * before 2026 do (kernel: {@code drivers/pci/pci-sysfs.c}); 6.12.117 does not.
   */
  public HostBuilder lockingOverride() {
    overrideLocks = true;
    return this;
  }

  /** The host. */
  public SimulatedKernel build() {
    SimTree tree = new SimTree();
    SimState state = new SimState(tree);
    state.overrideLocks = overrideLocks;
    SimulatedKernel kernel = new SimulatedKernel(state);
    SimBus bus = new SimBus(state);
    for (String dir : List.of("sys/class/net", "sys/class/nvme", "sys/block", "sys/class/block")) {
      tree.dir(dir);
    }
    tree.dir("sys/kernel/iommu_groups");
    tree.dir("sys/devices/pci0000:00");
    tree.attribute("sys/bus/pci/drivers_probe", "", Access.WRITE, Hook.PROBE, "");
    tree.attribute("sys/bus/pci/drivers_autoprobe", "1\n", Access.READ_WRITE, Hook.PLAIN, "");
    tree.attribute("sys/bus/pci/rescan", "", Access.WRITE, Hook.RESCAN, "");
    tree.file("proc/modules", "");
    tree.file("proc/sys/kernel/random/boot_id", SimTasks.BOOT + "\n");
    SimDriver.standard().forEach(bus::register);
    SimNets nets = new SimNets(state);
    nets.add(SimNets.VIRTUAL, new Net("lo", "00:00:00:00:00:00", true, List.of(), none()));
    for (FunctionSpec spec : functions) {
      if (spec.group() >= 0) {
        state.groups.add(spec.group());
      }
    }
    for (FunctionSpec spec : functions) {
      SimDevice device = bus.functions().add(spec, Optional.empty(), 0);
      try {
        if (!driverless.contains(spec.address())) {
          bus.probe(device);
        }
      } catch (Errno never) {
        throw new IllegalStateException(never);
      }
    }
    for (Upper upper : uppers) {
      SimLink above =
          nets.add(
              SimNets.VIRTUAL,
              new Net(upper.name, "52:54:00:ff:00:00", true, upper.addresses, none()));
      for (SimLink link : List.copyOf(state.links.values())) {
        if (link.name().equals(upper.lower)) {
          nets.put(link.in(above.index()));
        }
      }
    }
    storage.put(tree);
    if (vfioPci) {
      try {
        kernel.loadModule("vfio-pci");
      } catch (KernelRefusal never) {
        throw new IllegalStateException(never);
      }
    }
    return new SimulatedKernel(state);
  }

  private static Optional<String> none() {
    return Optional.empty();
  }
}
