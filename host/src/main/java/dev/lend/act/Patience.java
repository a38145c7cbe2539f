package dev.lend.act;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for what no event tells. */
@FunctionalInterface
public interface Patience {
  /** Waits until the condition holds, at most so long; says whether it does. */
  boolean until(BooleanSupplier condition, Duration limit);

  /**
   * Looks again every 20 ms: for the closing of a file by another process there is no event that an
   * unprivileged reader could wait for.
   */
  static Patience polling() {
    return (condition, limit) -> {
      long end = System.nanoTime() + limit.toNanos();
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() > end) {
          return false;
        }
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
      }
      return true;
    };
  }
}
