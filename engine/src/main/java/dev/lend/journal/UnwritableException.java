package dev.lend.journal;

/** The journal cannot be written any further: the disk is full, read-only or broken. */
public final class UnwritableException extends JournalException {
  private static final long serialVersionUID = 1;

  /** With what, why, what to do, and what led to it. */
  public UnwritableException(String message, Throwable cause) {
    super(message, cause);
  }
}
