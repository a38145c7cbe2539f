package dev.lend.sysfs;

/**
 * A read that would not return on the real kernel, because a write that is under way holds the
 * device lock. An error: Lend must not read there, and a test in which it does must fail.
 */
public final class SimulatedHang extends Error {
  private static final long serialVersionUID = 1;

  /** Says what was read. */
  public SimulatedHang(String path) {
    super("reading /" + path + " would hang: a write that is under way holds the device lock");
  }
}
