package dev.lend.journal;

/** The journal cannot be written any further: the disk is full, read-only or broken. */
public final class UnwritableException extends JournalException {
  private static final long serialVersionUID = 1;

  private final boolean elsewhere;

  /** With what, why, what to do, and what led to it. */
  public UnwritableException(String message, Throwable cause) {
    this(message, cause, false);
  }

  /**
   * The same.
   *
   * @param elsewhere true where the folder is no place to write to: another has to be named
   */
  public UnwritableException(String message, Throwable cause, boolean elsewhere) {
    super(message, cause);
    this.elsewhere = elsewhere;
  }

  /** True where a folder was named that is no place to write to, rather than a disk failed. */
  public boolean elsewhere() {
    return elsewhere;
  }
}
