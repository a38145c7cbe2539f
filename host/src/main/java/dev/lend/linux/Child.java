package dev.lend.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A child process with two descriptors and nothing else of this one: Java's own children get files
 * only, and no sockets.
 */
final class Child {
  /** More than any C library needs for it: the GNU one takes 80 bytes. */
  private static final int ACTIONS = 1024;

  private final Arena arena;
  private final Libc libc;
  private final int pid;

  private Child(Arena arena, Libc libc, int pid) {
    this.arena = arena;
    this.libc = libc;
    this.pid = pid;
  }

  /** Starts a program that reads from one descriptor and writes to another. */
  static Child start(Arena arena, Libc libc, int input, int output, List<String> words)
      throws NetRefusal {
    MemorySegment pid = arena.allocate(ValueLayout.JAVA_INT);
    MemorySegment all = arena.allocate(ValueLayout.ADDRESS, words.size() + 1L);
    for (int i = 0; i < words.size(); i++) {
      all.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(words.get(i)));
    }
    int refused =
        libc.spawn(
            pid,
            arena.allocate(ACTIONS, 16),
            all,
            all.getAtIndex(ValueLayout.ADDRESS, 0),
            input,
            output,
            arena.allocateFrom("/dev/null"));
    if (refused != 0) {
      throw new NetRefusal("start " + words.getFirst(), refused, "");
    }
    return new Child(arena, libc, pid.get(ValueLayout.JAVA_INT, 0));
  }

  /** Waits for its end, and says whether all went well. */
  boolean succeeded() {
    MemorySegment status = arena.allocate(ValueLayout.JAVA_INT);
    int ended = libc.await(pid, status);
    while (ended < 0 && libc.errno() == Errno.EINTR.number()) {
      ended = libc.await(pid, status);
    }
    return ended == pid && status.get(ValueLayout.JAVA_INT, 0) == 0;
  }

  /** Ends it. */
  void end() {
    libc.kill(pid, Abi.SIGKILL);
    succeeded();
  }
}
