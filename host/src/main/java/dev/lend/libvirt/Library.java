package dev.lend.libvirt;

import dev.lend.libvirt.VirtException.Kind;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * libvirt's C library. All functions have the same shape, six machine words in and one out, as in
 * the room {@code linux}: each further shape costs milliseconds. What comes back as an int has no
 * defined upper half, so it is narrowed.
 */
final class Library {
  /** The name that it has had since 2005. */
  private static final String NAME = "libvirt.so.0";

  /** Longer than any text that libvirt gives. */
  private static final long MAX_TEXT = 64 << 20;

  private static final long RETRY_NANOS = 10_000_000;

  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
  private static final FunctionDescriptor SHAPE =
      FunctionDescriptor.of(WORD, WORD, WORD, WORD, WORD, WORD, WORD);
  private static final FunctionDescriptor CALLBACK =
      FunctionDescriptor.ofVoid(WORD, WORD, WORD, WORD, WORD);

  /** What Lend calls, named as in C (libvirt: {@code include/libvirt/libvirt-domain.h}). */
  enum Call {
    virConnectOpen,
    virConnectClose,
    virConnectIsAlive,
    virConnectSetKeepAlive,
    virConnectRegisterCloseCallback,
    virConnectListAllDomains,
    virConnectDomainEventRegisterAny,
    virDomainLookupByName,
    virDomainLookupByUUIDString,
    virDomainGetName,
    virDomainGetUUIDString,
    virDomainGetState,
    virDomainGetXMLDesc,
    virDomainIsPersistent,
    virDomainAttachDeviceFlags,
    virDomainDetachDeviceAlias,
    virDomainDestroy,
    virDomainInterfaceAddresses,
    virDomainInterfaceFree,
    virDomainFree,
    virGetLastErrorCode,
    virGetLastErrorMessage,
    virSetErrorFunc,
    virEventRegisterDefaultImpl,
    virEventRunDefaultImpl,
    free
  }

  /** Told of what a callback of C got. */
  interface Callback {
    /** Five words; a callback that has fewer leaves the last ones undefined. */
    void called(long first, long second, long third, long fourth, long fifth);
  }

  /** What came of loading it: once in a process, since its event loop is one for a process. */
  private sealed interface Loaded {}

  private record Here(Library library) implements Loaded {}

  private record Absent(String why) implements Loaded {}

  private static final class Once {
    static final Loaded LOADED = load();

    private Once() {}
  }

  private final Map<Call, MethodHandle> handles;

  private Library(Map<Call, MethodHandle> handles) {
    this.handles = handles;
  }

  /**
   * The library, with its event loop running.
   *
   * @throws VirtException it is not here, or too old
   */
  static Library get() throws VirtException {
    return switch (Once.LOADED) {
      case Here(Library library) -> library;
      case Absent(String why) -> throw new VirtException(Kind.ABSENT, why);
    };
  }

  private static Loaded load() {
    SymbolLookup symbols;
    try {
      symbols = SymbolLookup.libraryLookup(NAME, Arena.global());
    } catch (IllegalArgumentException notHere) {
      return new Absent("libvirt's library (" + NAME + ") is not on this host");
    }
    Linker linker = Linker.nativeLinker();
    Map<Call, MethodHandle> handles = new EnumMap<>(Call.class);
    for (Call call : Call.values()) {
      MemorySegment address =
          symbols
              .find(call.name())
              .or(() -> linker.defaultLookup().find(call.name()))
              .orElse(MemorySegment.NULL);
      if (address.equals(MemorySegment.NULL)) {
        return new Absent(
            "libvirt's library is too old: it has no " + call + " (libvirt 4.4 of 2018 has it)");
      }
      handles.put(call, linker.downcallHandle(address, SHAPE));
    }
    Library library = new Library(handles);
    // It would print each error to standard error otherwise.
    library.call(Call.virSetErrorFunc, 0, callback((a, b, c, d, e) -> {}));
    // Has to come before the first connection.
    library.call(Call.virEventRegisterDefaultImpl);
    // Upcalls come on this thread: a platform thread, for it is in C nearly all the time.
    Thread.ofPlatform().daemon().name("libvirt-events").start(library::loop);
    return new Here(library);
  }

  private void loop() {
    while (true) {
      if ((int) call(Call.virEventRunDefaultImpl) < 0) {
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  /** Calls a function; the words that it does not take may be anything. */
  long call(Call function, long... words) {
    long[] all = java.util.Arrays.copyOf(words, 6);
    try {
      MethodHandle handle = java.util.Objects.requireNonNull(handles.get(function));
      return (long) handle.invokeExact(all[0], all[1], all[2], all[3], all[4], all[5]);
    } catch (Throwable never) {
      // A C function throws nothing; what arrives here is a bug in the lines above.
      throw new AssertionError(never);
    }
  }

  /**
   * A function pointer that leads here. It stays for as long as the process: C may call it at any
   * time until a connection is closed, and a connection may never be.
   */
  static long callback(Callback callback) {
    try {
      MethodHandle target =
          MethodHandles.lookup()
              .findVirtual(
                  Callback.class,
                  "called",
                  MethodType.methodType(
                      void.class, long.class, long.class, long.class, long.class, long.class))
              .bindTo(callback);
      return Linker.nativeLinker().upcallStub(target, CALLBACK, Arena.global()).address();
    } catch (ReflectiveOperationException never) {
      throw new AssertionError(never);
    }
  }

  /** Text in the form that C has it. */
  static long text(Arena arena, String text) {
    return arena.allocateFrom(text, StandardCharsets.UTF_8).address();
  }

  /** The text at an address; empty where there is none. */
  static String text(long address) {
    return address == 0
        ? ""
        : MemorySegment.ofAddress(address)
            .reinterpret(MAX_TEXT)
            .getString(0, StandardCharsets.UTF_8);
  }

  /** The same text, whose memory was given to us. */
  String taken(long address) {
    String text = text(address);
    call(Call.free, address);
    return text;
  }

  /** The words at an address. */
  static long word(long address, int index) {
    return MemorySegment.ofAddress(address)
        .reinterpret((index + 1L) * Long.BYTES)
        .getAtIndex(WORD, index);
  }

  /**
   * Why this thread's last call failed.
   *
   * @param connection that it was made on; 0 where there is none yet
   */
  VirtException error(long connection) {
    String why = text(call(Call.virGetLastErrorMessage)).strip();
    int code = (int) call(Call.virGetLastErrorCode);
    // Only now: this forgets the error.
    boolean alive = connection != 0 && (int) call(Call.virConnectIsAlive, connection) == 1;
    return new VirtException(alive ? Kind.ERROR : Kind.GONE, oneLine(why), code);
  }

  private static String oneLine(String text) {
    String line = text.replace('\n', ' ');
    return line.isEmpty()
        ? "libvirt does not say why"
        : line.toLowerCase(Locale.ROOT).startsWith("internal error: ")
            ? line.substring("internal error: ".length())
            : line;
  }
}
