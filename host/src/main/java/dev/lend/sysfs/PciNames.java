package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names of vendors, devices, boards and classes from the list {@code pci.ids} (pci.ids(5)). One
 * pass over its 1.3 MB picks out what the given functions need.
 */
public final class PciNames {
  private static final List<String> PLACES =
      List.of("usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids", "var/lib/pciutils/pci.ids");

  /** Ten times what the list is today. */
  private static final int MOST = 16 * 1024 * 1024;

  /** What sort of number a name is for. Four numbers make a board's: 64 bits are enough. */
  private enum Sort {
    VENDOR,
    DEVICE,
    BOARD,
    CLASS,
    SUBCLASS
  }

  /** Wanted numbers of each sort; empty text until the name is found. */
  private final Map<Sort, Map<Long, String>> names = new EnumMap<>(Sort.class);

  private final boolean[] vendors = new boolean[0x10000];

  private PciNames() {
    for (Sort sort : Sort.values()) {
      names.put(sort, new HashMap<>());
    }
  }

  private Map<Long, String> names(Sort sort) {
    return names.getOrDefault(sort, Map.of());
  }

  /**
   * Names for these functions: from the host's own list, else from this machine's, else none.
   *
   * @param kernel the host
   */
  public static PciNames of(FileKernel kernel, Collection<PciFunction> functions) {
    PciNames names = new PciNames();
    if (functions.isEmpty()) {
      return names;
    }
    names.want(functions);
    Optional<byte[]> list = list(kernel);
    if (list.isEmpty() && kernel.isConfined()) {
      list = list(new FileKernel(Path.of("/")));
    }
    if (list.isPresent()) {
      names.scan(list.get());
    }
    return names;
  }

  /** Names for these functions from the text of a list. */
  static PciNames of(byte[] list, Collection<PciFunction> functions) {
    PciNames names = new PciNames();
    names.want(functions);
    names.scan(list);
    return names;
  }

  private static Optional<byte[]> list(FileKernel kernel) {
    for (String place : PLACES) {
      if (kernel.bytes(place, MOST) instanceof Fact.Known<byte[]>(byte[] content)) {
        return Optional.of(content);
      }
    }
    return Optional.empty();
  }

  /** The maker, as {@code Intel Corporation}. */
  public Optional<String> vendor(PciId id) {
    return name(Sort.VENDOR, id.vendor());
  }

  /** The device, as {@code 82576 Virtual Function}. */
  public Optional<String> device(PciId id) {
    return name(Sort.DEVICE, pair(id));
  }

  /** The board that the device is on. */
  public Optional<String> board(PciFunction function) {
    return name(Sort.BOARD, four(function));
  }

  /** The class by base class and sub-class, as {@code Ethernet controller}. */
  public Optional<String> pciClass(PciClass pciClass) {
    return name(Sort.SUBCLASS, pciClass.baseAndSub()).or(() -> name(Sort.CLASS, pciClass.base()));
  }

  private Optional<String> name(Sort sort, long number) {
    String name = names(sort).getOrDefault(number, "");
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  private static long pair(PciId id) {
    return (long) id.vendor() << 16 | id.device();
  }

  private static long four(PciFunction function) {
    return pair(function.id()) << 32 | pair(function.subsystem());
  }

  private void want(Sort sort, long number) {
    names(sort).put(number, "");
  }

  private void want(Collection<PciFunction> functions) {
    PciId before = new PciId(-1, -1);
    PciId boardBefore = before;
    int classBefore = -1;
    for (PciFunction function : functions) {
      PciId id = function.id();
      PciId board = function.subsystem();
      int pciClass = function.pciClass().baseAndSub();
      // Neighbours are mostly alike.
      if (id.equals(before) && board.equals(boardBefore) && pciClass == classBefore) {
        continue;
      }
      before = id;
      boardBefore = board;
      classBefore = pciClass;
      vendors[id.vendor() & 0xffff] = true;
      want(Sort.VENDOR, id.vendor());
      want(Sort.DEVICE, pair(id));
      want(Sort.BOARD, four(function));
      want(Sort.CLASS, pciClass >> 8);
      want(Sort.SUBCLASS, pciClass);
    }
  }

  /**
   * Lines are {@code 8086 Vendor}, tab {@code 10ca Device}, two tabs {@code 8086 a02b Board}, and
   * {@code C 02 Class}, tab {@code 00 Sub-class}. What is below a vendor that nobody asked for is
   * skipped by its first byte.
   */
  private void scan(byte[] list) {
    long upper = -1;
    long middle = -1;
    boolean classes = false;
    int at = 0;
    while (at < list.length) {
      int end = at;
      while (end < list.length && list[end] != '\n') {
        end++;
      }
      // Comments stand anywhere, also between a vendor and its devices.
      if (end > at && list[at] != '#') {
        int first = list[at];
        if (first != '\t') {
          classes = first == 'C' && at + 1 < end && list[at + 1] == ' ';
          upper = classes ? hex(list, at + 2, end, 2) : hex(list, at, end, 4);
          middle = -1;
          if (upper >= 0 && !classes && !vendors[(int) upper]) {
            upper = -1;
          }
          if (upper >= 0) {
            keep(classes ? Sort.CLASS : Sort.VENDOR, upper, list, at + 4, end);
          }
        } else if (upper >= 0 && at + 1 < end) {
          if (list[at + 1] != '\t') {
            middle = hex(list, at + 1, end, classes ? 2 : 4);
            if (middle >= 0) {
              middle |= upper << (classes ? 8 : 16);
              keep(
                  classes ? Sort.SUBCLASS : Sort.DEVICE, middle, list, at + (classes ? 3 : 5), end);
            }
          } else if (!classes && middle >= 0) {
            long vendor = hex(list, at + 2, end, 4);
            long device = hex(list, at + 7, end, 4);
            if (vendor >= 0 && device >= 0) {
              keep(Sort.BOARD, middle << 32 | vendor << 16 | device, list, at + 11, end);
            }
          }
        }
      }
      at = end + 1;
    }
  }

  private void keep(Sort sort, long number, byte[] list, int from, int end) {
    Map<Long, String> wanted = names(sort);
    if (!wanted.containsKey(number)) {
      return;
    }
    int start = from;
    while (start < end && list[start] == ' ') {
      start++;
    }
    int stop = end;
    while (stop > start && (list[stop - 1] == '\r' || list[stop - 1] == ' ')) {
      stop--;
    }
    wanted.put(number, new String(list, start, stop - start, StandardCharsets.UTF_8));
  }

  private static long hex(byte[] list, int from, int end, int digits) {
    if (from + digits > end) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < from + digits; i++) {
      int digit = Character.digit(list[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }
}
