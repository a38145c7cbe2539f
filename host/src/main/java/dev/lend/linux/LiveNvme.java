package dev.lend.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SortedMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The NVMe controllers of the running kernel, by their device files. Nothing native is loaded
 * before the first command.
 *
 * <p>The kernel gives a command up after the time that it is sent with, and resets the controller
 * (kernel: {@code drivers/nvme/host/pci.c}, {@code nvme_timeout}); each is sent by a thread of its
 * own all the same, which is given up where that does not help.
 */
public final class LiveNvme implements Nvme {
  /** What a controller may take for a command. */
  private static final Duration COMMAND = Duration.ofSeconds(10);

  /** With the reset that may follow. */
  private static final Duration ANSWER = Duration.ofSeconds(60);

  private static final int IDENTIFY = 0x06;
  private static final int VIRTUALIZATION = 0x1c;

  @Override
  public Primary primary(String name) throws NvmeRefusal {
    String what = "ask " + name + " what its VFs can have";
    if (!NvmeCodec.virtualizes(identify(what, name, NvmeCodec.CONTROLLER, 0))) {
      throw NvmeRefusal.lacking(what);
    }
    return NvmeCodec.primary(identify(what, name, NvmeCodec.CAPABILITIES, 0));
  }

  @Override
  public SortedMap<Integer, Secondary> secondaries(String name) throws NvmeRefusal {
    String what = "ask " + name + " what its VFs have";
    SortedMap<Integer, Secondary> all = NvmeCodec.none();
    int from = 0;
    do {
      int next =
          NvmeCodec.secondaries(identify(what, name, NvmeCodec.SECONDARIES, from << 16), all);
      from = next > from ? next : 0;
    } while (from > 0);
    return all;
  }

  private static byte[] identify(String what, String name, int structure, int more)
      throws NvmeRefusal {
    return sent(what, name, IDENTIFY, NvmeCodec.PAGE, structure | more, 0);
  }

  @Override
  public void change(String name, NvmeChange change) throws NvmeRefusal {
    sent(change.describe(), name, VIRTUALIZATION, 0, NvmeCodec.word10(change), change.count());
  }

  /** Sends a command, and gives it up in its time. */
  private static byte[] sent(String what, String name, int opcode, int bytes, int d10, int d11)
      throws NvmeRefusal {
    FutureTask<byte[]> task = new FutureTask<>(() -> command(what, name, opcode, bytes, d10, d11));
    Thread.ofPlatform().daemon().name("nvme").start(task);
    try {
      return task.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw NvmeRefusal.errno(what, Errno.ETIMEDOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw NvmeRefusal.errno(what, Errno.EINTR);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof NvmeRefusal refusal) {
        throw refusal;
      }
      throw new IllegalStateException(failed);
    }
  }

  private static byte[] command(String what, String name, int opcode, int bytes, int d10, int d11)
      throws NvmeRefusal {
    if (!name.matches("nvme[0-9]+")) {
      throw new IllegalArgumentException("no NVMe controller: " + name);
    }
    try (Arena arena = Arena.ofConfined()) {
      Libc libc = new Libc(arena);
      int file =
          libc.open(
              arena.allocateFrom("/dev/" + name, StandardCharsets.US_ASCII),
              Abi.O_RDWR | Abi.O_CLOEXEC);
      if (file < 0) {
        throw NvmeRefusal.errno(what, libc.errno());
      }
      try {
        return command(what, arena, libc, file, opcode, bytes, d10, d11);
      } finally {
        libc.close(file);
      }
    }
  }

  /** The arguments are a command's fields. */
  private static byte[] command(
      String what, Arena arena, Libc libc, int file, int opcode, int bytes, int d10, int d11)
      throws NvmeRefusal {
    MemorySegment data = arena.allocate(Math.max(bytes, 1), 4096);
    MemorySegment command = arena.allocate(Abi.NVME_PASSTHRU_CMD, 8);
    command.set(ValueLayout.JAVA_BYTE, 0, (byte) opcode);
    if (bytes > 0) {
      command.set(ValueLayout.JAVA_LONG, Abi.NVME_ADDR, data.address());
      command.set(ValueLayout.JAVA_INT, Abi.NVME_DATA_LEN, bytes);
    }
    command.set(ValueLayout.JAVA_INT, Abi.NVME_CDW10, d10);
    command.set(ValueLayout.JAVA_INT, Abi.NVME_CDW10 + 4, d11);
    command.set(ValueLayout.JAVA_INT, Abi.NVME_TIMEOUT_MS, (int) COMMAND.toMillis());
    int status = libc.ioctl(file, Abi.NVME_IOCTL_ADMIN_CMD, command);
    if (status < 0) {
      throw NvmeRefusal.errno(what, libc.errno());
    }
    if (status > 0) {
      throw NvmeRefusal.status(what, status);
    }
    return data.asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
  }
}
