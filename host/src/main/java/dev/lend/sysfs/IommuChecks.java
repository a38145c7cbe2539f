package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the IOMMU is on, in the firmware and in the kernel. What the kernel did is the evidence:
 * groups and units in sysfs. The command line only decides what to advise, for {@code
 * intel_iommu=on} proves nothing on a machine whose firmware has it off, and AMD's needs no word.
 */
final class IommuChecks {
  private static final String UNSAFE =
      "sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts";

  private final HostFacts host;
  private final BootAdvice boot;

  IommuChecks(HostFacts host, BootAdvice boot) {
    this.host = host;
    this.boot = boot;
  }

  List<Finding> all() {
    return List.of(firmware(), kernel(), interruptRemapping());
  }

  private boolean offered() {
    return host.iommuOn()
        || host.acpiTables.contains(host.iommuTable())
        || host.acpiTables.contains("VIOT")
        || !host.iommus.isEmpty();
  }

  private Finding firmware() {
    String id = "iommu-firmware";
    String table = "/sys/firmware/acpi/tables/" + host.iommuTable();
    if (host.acpiTables.contains(host.iommuTable())) {
      return Finding.of(
          id, Severity.OK, "the firmware offers an IOMMU (" + host.iommuName() + ")", table);
    }
    if (offered()) {
      return Finding.of(
          id,
          Severity.OK,
          "an IOMMU is there",
          host.iommuOn()
              ? "/sys/kernel/iommu_groups: " + Sizes.count(host.groups.size(), "group", "groups")
              : host.acpiTables.contains("VIOT")
                  ? "/sys/firmware/acpi/tables/VIOT"
                  : "/sys/class/iommu: " + String.join(", ", host.iommus));
    }
    List<String> evidence =
        List.of(
            host.acpiTables.isEmpty()
                ? "/sys/firmware/acpi/tables is not there, and no groups are either"
                : "/sys/firmware/acpi/tables has none of DMAR, IVRS, IORT, VIOT");
    if (host.virtualMachine) {
      return Finding.of(id, Severity.BLOCKER, "this virtual machine has no IOMMU")
          .because(evidence)
          .with(
              new Remedy(
                  List.of(
                      "shut it down and give it an IOMMU where it is defined; with QEMU: -machine"
                          + " q35,kernel-irqchip=split -device intel-iommu,intremap=on (or -device"
                          + " virtio-iommu-pci); with libvirt: <iommu model='intel'><driver"
                          + " intremap='on'/></iommu>"),
                  false));
    }
    return Finding.of(
            id,
            Severity.BLOCKER,
            "the firmware offers no IOMMU: "
                + host.iommuName()
                + " is off, or the machine has none")
        .because(evidence)
        .with(new Remedy(List.of(firmwareSetting()), true));
  }

  private String firmwareSetting() {
    return switch (host.vendor) {
      case INTEL ->
          "turn it on in the firmware setup; the usual names are Intel VT-d, VT for Directed I/O,"
              + " IOMMU (and for SR-IOV cards: SR-IOV Support, Above 4G Decoding)";
      case AMD ->
          "turn it on in the firmware setup; the usual names are IOMMU, AMD IOMMU, NBIO IOMMU"
              + " (and for SR-IOV cards: SR-IOV Support, Above 4G Decoding)";
      case ARM, OTHER ->
          "turn it on in the firmware setup, where it may be called SMMU or IOMMU, or boot with a"
              + " device tree that describes it";
    };
  }

  private Finding kernel() {
    String id = "iommu-kernel";
    if (host.iommuOn()) {
      List<String> evidence = new ArrayList<>();
      evidence.add(
          "/sys/kernel/iommu_groups: " + Sizes.count(host.groups.size(), "group", "groups"));
      if (!host.iommus.isEmpty()) {
        evidence.add("/sys/class/iommu: " + String.join(", ", host.iommus));
      }
      if (host.commandLineHas("iommu=pt") || host.commandLineHas("iommu.passthrough=1")) {
        evidence.add(
            "/proc/cmdline: pass-through mode, faster for the host and as safe for guests");
      }
      return Finding.of(id, Severity.OK, "the kernel uses the IOMMU").because(evidence);
    }
    if (!host.groups.isEmpty()) {
      return Finding.of(
              id,
              Severity.BLOCKER,
              "VFIO's no-IOMMU mode is on and there is no IOMMU: a guest could write to all memory",
              "/sys/module/vfio/parameters/enable_unsafe_noiommu_mode: Y",
              "/sys/class/iommu is empty")
          .with(
              Remedy.now(
                  "echo N | sudo tee /sys/module/vfio/parameters/enable_unsafe_noiommu_mode"));
    }
    if (!offered()) {
      return Finding.of(
          id,
          Severity.NOT_APPLICABLE,
          "nothing for the kernel to use until there is an IOMMU",
          "/sys/kernel/iommu_groups is empty");
    }
    List<String> evidence = new ArrayList<>();
    evidence.add("/sys/kernel/iommu_groups is empty");
    evidence.add(
        host.iommus.isEmpty()
            ? "/sys/class/iommu is empty"
            : "/sys/class/iommu: " + String.join(", ", host.iommus));
    Optional<String> off = wordThatTurnsOff();
    off.ifPresent(word -> evidence.add("/proc/cmdline: " + word));
    return Finding.of(id, Severity.BLOCKER, "the kernel does not use the IOMMU")
        .because(evidence)
        .with(kernelRemedy(off));
  }

