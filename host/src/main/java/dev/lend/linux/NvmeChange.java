package dev.lend.linux;

/**
 * One command of virtualization management (NVM Express Base Specification 2.0, section 5.26).
 *
 * @param action what is done
 * @param resource of what; without meaning where a controller goes online or offline
 * @param controller the identifier of the controller that it is done to
 * @param count how many; without meaning where a controller goes online or offline
 */
public record NvmeChange(Action action, Resource resource, int controller, int count) {
  /** What can be done. */
  public enum Action {
    /** The primary controller keeps so many from its next reset on. */
    KEEP(0x1, "keep"),
    /** A secondary controller goes offline, and has nothing any more. */
    OFFLINE(0x7, "go offline"),
    /** A secondary controller that is offline gets so many. */
    ASSIGN(0x8, "get"),
    /** A secondary controller goes online. */
    ONLINE(0x9, "go online");

    private final int code;
    private final String words;

    Action(int code, String words) {
      this.code = code;
      this.words = words;
    }

    int code() {
      return code;
    }
  }

  /** What a controller can be given. */
  public enum Resource {
    /** Queue pairs (VQ). */
    QUEUES(0, "queues"),
    /** Interrupt vectors (VI). */
    INTERRUPTS(1, "interrupts");

    private final int code;
    private final String words;

    Resource(int code, String words) {
      this.code = code;
      this.words = words;
    }

    int code() {
      return code;
    }
  }

  /** Takes a secondary controller offline. */
  public static NvmeChange offline(int controller) {
    return new NvmeChange(Action.OFFLINE, Resource.QUEUES, controller, 0);
  }

  /** Takes a secondary controller online. */
  public static NvmeChange online(int controller) {
    return new NvmeChange(Action.ONLINE, Resource.QUEUES, controller, 0);
  }

  /** In words: {@code let controller 3 get 2 queues}. */
  public String describe() {
    String counted =
        switch (action) {
          case KEEP, ASSIGN -> " " + count + " " + resource.words;
          case OFFLINE, ONLINE -> "";
        };
    return "let controller " + controller + " " + action.words + counted;
  }
}
