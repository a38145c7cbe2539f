package dev.lend.qmp;

/** A QEMU monitor could not be used as asked. */
public final class QmpException extends Exception {
  /** What went wrong. */
  public enum Kind {
    /** Nobody listens at the socket, or the other end closed it. */
    GONE,
    /** No answer came in time, or none that a QEMU would give. */
    MUTE,
    /** QEMU answered with an error. */
    ERROR
  }

  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** With what went wrong, in words. */
  public QmpException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }
}
