package dev.lend.cli;

/** What a command's exit status tells a script. */
public enum ExitCode {
  /** Done, or the answer is yes. */
  DONE(0),
  /** The answer is no: not ready, or refused by a guard. */
  NO(1),
  /** Wrong usage, or there is no such thing. */
  USAGE(2),
  /** It failed, and everything is as it was. */
  PUT_BACK(3),
  /** It failed, and something needs a person. */
  NEEDS_PERSON(4);

  private final int status;

  ExitCode(int status) {
    this.status = status;
  }

  /** The number. */
  public int status() {
    return status;
  }
}
