package dev.lend.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The functions of the C library that Lend calls. All have the same shape, five machine words in
 * and one out, because each further shape costs milliseconds at the start: a function takes what it
 * declares from its argument registers and does not look at the rest (System V ABI for AMD64,
 * section 3.2.3; Procedure Call Standard for Arm 64, section 6.8.2). What comes back as an int has
 * no defined upper half, so it is narrowed.
 */
final class Libc {
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(java.lang.foreign.MemoryLayout.PathElement.groupElement("errno"));
  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD, WORD);

  private static final MethodHandle SOCKET = function("socket");
  private static final MethodHandle CONNECT = function("connect");
  private static final MethodHandle SETSOCKOPT = function("setsockopt");
  private static final MethodHandle SEND = function("send");
  private static final MethodHandle RECV = function("recv");
  private static final MethodHandle CLOSE = function("close");

  private final MemorySegment state;

  /**
   * @param arena for the place where errors are kept; used by one thread
   */
  Libc(Arena arena) {
    state = arena.allocate(STATE);
  }

  private static MethodHandle function(String name) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), SHAPE, Linker.Option.captureCallState("errno"));
  }

  /** {@code socket(2)}: the descriptor, or -1. */
  int socket(int family, int type, int protocol) {
    return call(SOCKET, family, type, protocol, 0, 0);
  }

  /** {@code connect(2)}: 0, or -1. */
  int connect(int descriptor, MemorySegment address) {
    return call(CONNECT, descriptor, address.address(), address.byteSize(), 0, 0);
  }

  /** {@code setsockopt(2)}: 0, or -1. */
  int setsockopt(int descriptor, int level, int name, MemorySegment value) {
    return call(SETSOCKOPT, descriptor, level, name, value.address(), value.byteSize());
  }

  /** {@code send(2)}: how many bytes went, or -1. */
  int send(int descriptor, MemorySegment bytes) {
    return call(SEND, descriptor, bytes.address(), bytes.byteSize(), 0, 0);
  }

  /** {@code recv(2)}: how many bytes came, or -1. */
  int recv(int descriptor, MemorySegment into, int flags) {
    return call(RECV, descriptor, into.address(), into.byteSize(), flags, 0);
  }

  /** {@code close(2)}. */
  int close(int descriptor) {
    return call(CLOSE, descriptor, 0, 0, 0, 0);
  }

  /** {@code errno} of the last call that failed. */
  int errno() {
    return (int) ERRNO.get(state, 0L);
  }

  private int call(MethodHandle function, long a, long b, long c, long d, long e) {
    try {
      return (int) (long) function.invokeExact(state, a, b, c, d, e);
    } catch (Throwable never) {
      // A C function throws nothing; what arrives here is a bug in the lines above.
      throw new AssertionError(never);
    }
  }
}
