package dev.lend.sysfs;

import dev.lend.linux.Errno;
import dev.lend.linux.Nvme;
import dev.lend.linux.NvmeChange;
import dev.lend.linux.NvmeChange.Resource;
import dev.lend.linux.NvmeRefusal;
import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * NVMe controllers with VFs, as QEMU emulates them ({@code hw/nvme/ctrl.c}): eight flexible queues
 * and four interrupts, all of which the controller keeps at first.
 */
final class SimNvme {
  private static final int QUEUES = 8;
  private static final int INTERRUPTS = 4;
  private static final int MOST_QUEUES = 4;
  private static final int MOST_INTERRUPTS = 2;

  private static final int INVALID_CONTROLLER = 0x11f;
  private static final int INVALID_STATE = 0x120;
  private static final int INVALID_NUMBER = 0x121;
  private static final int INVALID_RESOURCE = 0x122;

  /**
   * One controller.
   *
   * @param now what it keeps
   * @param next what it keeps from its next reset on
   * @param shares what its VFs have, those that have nothing left out
   */
  record Controller(NvmePool.Kept now, NvmePool.Kept next, TreeMap<Integer, NvmeShare> shares) {
    Controller {
      shares = new TreeMap<>(shares);
    }

    static Controller fresh() {
      NvmePool.Kept all = new NvmePool.Kept(QUEUES, INTERRUPTS);
      return new Controller(all, all, new TreeMap<>());
    }

    private int given(ToIntFunction<NvmeShare> of) {
      return shares.values().stream().mapToInt(of).sum();
    }

    private NvmeShare share(int vf) {
      return shares.getOrDefault(vf, NvmeShare.none());
    }

    private Controller with(int vf, NvmeShare share) {
      Controller other = new Controller(now, next, shares);
      other.shares.put(vf, share);
      return other;
    }
  }

  private final SimState state;

  SimNvme(SimState state) {
    this.state = state;
  }

  /** The PF whose controller has that name. */
  private SimDevice pf(String what, String name) throws NvmeRefusal {
    String at = state.tree.canonical("sys/class/nvme/" + name).orElse("");
    for (SimDevice device : state.devices.values()) {
      if (at.startsWith(device.dir + "/nvme/")) {
        if (device.spec.sriov().isEmpty()) {
          throw NvmeRefusal.lacking(what);
        }
        return device;
      }
    }
    throw NvmeRefusal.errno(what, Errno.ENOENT);
  }

  private Controller controller(SimDevice pf) {
    return state.controllers.getOrDefault(pf.address(), Controller.fresh());
  }

  Nvme.Primary primary(String name) throws NvmeRefusal {
    Controller own = controller(pf("ask " + name, name));
    return new Nvme.Primary(
        0,
        new NvmePool(
            new NvmePool.Resources(QUEUES, own.now().queues(), MOST_QUEUES, 1),
            new NvmePool.Resources(INTERRUPTS, own.now().interrupts(), MOST_INTERRUPTS, 1)));
  }

  SortedMap<Integer, Nvme.Secondary> secondaries(String name) throws NvmeRefusal {
    SimDevice pf = pf("ask " + name, name);
    SortedMap<Integer, Nvme.Secondary> all = new TreeMap<>();
    for (int vf = 0; vf < pf.spec.sriov().orElseThrow().total(); vf++) {
      all.put(vf, new Nvme.Secondary(vf + 1, controller(pf).share(vf)));
    }
    return all;
  }

  /** The same, and something goes wrong with it. */
  void change(String name, NvmeChange change, Optional<Fault> fault) throws NvmeRefusal {
    switch (fault.orElse(null)) {
      case null -> change(name, change);
      case Fault.Refuse refuse -> throw NvmeRefusal.status(change.describe(), 0x006);
      case Fault.CrashBefore() -> throw new SimulatedCrash("before " + change);
      case Fault.CrashAfter() -> {
        change(name, change);
        throw new SimulatedCrash("after " + change);
      }
      case Fault.AnswerLate() -> {
        change(name, change);
        throw NvmeRefusal.errno(change.describe(), Errno.ETIMEDOUT);
      }
      case Fault.HappenLater(), Fault.NeverHappen() ->
          throw NvmeRefusal.errno(change.describe(), Errno.ETIMEDOUT);
      case Fault.CrashWaiting() -> throw new SimulatedCrash("during " + change);
      case Fault.Ignore() -> {}
    }
  }

