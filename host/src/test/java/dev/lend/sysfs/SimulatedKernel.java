package dev.lend.sysfs;

import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.Nvme;
import dev.lend.linux.NvmeChange;
import dev.lend.linux.NvmeRefusal;
import dev.lend.model.Fact;
import dev.lend.model.IpAddress;
import dev.lend.model.KernelTask;
import dev.lend.model.VfSettings;
import dev.lend.sysfs.KernelRefusal.Reason;
import dev.lend.sysfs.SimState.Pending;
import dev.lend.sysfs.SimTree.Hook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;

/**
 * A kernel in memory, as far as lending PCI functions can tell: the files under {@code sys}, {@code
 * proc} and {@code dev} that Lend reads, and what writes to them set off. The contract suite holds
 * it to the real one.
 */
public final class SimulatedKernel implements Kernel, Net, Nvme {
  /**
   * One write that was tried, refused ones included; a module has the path {@code sys/module/NAME}.
   */
  public record Write(String path, String value) {}

  private record Planned(int nth, String part, Fault fault) {}

  private final SimState state;
  private final SimBus bus;
  private final SimStores stores;
  private final SimNetwork network;
  private final SimNvme nvme;
  private final List<Write> writes = new ArrayList<>();
  private final List<Planned> faults = new ArrayList<>();

  SimulatedKernel(SimState state) {
    this.state = state;
    this.bus = new SimBus(state);
    this.stores = new SimStores(state, bus);
    this.network = new SimNetwork(state);
    this.nvme = new SimNvme(state);
  }

  /** The start of a host. */
  public static HostBuilder host() {
    return new HostBuilder();
  }

  /** The same host, from here on apart; faults that are still to come and the writes so far too. */
  public SimulatedKernel copy() {
    SimulatedKernel copy = new SimulatedKernel(state.copy());
    copy.writes.addAll(writes);
    copy.faults.addAll(faults);
    return copy;
  }

  @Override
  public Fact<String> read(String path) {
    Optional<String> canonical = state.tree.canonical(path);
    if (canonical.isPresent()
        && state.tree.node(canonical.get()).orElse(null) instanceof SimTree.Text node
        && (node.hook() == Hook.NUMVFS || state.overrideLocks && node.hook() == Hook.OVERRIDE)
        && state.device(node.owner()).map(device -> device.locked).orElse(false)) {
      // drivers/pci/iov.c, sriov_numvfs_show takes the device lock.
      throw new SimulatedHang(path);
    }
    return state.tree.read(path);
  }

  @Override
  public Fact<byte[]> bytes(String path) {
    Optional<String> canonical = state.tree.canonical(path);
    if (canonical.isPresent()
        && state.tree.node(canonical.get()).orElse(null) instanceof SimTree.Text node
        && node.hook() == Hook.CONFIG) {
      return state
          .device(node.owner())
          .map(device -> Fact.known(SimReset.config(device)))
          .orElseGet(Fact::absent);
    }
    return Kernel.super.bytes(path);
  }

  @Override
  public Fact<List<String>> list(String path) {
    return state.tree.list(path);
  }

  @Override
  public Fact<String> link(String path) {
    return state.tree.link(path);
  }

  @Override
  public Fact<String> resolve(String path) {
    return state.tree.canonical(path).map(Fact::known).orElseGet(Fact::absent);
  }

  @Override
  public boolean exists(String path) {
    return state.tree.canonical(path).isPresent();
  }

  @Override
  public Fact<List<String>> log() {
    return state.tree.read("dev/kmsg").map(text -> List.of(text.split("\n", -1)));
  }

  @Override
  public void write(String path, String value, Witness witness) throws KernelRefusal {
    change(path, value, witness);
  }

  @Override
  public void loadModule(String name, Witness witness) throws KernelRefusal {
    change(SimStores.MODULES + name, name, witness);
  }

  @Override
  public Claim claim(int group) throws KernelRefusal {
    try {
      bus.vfio().claim(group);
    } catch (Errno refused) {
      throw new KernelRefusal("dev/vfio/" + group, refused.reason, "");
    }
    return () -> state.claims.remove(group);
  }

  private void change(String path, String value, Witness witness) throws KernelRefusal {
    long pid = ++state.lastPid;
    KernelTask task = SimTasks.task(pid);
    witness.starts(task);
    List<Pending> before = List.copyOf(state.pending);
    try {
      change(path, value, pid);
    } catch (KernelRefusal refusal) {
      if (refusal.reason() != Reason.TIMEOUT) {
        throw refusal;
      }
      SimTasks.waits(state, pid, before);
      throw new KernelRefusal(path, Optional.of(task), "");
    } catch (SimulatedCrash crash) {
      SimTasks.waits(state, pid, before);
      throw crash;
    }
  }

  @Override
  public List<dev.lend.linux.Link> links() {
    return network.links();
  }

  @Override
  public SortedMap<Integer, VfSettings> vfs(int link) throws NetRefusal {
    return network.vfs(link);
  }

