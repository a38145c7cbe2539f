package dev.lend.sysfs;

/**
 * Lend dies here: what the kernel has done stays, what Lend had in memory is gone. An error, so
 * that no handler for exceptions survives it.
 */
public final class SimulatedCrash extends Error {
  private static final long serialVersionUID = 1;

  /** Says where it happened. */
  public SimulatedCrash(String where) {
    super(where, null, false, false);
  }
}
