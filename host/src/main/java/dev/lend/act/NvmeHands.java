package dev.lend.act;

import dev.lend.linux.Nvme;
import dev.lend.linux.NvmeChange;
import dev.lend.linux.NvmeChange.Action;
import dev.lend.linux.NvmeChange.Resource;
import dev.lend.linux.NvmeRefusal;
import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import dev.lend.model.PciAddress;
import dev.lend.plan.VfStep;
import dev.lend.sysfs.BindingReader;
import dev.lend.sysfs.Kernel;
import java.time.Duration;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Hands an NVMe controller's queues and interrupts to its VFs, and reads back that they have them.
 */
final class NvmeHands {
  private static final String DEVICES = "sys/bus/pci/devices/";

  /** A controller says itself how long it takes to be ready again, and may say two minutes. */
  private static final Duration READY = Duration.ofSeconds(150);

  private final Kernel kernel;
  private final Nvme nvme;
  private final Writes writes;
  private final Patience patience;
  private final BindingReader bindings;

  NvmeHands(Kernel kernel, Nvme nvme, Writes writes, Patience patience) {
    this.kernel = kernel;
    this.nvme = nvme;
    this.writes = writes;
    this.patience = patience;
    this.bindings = new BindingReader(kernel);
  }

  /**
   * Has a controller keep so many. That counts from its next reset on: the function's, since some
   * controllers take no notice at one of the controller alone (QEMU: {@code hw/nvme/ctrl.c}, {@code
   * nvme_ctrl_reset}).
   */
  void keep(VfStep.Pool step, WriteLog log) throws StepFailure {
    PciAddress pf = step.pf();
    String name = live(pf);
    Nvme.Primary primary = primary(pf, name);
    // Said even where it is so: what was said before, and not reset for, may be something else.
    change(pf, name, keep(primary, Resource.QUEUES, step.to().queues()));
    change(pf, name, keep(primary, Resource.INTERRUPTS, step.to().interrupts()));
    if (primary.pool().kept().equals(step.to())) {
      return;
    }
    if (!PfReader.vfs(kernel, pf).isEmpty()) {
      throw new StepFailure(
          pf + " has VFs, which a reset would take from whoever uses them. It was not reset.");
    }
    writes.write(DEVICES + pf + "/reset", "1", pf, log);
    NvmePool.Kept now = primary(pf, live(pf)).pool().kept();
    if (!now.equals(step.to())) {
      throw new StepFailure(
          pf
              + " was to keep "
              + step.to().queues()
              + " queues and "
              + step.to().interrupts()
              + " interrupts, and keeps "
              + now.queues()
              + " and "
              + now.interrupts()
              + ".");
    }
  }

  private static NvmeChange keep(Nvme.Primary primary, Resource resource, int count) {
    return new NvmeChange(Action.KEEP, resource, primary.controller(), count);
  }

  /** Takes VFs offline, all before the first gets more: what one gives up another may need. */
  void share(VfStep.Share step, WriteLog log) throws StepFailure {
    PciAddress pf = step.pf();
    String name = live(pf);
    for (VfStep.NvmeChange change : step.changes()) {
      Nvme.Secondary now = secondary(pf, name, change.index());
      if (!now.share().equals(change.to()) && !now.share().equals(NvmeShare.none())) {
        takeOff(pf, change.index(), log);
        change(pf, name, NvmeChange.offline(now.controller()));
      }
    }
    for (VfStep.NvmeChange change : step.changes()) {
      Nvme.Secondary now = secondary(pf, name, change.index());
      if (!now.share().equals(change.to())) {
        give(pf, name, now.controller(), change.to());
      }
    }
    for (VfStep.NvmeChange change : step.changes()) {
      NvmeShare now = secondary(pf, name, change.index()).share();
      if (!now.equals(change.to())) {
        throw new StepFailure(
            "VF "
                + change.index()
                + " of "
                + pf
                + " was to have "
                + change.to()
                + ", and has "
                + now
                + ".");
      }
    }
  }

  private void give(PciAddress pf, String name, int controller, NvmeShare share)
      throws StepFailure {
    if (share.queues() > 0 || share.interrupts() > 0) {
      change(pf, name, new NvmeChange(Action.ASSIGN, Resource.QUEUES, controller, share.queues()));
      change(
          pf,
          name,
          new NvmeChange(Action.ASSIGN, Resource.INTERRUPTS, controller, share.interrupts()));
    }
    if (share.online()) {
      change(pf, name, NvmeChange.online(controller));
    }
  }

  /** Without this a driver would have a disk that stops to answer. */
  private void takeOff(PciAddress pf, int index, WriteLog log) throws StepFailure {
    PciAddress vf = PfReader.vfs(kernel, pf).get(index);
    Optional<String> driver = vf == null ? Optional.empty() : bindings.driver(vf);
    if (vf != null && driver.isPresent()) {
      if (driver.get().startsWith("vfio")) {
        throw new StepFailure(
            "VF "
                + index
                + " of "
                + pf
                + " ("
                + vf
                + ") is on "
                + driver.get()
                + ": somebody wants it for a guest.");
      }
      writes.write(DEVICES + vf + "/driver/unbind", vf.toString(), vf, log);
    }
  }

  /** The name of the controller, once it takes commands. */
  private String live(PciAddress pf) throws StepFailure {
    if (!patience.until(() -> NvmeReader.live(kernel, pf), READY)) {
      throw new StepFailure(
          pf + " does not work as an NVMe controller here: the kernel log (dmesg) says why.");
    }
    return NvmeReader.controller(kernel, pf).orElseThrow();
  }

  private Nvme.Primary primary(PciAddress pf, String name) throws StepFailure {
    try {
      return nvme.primary(name);
    } catch (NvmeRefusal refusal) {
      throw refused(pf, refusal);
    }
  }

  private Nvme.Secondary secondary(PciAddress pf, String name, int index) throws StepFailure {
    try {
      SortedMap<Integer, Nvme.Secondary> all = nvme.secondaries(name);
      Nvme.Secondary own = all.get(index);
      if (own == null) {
        throw new StepFailure(pf + " (" + name + ") says nothing of VF " + index + ".");
      }
      return own;
    } catch (NvmeRefusal refusal) {
      throw refused(pf, refusal);
    }
  }

  private void change(PciAddress pf, String name, NvmeChange change) throws StepFailure {
    try {
      nvme.change(name, change);
    } catch (NvmeRefusal refusal) {
      throw refused(pf, refusal);
    }
  }

  private static StepFailure refused(PciAddress pf, NvmeRefusal refusal) {
    return new StepFailure("The NVMe controller " + pf + " refused: " + refusal.getMessage() + ".");
  }
}
