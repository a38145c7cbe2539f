package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads the PCI functions: for each one {@code uevent} and one look for {@code sriov_totalvfs}. A
 * value that thousands of functions share is kept once.
 */
final class FunctionReader {
  private static final String DEVICES = "sys/bus/pci/devices";

  /** After that many functions without a group, the rest is not asked: it costs an exception. */
  private static final int ENOUGH_WITHOUT_GROUP = 64;

  private static final PciId NO_ID = new PciId(0, 0);
  private static final Fact<Integer> NONE = Fact.absent();
  private static final SriovRole ORDINARY = SriovRole.ordinary();

  private final KernelReader kernel;
  private final Map<PciAddress, SriovRole> virtual = new HashMap<>();
  private final Map<String, Optional<String>> drivers = new HashMap<>();
  private final Map<Integer, PciId> ids = new HashMap<>();
  private final Map<Integer, PciClass> classes = new HashMap<>();
  private final List<Fact<Integer>> numbers = new ArrayList<>();
  private boolean anyGroup;
  private boolean severalNodes;

  FunctionReader(KernelReader kernel) {
    this.kernel = kernel;
  }

  SortedMap<PciAddress, PciFunction> read() {
    SortedMap<PciAddress, PciFunction> functions = new TreeMap<>();
    List<String> names = kernel.list(DEVICES).or(List.of());
    if (names.isEmpty()) {
      return functions;
    }
    severalNodes = severalNodes();
    PciAddress[] addresses = addresses(names);
    anyGroup = anyGroup(addresses);
    for (PciAddress address : addresses) {
      Optional<PciFunction> function = function(address, DEVICES + "/" + address);
      if (function.isPresent()) {
        functions.put(address, function.get());
      }
    }
    // A VF before its PF in the order of addresses was taken for an ordinary function.
    for (Map.Entry<PciAddress, SriovRole> entry : virtual.entrySet()) {
      PciFunction function = functions.get(entry.getKey());
      if (function != null && function.sriov() == ORDINARY) {
        functions.put(entry.getKey(), withRole(function, entry.getValue()));
      }
    }
    return functions;
  }

  private static PciAddress[] addresses(List<String> names) {
    List<PciAddress> addresses = new ArrayList<>(names.size());
    for (String name : names) {
      Optional<PciAddress> address = SysPath.address(name);
      if (address.isPresent()) {
        addresses.add(address.get());
      }
    }
    PciAddress[] sorted = addresses.toArray(new PciAddress[0]);
    Arrays.sort(sorted);
    return sorted;
  }

  /** A capture may have the functions' links without what they lead to. */
  private boolean anyGroup(PciAddress[] addresses) {
    if (kernel.list("sys/kernel/iommu_groups") instanceof Fact.Known<List<String>>(var groups)) {
      return !groups.isEmpty();
    }
    for (int i = 0; i < Math.min(addresses.length, ENOUGH_WITHOUT_GROUP); i++) {
      if (group(DEVICES + "/" + addresses[i]) != NONE) {
        return true;
      }
    }
    return false;
  }

  /**
   * The function's group by its link: one system call, where listing the groups' directories costs
   * five for each.
   */
  private Fact<Integer> group(String directory) {
    String path = directory.concat("/iommu_group");
    Fact<String> link = kernel.link(path);
    if (link instanceof Fact.Known<String>(String target)) {
      int number = SysPath.number(target, target.lastIndexOf('/') + 1, target.length());
      return number < 0 ? new Fact.Unreadable<>(path, "leads to no group") : shared(number);
    }
    return link instanceof Fact.Unreadable<String>(String where, String why)
        ? new Fact.Unreadable<>(where, why)
        : NONE;
  }

  private Optional<PciFunction> function(PciAddress address, String directory) {
    Attributes found = new Attributes();
    if (kernel.read(directory + "/uevent") instanceof Fact.Known<String>(String text)) {
      found.parse(text);
    }
    if (!found.complete()) {
      readOneByOne(found, directory);
    }
    if (!found.any()) {
      return Optional.empty();
    }
    return Optional.of(
        new PciFunction(
            address,
            classes.computeIfAbsent(Math.max(found.classCode, 0), PciClass::new),
            id(found.vendor, found.device),
            id(found.subVendor, found.subDevice),
            driver(found.driver),
            anyGroup ? group(directory) : NONE,
            severalNodes ? node(directory) : NONE,
            role(address, directory)));
  }

  /** For a device that is half gone, or a capture without {@code uevent}. */
  private void readOneByOne(Attributes found, String directory) {
    found.classCode = value(found.classCode, directory + "/class");
    found.vendor = value(found.vendor, directory + "/vendor");
    found.device = value(found.device, directory + "/device");
    found.subVendor = value(found.subVendor, directory + "/subsystem_vendor");
    found.subDevice = value(found.subDevice, directory + "/subsystem_device");
    if (found.driver.isEmpty()
        && kernel.exists(directory + "/driver")
        && kernel.link(directory + "/driver") instanceof Fact.Known<String>(String target)) {
      found.driver = SysPath.name(target);
    }
  }

