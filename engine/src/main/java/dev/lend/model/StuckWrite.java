package dev.lend.model;

import java.time.Instant;

/**
 * A write that the kernel did not answer in its time. It may still happen, and holds its function
 * until then.
 *
 * @param since when Lend gave up waiting
 * @param evidence what the kernel showed then
 */
public record StuckWrite(PendingWrite write, Instant since, TaskEvidence evidence) {
  /** The same with what the kernel shows now. */
  public StuckWrite showing(TaskEvidence now) {
    return new StuckWrite(write, since, now);
  }
}
