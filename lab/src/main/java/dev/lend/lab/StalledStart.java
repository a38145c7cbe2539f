package dev.lend.lab;

import java.nio.file.Path;

/** The lab host hung while it started; started again, it usually does not. */
final class StalledStart extends LabException {
  private static final long serialVersionUID = 1;

  StalledStart(Path log) {
    super(
        "The lab host hangs at its start: a processor's timer is lost (%s). Try again when this machine has less to do."
            .formatted(log));
  }
}
