package dev.lend.act;

import dev.lend.ledger.ResetTrial;
import dev.lend.model.DriverAbilities;
import dev.lend.plan.Plan;
import dev.lend.plan.Step;

/** Told what is going on, so that long work can be shown. */
public interface Progress {
  /** A plan is about to be carried out. */
  default void planned(Plan plan) {}

  /** A step begins. */
  default void begins(Step step) {}

  /** A step was done and read back. */
  default void done(Step step) {}

  /** A step was a reset, and this came of it. */
  default void tested(Step step, ResetTrial trial) {}

  /** A guest was asked to let a device go, and this is how it answered. */
  default void answered(Step.Unplug step, Guests.Answer answer) {}

  /** A step tried what a driver can set for VFs, and this came of it. */
  default void learned(DriverAbilities abilities) {}

  /** A step is being taken back. */
  default void undoing(Step step) {}

  /** Something of the host's network that could not be put back as it was. */
  default void notPutBack(String what) {}

  /** Something worth saying about earlier, unfinished work. */
  default void recovered(String what) {}

  /** Nobody wants to know. */
  static Progress silent() {
    return new Progress() {};
  }
}
