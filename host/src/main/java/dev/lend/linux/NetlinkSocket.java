package dev.lend.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;

/** A netlink socket of the kernel's routing family. Used by the thread that opened it. */
final class NetlinkSocket implements Channel {
  /** An answer about one interface with 256 VFs has 50 KiB; the kernel cuts at 64 KiB. */
  private static final int BUFFER = 256 * 1024;

  private static final String WHAT = "netlink";

  private final Arena arena;
  private final Libc libc;
  private final int descriptor;
  private final MemorySegment buffer;

  private NetlinkSocket(Arena arena, Libc libc, int descriptor) {
    this.arena = arena;
    this.libc = libc;
    this.descriptor = descriptor;
    this.buffer = arena.allocate(BUFFER);
  }

  /**
   * Opens one to the kernel.
   *
   * @param patience how long an answer may take
   */
  static NetlinkSocket open(Duration patience) throws NetRefusal {
    Arena arena = Arena.ofConfined();
    Libc libc = new Libc(arena);
    int descriptor =
        libc.socket(Abi.AF_NETLINK, Abi.SOCK_RAW | Abi.SOCK_CLOEXEC, Abi.NETLINK_ROUTE);
    if (descriptor < 0) {
      int errno = libc.errno();
      arena.close();
      throw new NetRefusal(WHAT, errno, "");
    }
    NetlinkSocket socket = new NetlinkSocket(arena, libc, descriptor);
    try {
      socket.prepare(patience);
      return socket;
    } catch (NetRefusal refusal) {
      socket.close();
      throw refusal;
    }
  }

  private void prepare(Duration patience) throws NetRefusal {
    MemorySegment time = arena.allocate(16, 8);
    time.set(ValueLayout.JAVA_LONG, 0, patience.toSeconds());
    time.set(ValueLayout.JAVA_LONG, 8, patience.toNanosPart() / 1_000);
    check(libc.setsockopt(descriptor, Abi.SOL_SOCKET, Abi.SO_RCVTIMEO, time));
    MemorySegment on = arena.allocate(4, 4);
    on.set(ValueLayout.JAVA_INT, 0, 1);
    // Kernels older than these do without: then errors have no words, and answers are sifted here.
    libc.setsockopt(descriptor, Abi.SOL_NETLINK, Abi.NETLINK_CAP_ACK, on);
    libc.setsockopt(descriptor, Abi.SOL_NETLINK, Abi.NETLINK_EXT_ACK, on);
    libc.setsockopt(descriptor, Abi.SOL_NETLINK, Abi.NETLINK_GET_STRICT_CHK, on);
    // Connected to the kernel (port 0), the socket takes datagrams from nobody else.
    MemorySegment kernel = arena.allocate(Abi.SOCKADDR_NL, 4);
    kernel.set(ValueLayout.JAVA_SHORT, 0, (short) Abi.AF_NETLINK);
    check(libc.connect(descriptor, kernel));
  }

  private void check(int result) throws NetRefusal {
    if (result < 0) {
      throw new NetRefusal(WHAT, libc.errno(), "");
    }
  }

  @Override
  public void send(byte[] message) throws NetRefusal {
    try (Arena once = Arena.ofConfined()) {
      MemorySegment bytes = once.allocate(message.length, 4);
      MemorySegment.copy(message, 0, bytes, ValueLayout.JAVA_BYTE, 0, message.length);
      check(libc.send(descriptor, bytes));
    }
  }

  @Override
  public byte[] receive() throws NetRefusal {
    int length = libc.recv(descriptor, buffer, Abi.MSG_TRUNC);
    while (length < 0 && libc.errno() == Errno.EINTR.number()) {
      length = libc.recv(descriptor, buffer, Abi.MSG_TRUNC);
    }
    if (length < 0) {
      int errno = libc.errno();
      throw errno == Errno.EAGAIN.number()
          ? new NetRefusal(WHAT, Errno.ETIMEDOUT, "no answer from the kernel")
          : new NetRefusal(WHAT, errno, "");
    }
    if (length > BUFFER) {
      throw new NetRefusal(WHAT, Errno.EMSGSIZE, "an answer of " + length + " bytes");
    }
    return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
  }

  @Override
  public void close() {
    libc.close(descriptor);
    arena.close();
  }
}
