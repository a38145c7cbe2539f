package dev.lend.lab;

/** The lab cannot do what was asked. The message says what, why, and what to do. */
public sealed class LabException extends RuntimeException permits StalledStart {
  private static final long serialVersionUID = 1L;

  public LabException(String message) {
    super(message);
  }

  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
