package dev.lend.sysfs;

import dev.lend.sysfs.KernelRefusal.Reason;

/** What goes wrong with one write to a simulated kernel. */
public sealed interface Fault {
  /** The write is refused and changes nothing. */
  record Refuse(Reason reason) implements Fault {}

  /** Lend dies before the write reaches the kernel. */
  record CrashBefore() implements Fault {}

  /** The kernel does it, and Lend dies before it hears of it. */
  record CrashAfter() implements Fault {}

  /** No answer in time; it happens when {@link SimulatedKernel#settle} is called. */
  record HappenLater() implements Fault {}

  /** Lend is killed while the write waits in the kernel; it happens as with {@link HappenLater}. */
  record CrashWaiting() implements Fault {}

  /** It happens, and the answer does not come in time. */
  record AnswerLate() implements Fault {}

  /** No answer in time, and it never happens. */
  record NeverHappen() implements Fault {}

  /** The write returns as if all were well, and nothing happened. */
  record Ignore() implements Fault {}
}
