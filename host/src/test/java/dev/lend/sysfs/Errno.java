package dev.lend.sysfs;

import dev.lend.sysfs.KernelRefusal.Reason;

/** A store function of the simulated kernel returns an error. */
final class Errno extends Exception {
  private static final long serialVersionUID = 1;

  final Reason reason;

  /** True where the driver core gave up before it came to the driver's own probe. */
  final boolean beforeProbe;

  Errno(Reason reason) {
    this(reason, false);
  }

  private Errno(Reason reason, boolean beforeProbe) {
    super(reason.text(), null, false, false);
    this.reason = reason;
    this.beforeProbe = beforeProbe;
  }

  /** {@code really_probe} fails before it calls the driver. */
  static Errno beforeProbe(Reason reason) {
    return new Errno(reason, true);
  }

  /** The store function does not return. */
  static Errno blocked() {
    return new Errno(Reason.TIMEOUT);
  }
}
