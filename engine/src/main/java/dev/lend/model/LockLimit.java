package dev.lend.model;

/**
 * How much memory a process may lock, in bytes (getrlimit(2), RLIMIT_MEMLOCK).
 *
 * @param soft the limit that holds
 * @param hard up to where the process may raise that by itself
 */
public record LockLimit(long soft, long hard) {
  /** No limit. */
  public static final long NONE = Long.MAX_VALUE;

  /** The same, with room for at least so much. */
  public LockLimit atLeast(long bytes) {
    return new LockLimit(Math.max(soft, bytes), Math.max(hard, bytes));
  }

  /** As {@code prlimit --memlock=} takes it. */
  public String words() {
    return word(soft) + ":" + word(hard);
  }

  private static String word(long bytes) {
    return bytes == NONE ? "unlimited" : Long.toString(bytes);
  }
}
