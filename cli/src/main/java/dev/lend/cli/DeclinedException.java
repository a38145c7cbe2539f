package dev.lend.cli;

/** What was asked for makes sense, and Lend does not do it: exit status 1. The message says why. */
final class DeclinedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DeclinedException(String message) {
    super(message);
  }
}
