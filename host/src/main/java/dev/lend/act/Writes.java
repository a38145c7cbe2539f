package dev.lend.act;

import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.model.TaskEvidence;
import dev.lend.sysfs.Kernel;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.Tasks;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Writes to the kernel that are remembered while they are under way, and given up in time. */
final class Writes {
  private final Kernel kernel;
  private final HostView host;
  private final Tasks tasks;

  Writes(Kernel kernel, HostView host, Tasks tasks) {
    this.kernel = kernel;
    this.host = host;
    this.tasks = tasks;
  }

  /**
   * Refuses to touch a function that an earlier write holds up. Reading its override would block as
   * well on some kernels: both take the device lock.
   */
  static void refuseHeldUp(PciAddress address, WriteLog log) throws StepFailure {
    Optional<StuckWrite> held = log.holding(address);
    if (held.isPresent()) {
      throw new StepFailure(StuckWords.holdsUp(address, held.get()));
    }
  }

  /**
   * Makes a write.
   *
   * @throws StepFailure the kernel refused, or did not answer in time
   */
  void write(String path, String value, PciAddress address, WriteLog log) throws StepFailure {
    try {
      attempt(path, value, address, log);
    } catch (KernelRefusal refusal) {
      throw refused(address, refusal);
    }
  }

  /** What a refusal says to a person. */
  static StepFailure refused(PciAddress address, KernelRefusal refusal) {
    boolean rights =
        refusal.reason() == KernelRefusal.Reason.EACCES
            || refusal.reason() == KernelRefusal.Reason.EPERM
            || refusal.reason() == KernelRefusal.Reason.EROFS;
    return new StepFailure(
        "The kernel refused a change to "
            + address
            + ": "
            + refusal.getMessage()
            + (rights ? ". Run as root, outside of any container." : "."));
  }

  /**
   * Makes a write whose refusal the caller has words for.
   *
   * @throws StepFailure the kernel did not answer in time
   * @throws KernelRefusal it refused
   */
  void attempt(String path, String value, PciAddress address, WriteLog log)
      throws StepFailure, KernelRefusal {
    try {
      kernel.write(path, value, witness(path, value, address, log));
    } catch (KernelRefusal refusal) {
      if (refusal.task().isPresent()) {
        throw timedOut(pending(path, value, address, refusal.task().get()), log, refusal);
      }
      throw refusal;
    }
  }

  static Kernel.Witness witness(String path, String value, PciAddress address, WriteLog log) {
    return task -> log.starts(pending(path, value, address, task));
  }

  static PendingWrite pending(String path, String value, PciAddress address, KernelTask task) {
    return new PendingWrite(path, value, Optional.of(address), task);
  }

  /** A write that did not return in its time may still happen, and holds the device until then. */
  StepFailure timedOut(PendingWrite write, WriteLog log, KernelRefusal refusal) {
    TaskEvidence evidence = evidence(write);
    log.stuck(write, evidence);
    return new StepFailure(StuckWords.timedOut(write, evidence, refusal));
  }

  /** What the kernel shows now of a write that is under way. */
  TaskEvidence evidence(PendingWrite write) {
    List<String> holders = new ArrayList<>();
    Optional<Integer> group = write.device().flatMap(device -> Claims.group(kernel, device));
    if (group.isPresent()) {
      host.holders(group.get()).forEach(holder -> holders.add(holder.describe()));
    }
    return tasks.evidence(write, holders);
  }
}
