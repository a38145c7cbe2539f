package dev.lend.lab;

/**
 * What a command in the lab gave back.
 *
 * @param exit its exit status, 0 to 255 (128 + the signal's number when a signal ended it)
 * @param out its standard output
 * @param err its standard error
 */
public record RunResult(int exit, String out, String err) {
  /** True when the command ended with status 0. */
  public boolean ok() {
    return exit == 0;
  }
}
