package dev.lend.act;

import dev.lend.plan.Step;
import java.time.Duration;

/** What a person is told of a guest that does not let a device go, and what can be done then. */
final class Unplugs {
  /** How long a guest that is to be stopped may take: its QEMU ends what it writes to disks. */
  static final Duration STOP = Duration.ofSeconds(60);

  private Unplugs() {}

  static StepFailure refused(Step.Unplug step) {
    return new Kept(
        Guests.Answer.REFUSED,
        "Guest "
            + step.guest()
            + " refused to let "
            + step.address()
            + " go: its driver or a program in it is using the device. It stays lent. Stop that in the"
            + " guest and try again, or stop the guest for it: "
            + force(step));
  }

  static StepFailure silent(Step.Unplug step, Duration limit) {
    return new Kept(
        Guests.Answer.SILENT,
        "Guest "
            + step.guest()
            + " did not answer within "
            + limit.toSeconds()
            + " s when asked to let "
            + step.address()
            + " go. It stays lent. A guest that is paused, still booting or has no hot-plug driver does not"
            + " answer. The request stands, and a reset of the guest completes it: after that, or when"
            + " the guest answers again, try again. Or stop the guest for it: "
            + force(step));
  }

  /** It was told to end. */
  static StepFailure stays(Step.Unplug step) {
    return new StepFailure(
        "Guest "
            + step.guest()
            + " was to be stopped, for it did not let "
            + step.address()
            + " go, and has not ended within "
            + STOP.toSeconds()
            + " s. It stays lent. End its process by hand, then try again.");
  }

  private static String force(Step.Unplug step) {
    return "lend detach " + step.address().brief() + " --force";
  }
}
