package dev.lend.act;

import dev.lend.model.Definition;
import dev.lend.model.Guest;
import dev.lend.model.GuestSight;
import dev.lend.model.GuestView;
import dev.lend.model.PciAddress;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.Step;
import java.util.List;
import java.util.Locale;

/** The port to guests. */
public interface Guests {
  /** What a guest that a person names is. */
  sealed interface Naming {}

  /**
   * There is such a guest, as far as it is known to anybody.
   *
   * @param guest it, by the name that it goes by from then on
   */
  record Known(Guest guest) implements Naming {}

  /**
   * There is none.
   *
   * @param why to go on after "no such guest: NAME: "
   * @param others the names of those that there are
   */
  record Unknown(String why, List<String> others) implements Naming {
    /** Copies the list. */
    public Unknown {
      others = List.copyOf(others);
    }
  }

  /** Whoever knows cannot be asked. */
  record Unasked(String why) implements Naming {}

  /** Which guest a person means: one may go by several names. */
  default Naming named(Guest guest) {
    return new Known(guest);
  }

  /** How a guest is now. Never fails: what is wrong with it is in the view. */
  GuestView view(Guest guest);

  /**
   * What a guest makes of a device that was plugged into it, by its own agent where it has one.
   * Takes a few seconds at most, and never fails.
   */
  GuestSight sight(Guest guest, Sought sought);

  /**
   * Plugs a function into a guest.
   *
   * @throws StepFailure the guest does not have it
   */
  void plug(Step.Plug step) throws StepFailure;

  /**
   * Sets what the process of a guest may lock. Done as well where that has ended.
   *
   * @throws StepFailure it is not so
   */
  void lockMemory(Step.LockMemory step) throws StepFailure;

  /** How a guest answered when it was asked to let a device go. */
  enum Answer {
    /** It is out of the guest, or was already. */
    LET_GO,
    /** The guest said no: its driver or a program in it is using the device. */
    REFUSED,
    /** The guest said nothing in its time. The request stands. */
    SILENT,
    /** It did not let go, and was stopped for that. */
    STOPPED;

    /** As JSON has it. */
    public String id() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * Has a guest let a function go. Done as well where the guest or the device in it is gone
   * already.
   *
   * @return {@link Answer#LET_GO}, or {@link Answer#STOPPED} where that may be
   * @throws Kept the guest refused, or was silent
   * @throws StepFailure the guest may still have it
   */
  Answer unplug(Step.Unplug step) throws StepFailure;

  /**
   * What a guest has when it starts the next time, and which others have a function then. Never
   * fails: what is wrong is in the answer.
   *
   * @param address the function in question
   */
  Definition definition(Guest guest, PciAddress address);

  /**
   * Puts a function into a guest's definition.
   *
   * @throws StepFailure it is not in there
   */
  void define(DefinitionStep.Define step) throws StepFailure;

  /**
   * Takes it out. Done as well where there is no such definition any more.
   *
   * @throws StepFailure it is still in there
   */
  void undefine(DefinitionStep.Undefine step) throws StepFailure;
}
