package dev.lend.act;

import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.plan.Step;

/** The port to guests. */
public interface Guests {
  /** How a guest is now. Never fails: what is wrong with it is in the view. */
  GuestView view(Guest guest);

  /**
   * Plugs a function into a guest.
   *
   * @throws StepFailure the guest does not have it
   */
  void plug(Step.Plug step) throws StepFailure;

  /**
   * Has a guest let a function go. Done as well where the guest or the device in it is gone
   * already.
   *
   * @throws StepFailure the guest still has it
   */
  void unplug(Step.Unplug step) throws StepFailure;
}
