package dev.lend.plan;

/**
 * Something on the host that stops working when a function goes.
 *
 * @param severity how bad that is
 * @param kind what sort of thing it is
 * @param text for a person, without the device: {@code carries this host's default route (eth0)}
 */
public record Consequence(Severity severity, Kind kind, String text) {
  /** What Lend does about it. */
  public enum Severity {
    /** The host would be cut off or lose storage that it uses: Lend refuses. */
    REFUSAL,
    /** In use, but the host lives on: Lend asks for consent. */
    WARNING,
    /** Worth saying. */
    NOTE
  }

  /** What would stop working. */
  public enum Kind {
    DEFAULT_ROUTE,
    SESSION,
    ADDRESS,
    UPPER,
    INTERFACE,
    ROOT_STORAGE,
    MOUNT,
    SWAP,
    LAYER,
    DISK,
    VIRTUAL_FUNCTIONS,
    DISPLAY
  }

  /** True where Lend refuses because of it. */
  public boolean refuses() {
    return severity == Severity.REFUSAL;
  }
}
