package dev.lend.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Who listens at a UNIX socket. */
public final class PeerProcess {
  private PeerProcess() {}

  /**
   * The process that listens there, as numbered here (unix(7), SO_PEERCRED); empty where nobody
   * does, or its queue is full. It sees a client that comes and goes without a word.
   */
  public static OptionalInt at(String socket) {
    byte[] path = socket.getBytes(StandardCharsets.UTF_8);
    if (path.length + 1 > Abi.SOCKADDR_UN - 2) {
      return OptionalInt.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      int descriptor =
          libc.socket(Abi.AF_UNIX, Abi.SOCK_STREAM | Abi.SOCK_NONBLOCK | Abi.SOCK_CLOEXEC, 0);
      if (descriptor < 0) {
        return OptionalInt.empty();
      }
      try {
        MemorySegment address = arena.allocate(Abi.SOCKADDR_UN, 2);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) Abi.AF_UNIX);
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
        MemorySegment peer = arena.allocate(Abi.UCRED, 4);
        MemorySegment length = arena.allocate(ValueLayout.JAVA_INT);
        length.set(ValueLayout.JAVA_INT, 0, Abi.UCRED);
        boolean told =
            libc.connect(descriptor, address) == 0
                && libc.getsockopt(descriptor, Abi.SOL_SOCKET, Abi.SO_PEERCRED, peer, length) == 0;
        int pid = told ? peer.get(ValueLayout.JAVA_INT, 0) : 0;
        // 0 is a process that has no number in this PID namespace.
        return pid > 0 ? OptionalInt.of(pid) : OptionalInt.empty();
      } finally {
        libc.close(descriptor);
      }
    }
  }
}