  private Optional<String> wordThatTurnsOff() {
    for (String word : host.commandLine) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      boolean iommu =
          name.equals("iommu")
              || host.vendor == HostFacts.Vendor.INTEL && name.equals("intel_iommu")
              || host.vendor == HostFacts.Vendor.AMD && name.equals("amd_iommu");
      if (iommu && host.commandLineHas(name, "off")) {
        return Optional.of(word);
      }
    }
    return Optional.empty();
  }

  private Remedy kernelRemedy(Optional<String> off) {
    if (off.isPresent()) {
      return boot.remove(off.get());
    }
    if (host.vendor == HostFacts.Vendor.INTEL && !host.commandLineHas("intel_iommu", "on")) {
      return boot.add("intel_iommu=on");
    }
    return new Remedy(
        List.of(
            "look for the reason in the kernel's log: journalctl -k -b | grep -i -e dmar -e iommu",
            "use a kernel built with "
                + switch (host.vendor) {
                  case INTEL -> "CONFIG_INTEL_IOMMU";
                  case AMD -> "CONFIG_AMD_IOMMU";
                  case ARM -> "CONFIG_ARM_SMMU and CONFIG_ARM_SMMU_V3";
                  case OTHER -> "this machine's IOMMU driver";
                }),
        true);
  }

  /**
   * Whether a device's interrupts are checked. Without it VFIO refuses: a guest could raise any
   * interrupt of the host (kernel: {@code drivers/vfio/vfio_iommu_type1.c}, "No interrupt remapping
   * support"). On x86 the names in {@code /proc/interrupts} tell: a remapped interrupt's chip is
   * called {@code IR-IO-APIC} or {@code IR-PCI-MSI...} (kernel: {@code
   * arch/x86/kernel/apic/io_apic.c}, {@code arch/x86/kernel/apic/msi.c}). What Intel's hardware can
   * do is in bit 3 of its extended capability register (VT-d specification, "Extended Capability
   * Register", IR).
   */
  Finding interruptRemapping() {
    String id = "interrupt-remapping";
    if (!host.iommuOn()) {
      return Finding.of(id, Severity.NOT_APPLICABLE, "interrupt remapping comes with the IOMMU");
    }
    if (host.vendor == HostFacts.Vendor.ARM || host.vendor == HostFacts.Vendor.OTHER) {
      return Finding.of(
          id, Severity.NOT_APPLICABLE, "this architecture isolates interrupts on its own");
    }
    Fact<String> interrupts = host.kernel.read("proc/interrupts");
    if (!(interrupts instanceof Fact.Known<String>(String text))) {
      return Finding.of(
          id,
          Severity.UNKNOWN,
          "it could not be read whether interrupts are remapped",
          HostFacts.says("proc/interrupts", interrupts));
    }
    Optional<String> chip = remappedChip(text);
    if (chip.isPresent()) {
      return Finding.of(
          id, Severity.OK, "interrupts are remapped", "/proc/interrupts: " + chip.get());
    }
    List<String> evidence = new ArrayList<>();
    evidence.add("/proc/interrupts names no interrupt IR-...");
    hardware().ifPresent(evidence::add);
    if ("Y".equals(host.kernel.read(UNSAFE).or(""))) {
      evidence.add("/" + UNSAFE + ": Y");
      return Finding.of(
              id, Severity.WARNING, "interrupts are not remapped, and VFIO was told to go without")
          .because(evidence)
          .with(remappingRemedy());
    }
    return Finding.of(id, Severity.BLOCKER, "interrupts are not remapped, so VFIO refuses devices")
        .because(evidence)
        .with(remappingRemedy());
  }

  private Remedy remappingRemedy() {
    for (String word : List.of("nointremap", "intremap=off", "noapic", "nolapic")) {
      if (host.commandLineHas(word)) {
        return boot.remove(word);
      }
    }
    if (host.virtualMachine) {
      return new Remedy(
          List.of(
              "give the virtual machine's IOMMU interrupt remapping: QEMU -machine"
                  + " kernel-irqchip=split -device intel-iommu,intremap=on"),
          true);
    }
    return new Remedy(
        List.of(
            "turn on interrupt remapping (x2APIC) in the firmware setup, or update the firmware",
            "only where every guest is trusted: echo options vfio_iommu_type1"
                + " allow_unsafe_interrupts=1 | sudo tee /etc/modprobe.d/lend-unsafe.conf"),
        true);
  }

  private Optional<String> hardware() {
    for (String iommu : host.iommus) {
      String path = "sys/class/iommu/" + iommu + "/intel-iommu/ecap";
      if (host.kernel.read(path) instanceof Fact.Known<String>(String text)) {
        boolean able = (Facts.hex(text).orElse(0L) & 0x8) != 0;
        return Optional.of("/" + path + ": the hardware " + (able ? "could" : "cannot"));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> remappedChip(String interrupts) {
    int at = interrupts.indexOf(" IR-");
    if (at < 0) {
      at = interrupts.indexOf(" HYPERV-IR");
    }
    if (at < 0) {
      return Optional.empty();
    }
    int end = at + 1;
    while (end < interrupts.length() && interrupts.charAt(end) > ' ') {
      end++;
    }
    return Optional.of(interrupts.substring(at + 1, end));
  }
}
