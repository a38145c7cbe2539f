package dev.lend.json;

/** A text is no JSON, or not the JSON that was expected. */
public final class JsonException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With what is wrong. */
  public JsonException(String message) {
    super(message);
  }

  /** With what is wrong and what led to it. */
  public JsonException(String message, Throwable cause) {
    super(message, cause);
  }
}
