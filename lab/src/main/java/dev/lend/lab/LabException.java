package dev.lend.lab;

/** The lab cannot do what was asked. The message says what, why, and what to do. */
public sealed class LabException extends RuntimeException permits StalledStart {
  private static final long serialVersionUID = 1L;

  private final boolean usage;

  public LabException(String message) {
    super(message);
    this.usage = false;
  }

  public LabException(String message, Throwable cause) {
    super(message, cause);
    this.usage = false;
  }

  private LabException(String message, boolean usage) {
    super(message);
    this.usage = usage;
  }

  /** What was asked for makes no sense, or not now; nothing was tried. */
  static LabException usage(String message) {
    return new LabException(message, true);
  }

  /** Whether the one who asked has to ask differently; otherwise something went wrong. */
  public boolean isUsage() {
    return usage;
  }
}
