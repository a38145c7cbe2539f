package dev.lend.cli;

/**
 * Something went wrong, and nothing is left of it: exit status 3. The message says what and why.
 */
final class FailedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
