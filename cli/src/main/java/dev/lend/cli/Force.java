package dev.lend.cli;

import dev.lend.plan.Request;

/** {@code lend detach --force}: the guest goes where the device does not come without. */
final class Force {
  private static final String OPTION = "--force";

  private Force() {}

  static Syntax option(Syntax syntax) {
    return syntax.flag(
        OPTION,
        "stop the guest, as by a power cut, where it refuses or does not answer in its time");
  }

  /** The same homecoming, forced where that is asked for. */
  static Request.Homecoming of(Arguments arguments, Request.Homecoming how) {
    boolean force = arguments.has(OPTION);
    if (force && how.leave()) {
      throw new UsageException(
          "--leave takes nothing from the guest: then there is nothing to force");
    }
    return new Request.Homecoming(how.leave(), how.consent(), force);
  }
}
