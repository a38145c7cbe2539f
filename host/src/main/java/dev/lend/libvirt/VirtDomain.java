package dev.lend.libvirt;

/**
 * A domain at one moment.
 *
 * @param name its name
 * @param uuid its UUID, as text
 * @param state what it does
 */
public record VirtDomain(String name, String uuid, State state) {
  /** What a domain does, in libvirt's order (libvirt: {@code virDomainState}). */
  public enum State {
    /** libvirt does not say. */
    UNKNOWN("unknown"),
    /** It runs. */
    RUNNING("running"),
    /** It waits for something of the host. */
    BLOCKED("running"),
    /** It is held, and answers nothing. */
    PAUSED("paused"),
    /** It is about to end. */
    SHUTDOWN("shutting down"),
    /** It does not run. */
    OFF("off"),
    /** It does not run any more, for it crashed. */
    CRASHED("crashed"),
    /** It sleeps, by its own system's wish. */
    SLEEPING("asleep");

    private final String word;

    State(String word) {
      this.word = word;
    }

    /** For a person. */
    public String word() {
      return word;
    }

    /** The state by its number. */
    static State of(int number) {
      return number < 0 || number >= values().length ? UNKNOWN : values()[number];
    }
  }

  /** True while there is a QEMU for it. */
  public boolean active() {
    return state != State.OFF && state != State.CRASHED;
  }
}