  @Override
  public List<OnLink> addresses() {
    return network.addresses();
  }

  @Override
  public Routes routes(int link) {
    return network.routes(link);
  }

  @Override
  public List<Forward> forwards() {
    return network.forwards();
  }

  /** An interface's cable is plugged in, or out. */
  public void cable(String name, boolean in) {
    network.cable(index(name), in);
  }

  /** A bridge has seen an address behind one of its ports. */
  public void learns(String port, String mac) {
    state.learnt.computeIfAbsent(index(port), none -> new java.util.TreeSet<>()).add(mac);
  }

  @Override
  public List<String> traffic(int link) {
    return network.traffic(link);
  }

  @Override
  public List<String> elsewhere(int link) {
    return network.elsewhere(link);
  }

  @Override
  public OptionalInt towards(IpAddress to, Optional<IpAddress> from) {
    return network.towards(to, from);
  }

  /**
   * Somebody else than Lend changes the network: no write of Lend's, and no fault.
   *
   * @throws IllegalStateException the kernel refuses it
   */
  public SimulatedKernel byHand(NetChange change) {
    try {
      network.change(change);
      return this;
    } catch (NetRefusal refusal) {
      throw new IllegalStateException(refusal);
    }
  }

  /**
   * Somebody else than Lend writes to a file: no write of Lend's, and no fault.
   *
   * @return false where the kernel refuses it
   */
  public boolean byHand(String path, String value) {
    try {
      stores.store(path, value);
      return true;
    } catch (Errno refused) {
      return false;
    }
  }

  /**
   * Another device is in the place of a function, as after a start of the host: something else, or
   * a network card of the same model.
   */
  public void replace(String address, boolean sameModel) {
    try {
      SimDevice old = state.named(address);
      bus.detach(old);
      bus.functions().remove(old);
      SimDevice other =
          bus.functions()
              .add(sameModel ? old.spec.another() : old.spec.somethingElse(), Optional.empty(), 0);
      bus.probe(other);
    } catch (Errno never) {
      throw new IllegalStateException(never);
    }
  }

  /** The index of an interface. */
  public int index(String name) {
    return links().stream()
        .filter(link -> link.name().equals(name))
        .findFirst()
        .orElseThrow()
        .index();
  }

  /** Counts among the writes, with the path {@code netlink/NAME}. */
  @Override
  public void change(NetChange change) throws NetRefusal {
    SimLink link = state.links.get(change.link());
    String path = "netlink/" + (link == null ? change.link() : link.name());
    writes.add(new Write(path, change.describe()));
    Fault fault = due(path);
    network.change(change, fault == null ? Optional.empty() : Optional.of(fault));
  }

  @Override
  public Primary primary(String name) throws NvmeRefusal {
    return nvme.primary(name);
  }

  @Override
  public SortedMap<Integer, Secondary> secondaries(String name) throws NvmeRefusal {
    return nvme.secondaries(name);
  }

  /** Counts among the writes, with the path {@code nvme/NAME}. */
  @Override
  public void change(String name, NvmeChange change) throws NvmeRefusal {
    String path = "nvme/" + name;
    writes.add(new Write(path, change.describe()));
    Fault fault = due(path);
    nvme.change(name, change, fault == null ? Optional.empty() : Optional.of(fault));
  }

  private void change(String path, String value, long pid) throws KernelRefusal {
    writes.add(new Write(path, value));
    Fault fault = due(path);
    switch (fault) {
      case null -> perform(path, value);
      case Fault.Refuse(Reason reason) -> throw new KernelRefusal(path, reason, "");
      case Fault.CrashBefore() -> throw new SimulatedCrash("before /" + path);
      case Fault.CrashAfter() -> {
        try {
          perform(path, value);
        } catch (KernelRefusal refusedUnheard) {
          throw new SimulatedCrash("after refused /" + path);
        }
        throw new SimulatedCrash("after /" + path);
      }
      case Fault.HappenLater() -> {
        state.pending.add(new Pending.Late(path, value));
        throw new KernelRefusal(path, Reason.TIMEOUT, "");
      }
      case Fault.CrashWaiting() -> {
        state.pending.add(new Pending.Late(path, value));
        throw new SimulatedCrash("while /" + path + " waits");
      }
      case Fault.AnswerLate() -> {
        perform(path, value);
        state.pending.add(new Pending.Answer(pid));
        throw new KernelRefusal(path, Reason.TIMEOUT, "");
      }
      case Fault.NeverHappen() -> {
        state.pending.add(new Pending.Answer(pid));
        throw new KernelRefusal(path, Reason.TIMEOUT, "");
      }
      case Fault.Ignore() -> {}
    }
  }

  private @org.jspecify.annotations.Nullable Fault due(String path) {
    for (int i = 0; i < faults.size(); i++) {
      Planned planned = faults.get(i);
      if (planned.part.isEmpty() ? planned.nth == writes.size() : path.contains(planned.part)) {
        faults.remove(i);
        return planned.fault;
      }
    }
    return null;
  }

