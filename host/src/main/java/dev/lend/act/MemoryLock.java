package dev.lend.act;

import dev.lend.linux.LockedMemory;
import dev.lend.model.KernelTask;
import dev.lend.model.LockLimit;
import dev.lend.plan.Step;
import dev.lend.sysfs.Tasks;
import java.util.Optional;
import java.util.function.Predicate;

/** Sets what a process may lock, and leaves alone what somebody else has set meanwhile. */
final class MemoryLock {
  /** The limits of this host's processes. */
  interface Limits {
    /** That of a process; empty where there is none, or it may not be asked. */
    Optional<LockLimit> of(long pid);

    /** Sets it, as far as that may be. */
    void set(long pid, LockLimit limit);
  }

  private final Limits limits;
  private final Predicate<KernelTask> lives;

  MemoryLock(Limits limits, Predicate<KernelTask> lives) {
    this.limits = limits;
    this.lives = lives;
  }

  /** Over the kernel that this runs on. */
  static MemoryLock of(Tasks tasks) {
    return new MemoryLock(
        new Limits() {
          @Override
          public Optional<LockLimit> of(long pid) {
            return LockedMemory.of(pid);
          }

          @Override
          public void set(long pid, LockLimit limit) {
            LockedMemory.set(pid, limit);
          }
        },
        tasks::lives);
  }

  void set(Step.LockMemory step) throws StepFailure {
    long pid = step.task().pid();
    if (!lives.test(step.task())) {
      return;
    }
    Optional<LockLimit> now = limits.of(pid);
    boolean raises = step.to().soft() > step.from().soft();
    boolean enough = now.isPresent() && now.get().soft() >= step.to().soft();
    if (raises ? enough : !now.equals(Optional.of(step.from()))) {
      return;
    }
    limits.set(pid, step.to());
    Optional<LockLimit> then = limits.of(pid);
    if (!then.equals(Optional.of(step.to())) && lives.test(step.task())) {
      throw new StepFailure(
          "The process of guest "
              + step.guest()
              + " ("
              + pid
              + ") may lock "
              + then.map(LockLimit::words).orElse("an unknown amount")
              + " of memory after it was set to "
              + step.to().words()
              + ". Try it by hand: "
              + step.shell().getFirst());
    }
  }
}
