package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What several readiness checks need, read once. */
final class HostFacts {
  /** Makers: they decide what things are called and how they are turned on. */
  enum Vendor {
    INTEL,
    AMD,
    ARM,
    OTHER
  }

  static final String CPU_INFO = "proc/cpuinfo";

  final KernelReader kernel;

  /**
   * Whose IOMMU it is: told by the firmware's table, else by the processor. A virtual machine may
   * have one maker's processor and the other's IOMMU.
   */
  final Vendor vendor;

  /** What {@code /proc/cpuinfo} says. */
  final Fact<String> cpuInfo;

  final Set<String> cpuFlags;

  /** Intel's line {@code vmx flags} (since kernel 5.6); older kernels put them among the flags. */
  final Set<String> vmxFlags;

  /** The words of the kernel command line. */
  final List<String> commandLine;

  final boolean virtualMachine;
  final List<String> acpiTables;
  final List<String> iommus;
  final List<Integer> groups;

  HostFacts(KernelReader kernel) {
    this.kernel = kernel;
    cpuInfo = kernel.read(CPU_INFO);
    Map<String, String> cpu = firstProcessor(cpuInfo.or(""));
    cpuFlags = Set.copyOf(unique(cpu.getOrDefault("flags", "")));
    vmxFlags = Set.copyOf(unique(cpu.getOrDefault("vmx flags", "")));
    commandLine = Facts.words(kernel.read("proc/cmdline").or(""));
    virtualMachine = cpuFlags.contains("hypervisor") || saysVirtual(kernel);
    acpiTables = kernel.list("sys/firmware/acpi/tables").or(List.of());
    vendor =
        acpiTables.contains("DMAR")
            ? Vendor.INTEL
            : acpiTables.contains("IVRS") ? Vendor.AMD : vendor(cpu);
    iommus = Facts.names(kernel, "sys/class/iommu");
    groups = Facts.numbers(kernel, "sys/kernel/iommu_groups");
  }

  /** True where the IOMMU translates: the kernel has put devices into groups. */
  boolean iommuOn() {
    return !groups.isEmpty() && !(iommus.isEmpty() && unsafeNoIommu());
  }

  /** Groups of VFIO's no-IOMMU mode look like groups and protect nothing. */
  boolean unsafeNoIommu() {
    return "Y".equals(kernel.read("sys/module/vfio/parameters/enable_unsafe_noiommu_mode").or(""));
  }

  /** What the maker calls its IOMMU. */
  String iommuName() {
    return switch (vendor) {
      case INTEL -> "Intel VT-d";
      case AMD -> "AMD-Vi";
      case ARM -> "SMMU";
      case OTHER -> "IOMMU";
    };
  }

  /** The ACPI table that describes the IOMMU, as the firmware names it for this processor. */
  String iommuTable() {
    return switch (vendor) {
      case INTEL, OTHER -> "DMAR";
      case AMD -> "IVRS";
      case ARM -> "IORT";
    };
  }

  /**
   * False where the processor's file is not there or cannot be read: then no flag means nothing.
   */
  boolean cpuKnown() {
    return cpuInfo instanceof Fact.Known<String>;
  }

  boolean commandLineHas(String word) {
    return commandLine.contains(word);
  }

  /** The value of a word {@code name=value} lists {@code part} among its comma-separated ones. */
  boolean commandLineHas(String name, String part) {
    for (String word : commandLine) {
      if (word.startsWith(name + "=")
          && List.of(word.substring(name.length() + 1).split(",")).contains(part)) {
        return true;
      }
    }
    return false;
  }

  String release() {
    return kernel.read("proc/sys/kernel/osrelease").or("").strip();
  }

  private static Map<String, String> firstProcessor(String text) {
    Map<String, String> fields = new HashMap<>();
    int at = 0;
    while (at < text.length()) {
      int end = text.indexOf('\n', at);
      end = end < 0 ? text.length() : end;
      int colon = text.indexOf(':', at);
      if (colon > at && colon < end) {
        fields.putIfAbsent(
            text.substring(at, colon).strip(), text.substring(colon + 1, end).strip());
      } else if (!fields.isEmpty()) {
        break;
      }
      at = end + 1;
    }
    return fields;
  }

  private static Vendor vendor(Map<String, String> cpu) {
    return switch (cpu.getOrDefault("vendor_id", "")) {
      case "GenuineIntel", "CentaurHauls", "Shanghai" -> Vendor.INTEL;
      case "AuthenticAMD", "HygonGenuine" -> Vendor.AMD;
      default -> cpu.containsKey("CPU implementer") ? Vendor.ARM : Vendor.OTHER;
    };
  }

  private static boolean saysVirtual(KernelReader kernel) {
    if (kernel.exists("sys/hypervisor/type")) {
      return true;
    }
    String maker = kernel.read("sys/class/dmi/id/sys_vendor").or("");
    return maker.equals("QEMU") || maker.startsWith("VMware");
  }

  private static Set<String> unique(String words) {
    return new java.util.HashSet<>(Facts.words(words));
  }

  /** A line of evidence: the file and what it says. */
  static String says(String path, Fact<String> fact) {
    // No switch over types: Java would put it together at each start.
    if (fact instanceof Fact.Unreadable<String>(String where, String why)) {
      return "/" + where + ": " + why;
    }
    return fact.asOptional()
        .map(text -> "/" + path + ": " + text)
        .orElse("/" + path + " is not there");
  }

  /** Where a module of the running kernel lies, or that it is built in. */
  Optional<String> module(String file) {
    String base = "lib/modules/" + release() + "/";
    for (String packed : List.of("", ".xz", ".zst", ".gz")) {
      if (kernel.exists(base + file + packed)) {
        return Optional.of("/" + base + file + packed);
      }
    }
    if (kernel.read(base + "modules.builtin").or("").contains(file)) {
      return Optional.of("/" + base + "modules.builtin: " + file);
    }
    return Optional.empty();
  }
}
