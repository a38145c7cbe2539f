package dev.lend.act;

/** A step could not be done, or was done and did not have its effect. */
public sealed class StepFailure extends Exception permits Displaced, Kept {
  private static final long serialVersionUID = 1;

  /** With what, why and what to do. */
  public StepFailure(String message) {
    super(message);
  }
}
