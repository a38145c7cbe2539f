package dev.lend.cli;

/**
 * What was asked for cannot be understood or is not there. The message is for the person who typed
 * it: what is wrong, and what to type instead.
 */
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With the message. */
  public UsageException(String message) {
    super(message);
  }
}
