package dev.lend.sysfs;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.lend.sysfs.KernelRefusal.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * Opens a function through VFIO, as QEMU does (kernel: {@code Documentation/driver-api/vfio.rst}).
 */
final class VfioHold implements Workbench.Hold {
  private static final int O_RDWR = 2;
  private static final long GROUP_SET_CONTAINER = 0x3b68;
  private static final long SET_IOMMU = 0x3b66;
  private static final long GROUP_GET_DEVICE_FD = 0x3b6a;
  private static final long TYPE1_IOMMU = 1;

  private final Linker linker = Linker.nativeLinker();
  private final Linker.Option errno = Linker.Option.captureCallState("errno");
  private final MemoryLayout state = Linker.Option.captureStateLayout();
  private final MethodHandle open =
      handle("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
  private final MethodHandle ioctl =
      handle("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS));
  private final MethodHandle close = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  private final int[] files = {-1, -1, -1};

  /**
   * @throws KernelRefusal the group could not be opened or claimed
   */
  VfioHold(String group, String address) throws KernelRefusal {
    String node = "dev/vfio/" + group;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment error = arena.allocate(state);
      files[0] = open(error, arena, "/dev/vfio/vfio");
      files[1] = open(error, arena, "/" + node);
      MemorySegment container = arena.allocate(JAVA_INT);
      container.set(JAVA_INT, 0, files[0]);
      ioctl(error, node, files[1], GROUP_SET_CONTAINER, container);
      ioctl(error, node, files[0], SET_IOMMU, MemorySegment.ofAddress(TYPE1_IOMMU));
      files[2] = ioctl(error, node, files[1], GROUP_GET_DEVICE_FD, arena.allocateFrom(address));
    } catch (KernelRefusal refused) {
      close();
      throw refused;
    }
  }

  private MethodHandle handle(String name, FunctionDescriptor shape) {
    MemorySegment symbol = linker.defaultLookup().find(name).orElseThrow();
    return switch (name) {
      case "close" -> linker.downcallHandle(symbol, shape, errno);
      default -> linker.downcallHandle(symbol, shape, errno, Linker.Option.firstVariadicArg(2));
    };
  }

  private int open(MemorySegment error, Arena arena, String path) throws KernelRefusal {
    try {
      int file = (int) open.invokeExact(error, arena.allocateFrom(path), O_RDWR);
      return checked(file, error, path.substring(1));
    } catch (KernelRefusal refused) {
      throw refused;
    } catch (Throwable bug) {
      throw new AssertionError(bug);
    }
  }

  private int ioctl(
      MemorySegment error, String node, int file, long request, MemorySegment argument)
      throws KernelRefusal {
    try {
      int result = (int) ioctl.invokeExact(error, file, request, argument);
      return checked(result, error, node);
    } catch (KernelRefusal refused) {
      throw refused;
    } catch (Throwable bug) {
      throw new AssertionError(bug);
    }
  }

  private static int checked(int result, MemorySegment error, String path) throws KernelRefusal {
    if (result >= 0) {
      return result;
    }
    int number = error.get(JAVA_INT, 0);
    Reason reason =
        switch (number) {
          case 1 -> Reason.EPERM;
          case 2 -> Reason.ENOENT;
          case 16 -> Reason.EBUSY;
          case 19 -> Reason.ENODEV;
          case 22 -> Reason.EINVAL;
          default -> Reason.OTHER;
        };
    throw new KernelRefusal(path, reason, "errno " + number);
  }

  @Override
  public void close() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment error = arena.allocate(state);
      for (int i = files.length - 1; i >= 0; i--) {
        if (files[i] >= 0) {
          int ignored = (int) close.invokeExact(error, files[i]);
          files[i] = -1;
        }
      }
    } catch (Throwable bug) {
      throw new AssertionError(bug);
    }
  }
}
