package dev.lend.sysfs;

import dev.lend.sysfs.KernelRefusal.Reason;
import dev.lend.sysfs.SimState.Holder;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * VFIO groups and who has them open (kernel: {@code drivers/vfio/group.c}, {@code
 * drivers/vfio/vfio_main.c}, {@code drivers/iommu/iommu.c}).
 */
final class SimVfio {
  private final SimState state;
  private final SimTree tree;

  SimVfio(SimState state) {
    this.state = state;
    this.tree = state.tree;
  }

  /** The group's node appears with its first device on vfio-pci. */
  void registered(SimDevice device) {
    tree.file("dev/vfio/" + device.group, "");
  }

  /** The group's node goes with its last device on vfio-pci. */
  void unregistered(SimDevice device) {
    for (SimDevice other : state.devices.values()) {
      if (other.group == device.group && other.boundTo("vfio-pci")) {
        return;
      }
    }
    tree.remove("dev/vfio/" + device.group);
  }

  /**
   * A process opens the function's group and the function itself.
   *
   * @throws Errno ENOENT without the group's node, EBUSY where another process has the group, EPERM
   *     where a host driver still has a function of the group
   */
  void open(long pid, String name, boolean yields, String address) throws Errno {
    SimDevice device = state.device(address).orElseThrow(() -> new Errno(Reason.ENODEV));
    if (tree.node("dev/vfio/" + device.group).isEmpty() || !device.boundTo("vfio-pci")) {
      throw new Errno(Reason.ENOENT);
    }
    Optional<Holder> other = holderOfGroup(device.group);
    if (other.isPresent() && other.get().pid() != pid || state.claims.contains(device.group)) {
      throw new Errno(Reason.EBUSY);
    }
    if (!viable(device.group)) {
      throw new Errno(Reason.EPERM);
    }
    Holder old = state.holders.get(pid);
    Set<String> addresses = new TreeSet<>(old == null ? Set.of() : old.addresses());
    addresses.add(address);
    put(new Holder(pid, name, yields, Set.copyOf(addresses)));
  }

  /** Lend opens the group's file, without a function. */
  void claim(int group) throws Errno {
    if (tree.node("dev/vfio/" + group).isEmpty()) {
      throw new Errno(Reason.ENOENT);
    }
    if (holderOfGroup(group).isPresent() || !state.claims.add(group)) {
      throw new Errno(Reason.EBUSY);
    }
  }

  /** True where every function of the group is driverless or on a driver that leaves DMA alone. */
  boolean viable(int group) {
    for (SimDevice device : state.devices.values()) {
      if (device.group == group
          && state.driverOf(device).map(driver -> !driver.managesDma()).orElse(false)) {
        return false;
      }
    }
    return true;
  }

  Optional<Holder> holderOfGroup(int group) {
    for (Holder holder : state.holders.values()) {
      for (String address : holder.addresses()) {
        if (state.device(address).map(device -> device.group == group).orElse(false)) {
          return Optional.of(holder);
        }
      }
    }
    return Optional.empty();
  }

  Optional<Holder> holderOf(String address) {
    for (Holder holder : state.holders.values()) {
      if (holder.addresses().contains(address)) {
        return Optional.of(holder);
      }
    }
    return Optional.empty();
  }

  /** The process closes one function, and its group with the last one of it. */
  void close(long pid, String address) {
    Holder holder = state.holders.get(pid);
    if (holder != null) {
      reset(holder.addresses().contains(address) ? Set.of(address) : Set.of());
      Set<String> rest = new TreeSet<>(holder.addresses());
      rest.remove(address);
      put(new Holder(pid, holder.name(), holder.yields(), Set.copyOf(rest)));
    }
  }

  /** {@code vfio_pci_core_disable}. */
  private void reset(Set<String> addresses) {
    for (String address : addresses) {
      state.device(address).ifPresent(new SimReset(state)::unheard);
    }
  }

  /** A process with no function open yet. */
  void start(long pid, String name, boolean yields) {
    put(new Holder(pid, name, yields, Set.of()));
  }

  void exit(long pid) {
    Holder holder = state.holders.remove(pid);
    reset(holder == null ? Set.of() : holder.addresses());
    tree.remove("proc/" + pid);
  }

  private void put(Holder holder) {
    state.holders.put(holder.pid(), holder);
    String proc = "proc/" + holder.pid();
    tree.remove(proc);
    tree.file(proc + "/comm", "qemu-system-x86\n");
    tree.file(proc + "/stat", SimTasks.stat(holder.pid(), "qemu-system-x86"));
    StringBuilder command =
        new StringBuilder("qemu-system-x86_64\0-name\0guest=" + holder.name() + "\0");
    TreeSet<Integer> groups = new TreeSet<>();
    for (String address : new TreeSet<>(holder.addresses())) {
      command.append("-device\0vfio-pci,host=").append(address).append('\0');
      state.device(address).ifPresent(device -> groups.add(device.group));
    }
    tree.file(proc + "/cmdline", command.toString());
    tree.rawLink(proc + "/fd/0", "/dev/null");
    int fd = 3;
    for (int group : groups) {
      tree.rawLink(proc + "/fd/" + fd++, "/dev/vfio/vfio");
      tree.rawLink(proc + "/fd/" + fd++, "/dev/vfio/" + group);
    }
    for (int i = 0; i < holder.addresses().size(); i++) {
      tree.rawLink(proc + "/fd/" + fd++, "anon_inode:[vfio-device]");
    }
  }
}
