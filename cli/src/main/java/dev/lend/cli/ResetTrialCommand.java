package dev.lend.cli;

import dev.lend.model.HostSnapshot;
import dev.lend.plan.Request;

/** {@code lend check DEVICE --try-reset}: a change like any other, and then the check. */
final class ResetTrialCommand {
  private ResetTrialCommand() {}

  static ExitCode run(Arguments arguments, Context context) {
    Workshop workshop = Workshop.of(arguments, context, ChangeCommand.timeout(arguments));
    ExitCode ended = run(arguments, context, workshop);
    if (ended != ExitCode.DONE || arguments.has("--dry-run")) {
      return ended;
    }
    boolean text = !arguments.has("--json");
    if (text) {
      context.out().println();
    }
    return DeviceCheck.run(arguments, context, text);
  }

  /** The change alone, in a workshop of the caller's. */
  static ExitCode run(Arguments arguments, Context context, Workshop workshop) {
    HostSnapshot host = workshop.names(arguments.word());
    Request request = new Request.TryReset(DeviceName.resolve(host, arguments.word()).address());
    return ChangeCommand.perform(request, host, arguments, context, workshop);
  }
}
