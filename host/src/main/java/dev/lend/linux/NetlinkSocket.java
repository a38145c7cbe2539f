package dev.lend.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A netlink socket of the kernel's routing family. Used by the thread that opened it.
 *
 * <p>The kernel does what it is asked inside {@code send(2)}, and goes on with a long answer inside
 * {@code recv(2)}. There it waits for whoever has the routing lock, and no signal ends that
 * (kernel: {@code net/core/rtnetlink.c}, rtnl_lock). A process with a thread in there does not end,
 * whatever it does, and nor does the command line that waits for it. So children do both: one
 * copies the request into the socket, another the answers out of it. One that hangs is left behind.
 */
final class NetlinkSocket implements Channel {
  /** An answer about one interface with 256 VFs has 50 KiB; the kernel cuts at 64 KiB. */
  private static final int BUFFER = 256 * 1024;

  /** Each read takes one datagram, each write is one: neither may be too small for it. */
  private static final List<String> ASK =
      List.of("dd", "bs=1048576", "count=1", "iflag=fullblock", "status=none");

  private static final List<String> LISTEN = List.of("dd", "bs=" + BUFFER, "status=none");

  private static final String WHAT = "netlink";

  private final Arena arena;
  private final Libc libc;
  private final int descriptor;
  private final MemorySegment buffer;
  private int answers = -1;
  private Optional<Child> listener = Optional.empty();

  /** What of the buffer has come and was not taken. */
  private int from;

  private int to;

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

  /** A pipe: the end to read from, and the end to write to. */
  private int[] pipe() throws NetRefusal {
    MemorySegment ends = arena.allocate(8, 4);
    check(libc.pipe(ends, Abi.O_CLOEXEC));
    return new int[] {
      ends.get(ValueLayout.JAVA_INT, 0),
      ends.get(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT.byteSize())
    };
  }

  @Override
  public void send(byte[] message) throws NetRefusal {
    if (listener.isEmpty()) {
      int[] ends = pipe();
      answers = ends[0];
      try {
        listener = Optional.of(Child.start(arena, libc, descriptor, ends[1], LISTEN));
      } finally {
        libc.close(ends[1]);
      }
    }
    int[] ends = pipe();
    Child asker;
    try {
      try {
        asker = Child.start(arena, libc, ends[0], descriptor, ASK);
      } finally {
        libc.close(ends[0]);
      }
      write(ends[1], message);
    } finally {
      libc.close(ends[1]);
    }
    if (!asker.succeeded()) {
      throw new NetRefusal(WHAT, Errno.EIO, "the request did not go out");
    }
  }

  private void write(int pipe, byte[] message) throws NetRefusal {
    try (Arena once = Arena.ofConfined()) {
      MemorySegment bytes = once.allocate(message.length, 4);
      MemorySegment.copy(message, 0, bytes, ValueLayout.JAVA_BYTE, 0, message.length);
      for (int done = 0; done < message.length; ) {
        int more = libc.write(pipe, bytes.asSlice(done));
        check(more);
        done += more;
      }
    }
  }

  /** One message: where a datagram ends does not show in a pipe. */
  @Override
  public byte[] receive() throws NetRefusal {
    fill(Abi.NLMSGHDR);
    int length = Abi.aligned(buffer.get(ValueLayout.JAVA_INT_UNALIGNED, from));
    if (length < Abi.NLMSGHDR || length > BUFFER) {
      throw new NetRefusal(WHAT, Errno.EMSGSIZE, "an answer of " + length + " bytes");
    }
    fill(length);
    byte[] message = buffer.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
    from += length;
    return message;
  }

  /** Waits until so many bytes are there. */
  private void fill(int bytes) throws NetRefusal {
    if (from + bytes > BUFFER) {
      MemorySegment.copy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
    }
    while (to - from < bytes) {
      int more = libc.read(answers, buffer.asSlice(to));
      if (more < 0 && libc.errno() == Errno.EINTR.number()) {
        continue;
      }
      check(more);
      if (more == 0) {
        // The listener has ended: its time has run out, or the kernel had more to say than it can.
        throw new NetRefusal(WHAT, Errno.ETIMEDOUT, "no answer from the kernel");
      }
      to += more;
    }
  }

  @Override
  public void close() {
    libc.close(descriptor);
    listener.ifPresent(Child::end);
    if (answers >= 0) {
      libc.close(answers);
    }
    arena.close();
  }
}
