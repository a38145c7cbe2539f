package dev.lend.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * The functions of the C library that Lend calls. All have the same shape, six machine words in and
 * one out, because each further shape costs milliseconds at the start: a function takes what it
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
      FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD, WORD, WORD);

  private static final MethodHandle SOCKET = function("socket");
  private static final MethodHandle CONNECT = function("connect");
  private static final MethodHandle SETSOCKOPT = function("setsockopt");
  private static final MethodHandle GETSOCKOPT = function("getsockopt");
  private static final MethodHandle CLOSE = function("close");
  private static final MethodHandle OPEN = function("open");
  private static final MethodHandle IOCTL = function("ioctl");
  private static final MethodHandle PIPE2 = function("pipe2");
  private static final MethodHandle READ = function("read");
  private static final MethodHandle WRITE = function("write");
  private static final MethodHandle SPAWN = function("posix_spawnp");
  private static final MethodHandle ACTIONS = function("posix_spawn_file_actions_init");
  private static final MethodHandle ACTIONS_DUP2 = function("posix_spawn_file_actions_adddup2");
  private static final MethodHandle ACTIONS_OPEN = function("posix_spawn_file_actions_addopen");
  private static final MethodHandle ACTIONS_END = function("posix_spawn_file_actions_destroy");
  private static final MethodHandle WAITPID = function("waitpid");
  private static final MethodHandle KILL = function("kill");
  private static final MethodHandle PRLIMIT = function("prlimit64");

  /** Since version 2.34 of the GNU C library. */
  private static final Optional<MethodHandle> ACTIONS_CLOSE =
      LINKER.defaultLookup().find("posix_spawn_file_actions_addclosefrom_np").map(Libc::function);

  private final MemorySegment state;

  /**
   * @param arena for the place where errors are kept; used by one thread
   */
  Libc(Arena arena) {
    state = arena.allocate(STATE);
  }

  private static MethodHandle function(String name) {
    return function(LINKER.defaultLookup().findOrThrow(name));
  }

  private static MethodHandle function(MemorySegment address) {
    return LINKER.downcallHandle(address, SHAPE, Linker.Option.captureCallState("errno"));
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

  /**
   * {@code getsockopt(2)}: 0, or -1.
   *
   * @param length the room for the value, and how much of it is used afterwards
   */
  int getsockopt(int descriptor, int level, int name, MemorySegment value, MemorySegment length) {
    return call(GETSOCKOPT, descriptor, level, name, value.address(), length.address());
  }

  /** {@code pipe2(2)}, into two ints: 0, or -1. */
  int pipe(MemorySegment ends, int flags) {
    return call(PIPE2, ends.address(), flags, 0, 0, 0);
  }

  /** {@code read(2)}: how many bytes came, 0 at the end, or -1. */
  int read(int descriptor, MemorySegment into) {
    return call(READ, descriptor, into.address(), into.byteSize(), 0, 0);
  }

  /** {@code write(2)}: how many bytes went, or -1. */
  int write(int descriptor, MemorySegment bytes) {
    return call(WRITE, descriptor, bytes.address(), bytes.byteSize(), 0, 0);
  }

  /**
   * {@code posix_spawnp(3)}: 0, or why not. The child reads and writes what it is given here, says
   * nothing, and has nothing else open.
   *
   * @param pid where its number goes
   * @param actions room for what the C library makes of this
   * @param words the program and its arguments, as C has them
   */
  int spawn(
      MemorySegment pid,
      MemorySegment actions,
      MemorySegment words,
      MemorySegment program,
      int input,
      int output,
      MemorySegment nowhere) {
    call(ACTIONS, actions.address(), 0, 0, 0, 0);
    call(ACTIONS_DUP2, actions.address(), input, 0, 0, 0);
    call(ACTIONS_DUP2, actions.address(), output, 1, 0, 0);
    call(ACTIONS_OPEN, actions.address(), 2, nowhere.address(), Abi.O_WRONLY, 0);
    ACTIONS_CLOSE.ifPresent(close -> call(close, actions.address(), 3, 0, 0, 0));
    // An environment of nothing: the null that ends the words.
    long environment = words.address() + words.byteSize() - Long.BYTES;
    int refused =
        call(
            SPAWN,
            pid.address(),
            program.address(),
            actions.address(),
            0,
            words.address(),
            environment);
    call(ACTIONS_END, actions.address(), 0, 0, 0, 0);
    return refused;
  }

  /** {@code waitpid(2)}: the child, or -1. */
  int await(int pid, MemorySegment status) {
    return call(WAITPID, pid, status.address(), 0, 0, 0);
  }

  /** {@code kill(2)}: 0, or -1. */
  int kill(int pid, int signal) {
    return call(KILL, pid, signal, 0, 0, 0);
  }

  /**
   * {@code prlimit(2)}: 0, or -1.
   *
   * @param pid the process; 0 for this one
   * @param wanted the limit from now on; {@link MemorySegment#NULL} to leave it
   * @param found room for the limit until now; {@link MemorySegment#NULL} where nobody asks
   */
  int prlimit(int pid, int resource, MemorySegment wanted, MemorySegment found) {
    return call(PRLIMIT, pid, resource, wanted.address(), found.address(), 0);
  }

  /** {@code open(2)} of a file that is there: the descriptor, or -1. */
  int open(MemorySegment path, int flags) {
    return call(OPEN, path.address(), flags, 0, 0, 0);
  }

  /** {@code ioctl(2)} with something in memory: what the kernel says, or -1. */
  int ioctl(int descriptor, long request, MemorySegment argument) {
    return call(IOCTL, descriptor, request, argument.address(), 0, 0);
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
    return call(function, a, b, c, d, e, 0);
  }

  private int call(MethodHandle function, long a, long b, long c, long d, long e, long f) {
    try {
      return (int) (long) function.invokeExact(state, a, b, c, d, e, f);
    } catch (Throwable never) {
      // A C function throws nothing; what arrives here is a bug in the lines above.
      throw new AssertionError(never);
    }
  }
}
