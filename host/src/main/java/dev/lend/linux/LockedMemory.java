package dev.lend.linux;

import dev.lend.model.LockLimit;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How much memory a process may lock. VFIO locks all memory of a guest that has a device, and
 * counts it by this limit for a process without {@code CAP_IPC_LOCK} (kernel: {@code
 * drivers/vfio/vfio_iommu_type1.c}, {@code vfio_lock_acct}).
 */
public final class LockedMemory {
  /** In {@link #lift}, the process that calls. */
  public static final int SELF = 0;

  private LockedMemory() {}

  /**
   * Lets a process lock as much as it wants, as far as this one may allow it that: without {@code
   * CAP_SYS_RESOURCE}, up to its hard limit (prlimit(2)). Those that it starts inherit it.
   *
   * @param pid the process, or {@link #SELF}
   * @return the bytes that it may lock now; empty where there is no limit
   */
  public static OptionalLong lift(int pid) {
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      MemorySegment limit = arena.allocate(Abi.RLIMIT, Long.BYTES);
      set(limit, Abi.RLIM_INFINITY, Abi.RLIM_INFINITY);
      if (libc.prlimit(pid, Abi.RLIMIT_MEMLOCK, limit, MemorySegment.NULL) == 0
          || libc.prlimit(pid, Abi.RLIMIT_MEMLOCK, MemorySegment.NULL, limit) != 0) {
        return OptionalLong.empty();
      }
      long soft = limit.get(ValueLayout.JAVA_LONG, 0);
      long hard = limit.get(ValueLayout.JAVA_LONG, Long.BYTES);
      set(limit, hard, hard);
      boolean raised = libc.prlimit(pid, Abi.RLIMIT_MEMLOCK, limit, MemorySegment.NULL) == 0;
      long now = raised ? hard : soft;
      return now == Abi.RLIM_INFINITY ? OptionalLong.empty() : OptionalLong.of(now);
    }
  }

  /** What a process may lock; empty where it is gone, or may not be asked. */
  public static Optional<LockLimit> of(long pid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(Abi.RLIMIT, Long.BYTES);
      int answer =
          new Libc(arena).prlimit((int) pid, Abi.RLIMIT_MEMLOCK, MemorySegment.NULL, limit);
      return answer == 0
          ? Optional.of(
              new LockLimit(
                  bytes(limit.get(ValueLayout.JAVA_LONG, 0)),
                  bytes(limit.get(ValueLayout.JAVA_LONG, Long.BYTES))))
          : Optional.empty();
    }
  }

  /** Sets what a process may lock. Whether that took effect, {@link #of} tells. */
  public static void set(long pid, LockLimit wanted) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment limit = arena.allocate(Abi.RLIMIT, Long.BYTES);
      set(limit, word(wanted.soft()), word(wanted.hard()));
      new Libc(arena).prlimit((int) pid, Abi.RLIMIT_MEMLOCK, limit, MemorySegment.NULL);
    }
  }

  private static long bytes(long word) {
    return word < 0 ? LockLimit.NONE : word;
  }

  private static long word(long bytes) {
    return bytes == LockLimit.NONE ? Abi.RLIM_INFINITY : bytes;
  }

  private static void set(MemorySegment limit, long soft, long hard) {
    limit.set(ValueLayout.JAVA_LONG, 0, soft);
    limit.set(ValueLayout.JAVA_LONG, Long.BYTES, hard);
  }
}