  private int value(int before, String path) {
    return before < 0 && kernel.read(path) instanceof Fact.Known<String>(String text)
        ? SysPath.hex(text, 0, text.length())
        : before;
  }

  private Optional<String> driver(String name) {
    return name.isEmpty() ? Optional.empty() : drivers.computeIfAbsent(name, Optional::of);
  }

  private PciId id(int vendor, int device) {
    if (vendor <= 0 && device <= 0) {
      return NO_ID;
    }
    int high = Math.max(vendor, 0) & 0xffff;
    int low = Math.max(device, 0) & 0xffff;
    return ids.computeIfAbsent(high << 16 | low, key -> new PciId(high, low));
  }

  private SriovRole role(PciAddress address, String directory) {
    SriovRole known = virtual.get(address);
    if (known != null) {
      return known;
    }
    if (!kernel.exists(directory + "/sriov_totalvfs")) {
      return ORDINARY;
    }
    String total = kernel.read(directory + "/sriov_totalvfs").or("");
    return new SriovRole.Physical(
        Math.max(0, SysPath.number(total, 0, total.length())), vfs(address, directory));
  }

  /** The VFs by the number in their links: their addresses are in no order. */
  private List<PciAddress> vfs(PciAddress pf, String directory) {
    SortedMap<Integer, PciAddress> byIndex = new TreeMap<>();
    for (String name : kernel.list(directory).or(List.of())) {
      int index = SysPath.numberAfter("virtfn", name);
      if (index < 0) {
        continue;
      }
      Optional<PciAddress> vf =
          SysPath.address(SysPath.name(kernel.link(directory + "/" + name).or("")));
      if (vf.isPresent()) {
        byIndex.put(index, vf.get());
        virtual.put(vf.get(), new SriovRole.Virtual(pf, index));
      }
    }
    return List.copyOf(byIndex.values());
  }

  private boolean severalNodes() {
    int count = 0;
    for (String name : kernel.list("sys/devices/system/node").or(List.of())) {
      if (SysPath.numberAfter("node", name) >= 0) {
        count++;
      }
    }
    return count > 1;
  }

  /** The firmware that does not say makes it -1. */
  private Fact<Integer> node(String directory) {
    if (!(kernel.read(directory + "/numa_node") instanceof Fact.Known<String>(String text))) {
      return NONE;
    }
    int number = SysPath.number(text, 0, text.length());
    return number < 0 ? NONE : shared(number);
  }

  /** Small numbers recur: nodes, and the groups of functions that cannot be kept apart. */
  private Fact<Integer> shared(int number) {
    if (number > 0xff) {
      return Fact.known(number);
    }
    while (numbers.size() <= number) {
      numbers.add(Fact.known(numbers.size()));
    }
    return numbers.get(number);
  }

  private static PciFunction withRole(PciFunction function, SriovRole role) {
    return new PciFunction(
        function.address(),
        function.pciClass(),
        function.id(),
        function.subsystem(),
        function.driver(),
        function.group(),
        function.numaNode(),
        role);
  }

  /** What {@code uevent} says (kernel: {@code drivers/pci/pci-driver.c}, {@code pci_uevent}). */
  private static final class Attributes {
    private String driver = "";
    private int classCode = -1;
    private int vendor = -1;
    private int device = -1;
    private int subVendor = -1;
    private int subDevice = -1;

    void parse(String text) {
      int start = 0;
      while (start < text.length()) {
        int end = text.indexOf('\n', start);
        end = end < 0 ? text.length() : end;
        if (text.startsWith("DRIVER=", start)) {
          driver = text.substring(start + 7, end);
        } else if (text.startsWith("PCI_CLASS=", start)) {
          classCode = SysPath.hex(text, start + 10, end);
        } else if (text.startsWith("PCI_ID=", start)) {
          int colon = text.indexOf(':', start);
          vendor = SysPath.hex(text, start + 7, colon);
          device = SysPath.hex(text, colon + 1, end);
        } else if (text.startsWith("PCI_SUBSYS_ID=", start)) {
          int colon = text.indexOf(':', start);
          subVendor = SysPath.hex(text, start + 14, colon);
          subDevice = SysPath.hex(text, colon + 1, end);
        }
        start = end + 1;
      }
    }

    boolean complete() {
      return classCode >= 0 && vendor >= 0 && device >= 0;
    }

    boolean any() {
      return classCode >= 0 || vendor >= 0;
    }
  }
}
