package dev.lend.sysfs;

import dev.lend.sysfs.KernelRefusal.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** All that a simulated kernel remembers; what it does is in the classes that share this. */
final class SimState {
  /** A write that has not returned: it goes on when what it waits for has happened. */
  sealed interface Pending {
    /** The driver's remove waits until VFIO's last user has closed the device. */
    record Release(String address) implements Pending {}

    /** Taking the VFs away waits for one of them. */
    record DisableVfs(String pf) implements Pending {}

    /** The device goes away when its driver has. */
    record Remove(String address) implements Pending {}

    /** A write that waits for the device lock, or whose effect comes late. */
    record Late(String path, String value) implements Pending {}

    /** Nothing happens any more; only the answer is not there yet. */
    record Answer(long pid) implements Pending {}
  }

  /**
   * A process that uses VFIO.
   *
   * @param yields true where it closes a device when the kernel asks for it, as QEMU does when its
   *     guest answers the unplug request
   * @param addresses the functions that it has open
   */
  record Holder(long pid, String name, boolean yields, Set<String> addresses) {}

  /** One driver's refusal to probe one device. */
  record ProbeRefusal(String driver, String address) {}

  final SimTree tree;
  final TreeMap<String, SimDevice> devices = new TreeMap<>();
  final TreeMap<String, FunctionSpec> removed = new TreeMap<>();
  final TreeMap<String, SimDriver> drivers = new TreeMap<>();
  final TreeMap<Long, Holder> holders = new TreeMap<>();
  final TreeMap<Integer, SimLink> links = new TreeMap<>();

  /** What the filter of an interface has, by its index. */
  final TreeMap<Integer, TreeSet<String>> filters = new TreeMap<>();

  /** Interfaces, by index, whose cable carries nothing. */
  final TreeSet<Integer> unlinked = new TreeSet<>();

  /** What a bridge has learnt, by the index of the port. */
  final TreeMap<Integer, TreeSet<String>> learnt = new TreeMap<>();

  final TreeSet<String> modules = new TreeSet<>();
  final TreeSet<Integer> groups = new TreeSet<>();
  final List<Pending> pending = new ArrayList<>();

  /** The children that wait in the kernel, and what each waits for. */
  final TreeMap<Long, List<Pending>> tasks = new TreeMap<>();

  /** Groups whose file Lend has open. */
  final TreeSet<Integer> claims = new TreeSet<>();

  long lastPid = 90_000;
  final Map<ProbeRefusal, Reason> probeRefusals;

  /** What resets do that do not work, by address, a space, and method. */
  final Map<String, SimReset.Manner> resets = new java.util.HashMap<>();

  /** By address, what NVMe controllers hand to their VFs, where that is not as at first. */
  final TreeMap<String, SimNvme.Controller> controllers = new TreeMap<>();

  /** The index of the newest interface: none has had it before. */
  int lastIndex;

  /** True for a kernel that takes the device lock to show and to store an override. */
  boolean overrideLocks;

  SimState(SimTree tree) {
    this.tree = tree;
    this.probeRefusals = new java.util.HashMap<>();
  }

  SimState copy() {
    SimState copy = new SimState(tree.copy());
    copy.overrideLocks = overrideLocks;
    devices.forEach((address, device) -> copy.devices.put(address, device.copy()));
    copy.removed.putAll(removed);
    copy.drivers.putAll(drivers);
    copy.holders.putAll(holders);
    copy.links.putAll(links);
    filters.forEach((link, macs) -> copy.filters.put(link, new TreeSet<>(macs)));
    copy.unlinked.addAll(unlinked);
    learnt.forEach((link, macs) -> copy.learnt.put(link, new TreeSet<>(macs)));
    copy.lastIndex = lastIndex;
    copy.modules.addAll(modules);
    copy.groups.addAll(groups);
    copy.pending.addAll(pending);
    copy.tasks.putAll(tasks);
    copy.claims.addAll(claims);
    copy.lastPid = lastPid;
    copy.probeRefusals.putAll(probeRefusals);
    copy.resets.putAll(resets);
    copy.controllers.putAll(controllers);
    return copy;
  }

  /** The device that a write to a bus attribute names; a line end after it does no harm. */
  SimDevice named(String text) throws Errno {
    return device(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text)
        .orElseThrow(() -> new Errno(Reason.ENODEV));
  }

  Optional<SimDevice> device(String address) {
    return Optional.ofNullable(devices.get(address));
  }

  Optional<SimDriver> driverOf(SimDevice device) {
    return device.driver.map(drivers::get);
  }

  /** The VFs of a PF by index. */
  List<SimDevice> vfsOf(SimDevice pf) {
    List<SimDevice> vfs = new ArrayList<>();
    if (pf.spec.sriov().isPresent()) {
      Optional<String> its = Optional.of(pf.address());
      for (SimDevice device : devices.values()) {
        if (device.pf.equals(its)) {
          vfs.add(device);
        }
      }
      vfs.sort((a, b) -> Integer.compare(a.vfIndex, b.vfIndex));
    }
    return vfs;
  }

  int lowestFreeGroup() {
    int group = 0;
    for (int taken : groups) {
      if (taken != group) {
        break;
      }
      group++;
    }
    return group;
  }
}