  private void perform(String path, String value) throws KernelRefusal {
    int waiting = state.pending.size();
    try {
      stores.store(path, value);
    } catch (Errno refused) {
      if (refused.reason == Reason.TIMEOUT && state.pending.size() == waiting) {
        state.pending.add(new Pending.Late(path, value));
      }
      throw new KernelRefusal(path, refused.reason, "");
    }
  }

  /** Every write that was tried, in order. */
  public List<Write> writes() {
    return List.copyOf(writes);
  }

  /** What goes wrong with the {@code nth} write from here, counted from 1; once. */
  public SimulatedKernel onWrite(int nth, Fault fault) {
    faults.add(new Planned(writes.size() + nth, "", fault));
    return this;
  }

  /** What goes wrong with the first write whose path contains {@code part}; once. */
  public SimulatedKernel onWriteTo(String part, Fault fault) {
    faults.add(new Planned(0, part, fault));
    return this;
  }

  /** Forgets the faults that have not happened. */
  public void calm() {
    faults.clear();
  }

  /** From now on the driver fails to probe the function: it stays with no driver. */
  public SimulatedKernel refuseToProbe(String driver, String address, Reason reason) {
    state.probeRefusals.put(new SimState.ProbeRefusal(driver, address), reason);
    return this;
  }

  /** From now on drivers probe every function again. */
  public void probesAgain() {
    state.probeRefusals.clear();
  }

  /** From now on a reset of the function by that method fails, and the kernel says so. */
  public SimulatedKernel resetFails(String address, String method) {
    state.resets.put(address + " " + method, SimReset.Manner.FAILS);
    return this;
  }

  /** From now on that method takes command and BARs from the function, for good. */
  public SimulatedKernel resetWipes(String address, String method) {
    state.resets.put(address + " " + method, SimReset.Manner.WIPES);
    return this;
  }

  /** From now on the function does not come back from that method. */
  public SimulatedKernel resetKills(String address, String method) {
    state.resets.put(address + " " + method, SimReset.Manner.KILLS);
    return this;
  }

  /** Resets of the function work again. */
  public void mendResets(String address) {
    state.resets.keySet().removeIf(key -> key.startsWith(address + " "));
  }

  /** The function drops off its bus: nothing of it answers. */
  public void silence(String address) {
    state.device(address).ifPresent(device -> device.silent = true);
  }

  /** Time passes: writes that blocked go on as far as they can. */
  public void settle() {
    List<Pending> before;
    do {
      before = List.copyOf(state.pending);
      state.pending.clear();
      for (Pending pending : before) {
        try {
          resume(pending);
        } catch (Errno refused) {
          if (refused.reason == Reason.TIMEOUT && !state.pending.contains(pending)) {
            state.pending.add(pending);
          }
        }
      }
    } while (!state.pending.isEmpty() && !state.pending.equals(before));
    SimTasks.end(state);
  }

  private void resume(Pending pending) throws Errno {
    switch (pending) {
      case Pending.Release(String address) -> bus.detach(unlocked(address));
      case Pending.DisableVfs(String pf) -> {
        SimDevice device = unlocked(pf);
        bus.blocking(device, pending, () -> bus.sriov().disable(device));
      }
      case Pending.Remove(String address) -> {
        unlocked(address);
        bus.remove(address);
      }
      case Pending.Late(String path, String value) -> stores.store(path, value);
      case Pending.Answer answer -> {}
    }
  }

  private SimDevice unlocked(String address) throws Errno {
    SimDevice device = state.named(address);
    device.locked = false;
    return device;
  }

  /** True while a write that was not answered is still under way in the kernel. */
  public boolean busy() {
    return !state.pending.isEmpty();
  }

  /**
   * A QEMU starts, with no function yet.
   *
   * @param yields true where it closes a function when the kernel asks for it back, as a guest that
   *     answers unplug requests makes it do
   */
  public void startGuest(long pid, String name, boolean yields) {
    bus.vfio().start(pid, name, yields);
  }

  /**
   * A guest opens a function with its group.
   *
   * @throws KernelRefusal as opening {@code /dev/vfio/GROUP} and claiming it would fail
   */
  public void guestTakes(long pid, String address) throws KernelRefusal {
    try {
      SimState.Holder holder = state.holders.get(pid);
      if (holder == null) {
        throw new IllegalStateException("no guest with process " + pid);
      }
      bus.vfio().open(pid, holder.name(), holder.yields(), address);
    } catch (Errno refused) {
      String group = state.device(address).map(device -> "" + device.group).orElse("?");
      throw new KernelRefusal("dev/vfio/" + group, refused.reason, "");
    }
  }

  /** A guest closes a function; writes that waited for that go on. */
  public void guestGivesBack(long pid, String address) {
    bus.vfio().close(pid, address);
    settle();
  }

  /** A guest ends; writes that waited for that go on. */
  public void stopGuest(long pid) {
    bus.vfio().exit(pid);
    settle();
  }
}
