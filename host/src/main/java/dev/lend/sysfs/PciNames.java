package dev.lend.sysfs;

import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Names of vendors, devices, boards and classes from the list {@code pci.ids} (pci.ids(5)). The
 * list is in the order of its numbers, so what the given functions need is searched for by halves:
 * going through all of its 1.3 MB takes longer than reading a small host.
 */
public final class PciNames {
  /** Where lists are, the best first. */
  public static final List<String> PLACES =
      List.of("usr/share/misc/pci.ids", "usr/share/hwdata/pci.ids", "var/lib/pciutils/pci.ids");

  /** Ten times what the list is today. */
  static final int MOST = 16 * 1024 * 1024;

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
   * @param index an index of this machine's list; it need not be there, or fit
   */
  public static PciNames of(
      FileKernel kernel, Optional<Path> index, Collection<PciFunction> functions) {
    PciNames names = new PciNames();
    if (functions.isEmpty()) {
      return names;
    }
    names.want(functions);
    if (kernel.isConfined() && names.look(kernel, Optional.empty())) {
      return names;
    }
    FileKernel own = kernel.isConfined() ? new FileKernel(Path.of("/")) : kernel;
    names.look(own, index);
    return names;
  }

  /** Names for these functions from one list. */
  static PciNames of(PagedFile list, Collection<PciFunction> functions) {
    PciNames names = new PciNames();
    names.want(functions);
    names.look(new PciIds(list));
    return names;
  }

  /** Looks in the host's list; false where it has none. */
  private boolean look(FileKernel kernel, Optional<Path> index) {
    for (String place : PLACES) {
      try (PagedFile list = kernel.pages(place, MOST)) {
        look(list, index);
        return true;
      } catch (IOException none) {
        continue;
      }
    }
    return false;
  }

  private void look(PagedFile list, Optional<Path> index) {
    if (index.isPresent()) {
      try (PagedFile hints = PagedFile.open(index.get().toString(), MOST)) {
        look(new PciIds(list, Optional.of(new PciIndex(hints))));
        return;
      } catch (IOException none) {
        // It only saves time.
      }
    }
    look(new PciIds(list));
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
      want(Sort.VENDOR, id.vendor());
      want(Sort.DEVICE, pair(id));
      want(Sort.BOARD, four(function));
      want(Sort.CLASS, pciClass >> 8);
      want(Sort.SUBCLASS, pciClass);
    }
  }

  private void look(PciIds list) {
    Map<Long, PciIds.Entry> vendors = new HashMap<>();
    for (Map.Entry<Long, String> vendor : names(Sort.VENDOR).entrySet()) {
      PciIds.Entry found = list.vendor(vendor.getKey());
      vendors.put(vendor.getKey(), found);
      vendor.setValue(list.name(found));
    }
    Map<Long, PciIds.Entry> devices = new HashMap<>();
    for (Map.Entry<Long, String> device : names(Sort.DEVICE).entrySet()) {
      long pair = device.getKey();
      PciIds.Entry vendor = vendors.getOrDefault(pair >> 16, PciIds.Entry.NONE);
      PciIds.Entry found = list.device(vendor, pair & 0xffff);
      devices.put(pair, found);
      device.setValue(list.name(found));
    }
    for (Map.Entry<Long, String> board : names(Sort.BOARD).entrySet()) {
      long four = board.getKey();
      PciIds.Entry device = devices.getOrDefault(four >>> 32, PciIds.Entry.NONE);
      board.setValue(list.name(list.board(device, four & 0xffff_ffffL)));
    }
    Map<Long, PciIds.Entry> bases = new HashMap<>();
    for (Map.Entry<Long, String> base : names(Sort.CLASS).entrySet()) {
      PciIds.Entry found = list.base(base.getKey());
      bases.put(base.getKey(), found);
      base.setValue(list.name(found));
    }
    for (Map.Entry<Long, String> sub : names(Sort.SUBCLASS).entrySet()) {
      long pair = sub.getKey();
      PciIds.Entry base = bases.getOrDefault(pair >> 8, PciIds.Entry.NONE);
      sub.setValue(list.name(list.sub(base, pair & 0xff)));
    }
  }
}
