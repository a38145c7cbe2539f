package dev.lend.journal;

/** The journal cannot be read or written. */
public sealed class JournalException extends RuntimeException permits UnwritableException {
  private static final long serialVersionUID = 1;

  /** With what, why and what to do. */
  public JournalException(String message) {
    super(message);
  }

  /** With what, why, what to do, and what led to it. */
  public JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
