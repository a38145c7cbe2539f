package dev.lend.sysfs;

/** Whether something is about a device: it is, it is not, or it cannot be told. */
enum Fit {
  NO,
  UNKNOWN,
  YES;

  /** Both have to fit. */
  Fit and(Fit other) {
    return compareTo(other) <= 0 ? this : other;
  }

  /** One of them has to fit. */
  Fit or(Fit other) {
    return compareTo(other) >= 0 ? this : other;
  }

  /** The opposite. */
  Fit not() {
    return switch (this) {
      case NO -> YES;
      case UNKNOWN -> UNKNOWN;
      case YES -> NO;
    };
  }

  static Fit of(boolean fits) {
    return fits ? YES : NO;
  }
}