  void change(String name, NvmeChange change) throws NvmeRefusal {
    SimDevice pf = pf(change.describe(), name);
    int vf = change.controller() - 1;
    boolean own = change.action() == NvmeChange.Action.KEEP;
    check(
        change,
        own ? vf == -1 : vf >= 0 && vf < pf.spec.sriov().orElseThrow().total(),
        INVALID_CONTROLLER);
    Controller before = controller(pf);
    Controller after =
        switch (change.action()) {
          case KEEP -> keep(before, change);
          case OFFLINE -> before.with(vf, NvmeShare.none());
          case ASSIGN -> assign(before, vf, change);
          case ONLINE -> online(before, vf, pf, change);
        };
    state.controllers.put(pf.address(), after);
  }

  private static void check(NvmeChange change, boolean holds, int otherwise) throws NvmeRefusal {
    if (!holds) {
      throw NvmeRefusal.status(change.describe(), otherwise);
    }
  }

  private static Controller keep(Controller own, NvmeChange change) throws NvmeRefusal {
    boolean queues = change.resource() == Resource.QUEUES;
    int total = queues ? QUEUES : INTERRUPTS;
    int given = own.given(queues ? NvmeShare::queues : NvmeShare::interrupts);
    check(change, change.count() <= total, INVALID_NUMBER);
    check(change, change.count() <= total - given, INVALID_RESOURCE);
    NvmePool.Kept next =
        queues
            ? new NvmePool.Kept(change.count(), own.next().interrupts())
            : new NvmePool.Kept(own.next().queues(), change.count());
    return new Controller(own.now(), next, own.shares());
  }

  private static Controller assign(Controller own, int vf, NvmeChange change) throws NvmeRefusal {
    NvmeShare share = own.share(vf);
    boolean queues = change.resource() == Resource.QUEUES;
    check(change, !share.online(), INVALID_STATE);
    check(change, change.count() <= (queues ? MOST_QUEUES : MOST_INTERRUPTS), INVALID_NUMBER);
    int free =
        queues
            ? QUEUES - own.now().queues() - own.given(NvmeShare::queues) + share.queues()
            : INTERRUPTS
                - own.now().interrupts()
                - own.given(NvmeShare::interrupts)
                + share.interrupts();
    check(change, change.count() <= free, INVALID_RESOURCE);
    return own.with(
        vf,
        queues
            ? new NvmeShare(change.count(), share.interrupts(), false)
            : new NvmeShare(share.queues(), change.count(), false));
  }

  private static Controller online(Controller own, int vf, SimDevice pf, NvmeChange change)
      throws NvmeRefusal {
    NvmeShare share = own.share(vf);
    check(
        change,
        vf < pf.vfs && share.queues() >= NvmeShare.FEWEST_QUEUES && share.interrupts() > 0,
        INVALID_STATE);
    return own.with(vf, new NvmeShare(share.queues(), share.interrupts(), true));
  }

  /** Whether a VF answers as a controller; true for what is none. */
  boolean answers(SimDevice device) {
    Optional<SimDevice> pf = device.pf.flatMap(state::device);
    return pf.isEmpty()
        || device.spec.pciClass() != FunctionSpec.NVME
        || controller(pf.get()).share(device.vfIndex).online();
  }

  /** The VFs of a PF are gone: so is what they had. */
  void vfsGone(SimDevice pf) {
    if (pf.spec.pciClass() == FunctionSpec.NVME) {
      Controller own = controller(pf);
      state.controllers.put(pf.address(), new Controller(own.now(), own.next(), new TreeMap<>()));
    }
  }

  /** A PF's reset takes its VFs offline, and what it is to keep counts from then on. */
  void reset(SimDevice pf) {
    if (pf.spec.sriov().isPresent() && pf.spec.pciClass() == FunctionSpec.NVME) {
      NvmePool.Kept next = controller(pf).next();
      state.controllers.put(pf.address(), new Controller(next, next, new TreeMap<>()));
    }
  }
}
