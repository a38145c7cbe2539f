package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import java.util.List;
import java.util.Optional;

/** Whether the kernel can hand devices to user space: vfio-pci and what lies below it. */
final class VfioChecks {
  private final HostFacts host;

  VfioChecks(HostFacts host) {
    this.host = host;
  }

  List<Finding> all() {
    return List.of(driver(), backend(), lockdown());
  }

  private Finding driver() {
    String id = "vfio-pci";
    if (host.kernel.exists("sys/bus/pci/drivers/vfio-pci")) {
      return Finding.of(id, Severity.OK, "vfio-pci is loaded", "/sys/bus/pci/drivers/vfio-pci");
    }
    Optional<String> file = host.module("kernel/drivers/vfio/pci/vfio-pci.ko");
    if (file.isPresent()) {
      return Finding.of(
          id, Severity.OK, "vfio-pci is there; Lend loads it when it is needed", file.get());
    }
    String modules = "lib/modules/" + host.release();
    if (!host.kernel.exists(modules)) {
      return Finding.of(
              id,
              Severity.BLOCKER,
              "this kernel has no vfio-pci, and its modules are not installed",
              "/sys/bus/pci/drivers/vfio-pci is not there",
              "/" + modules + " is not there")
          .with(
              new Remedy(
                  List.of(
                      "install the modules of the running kernel, or boot a kernel that has"
                          + " CONFIG_VFIO_PCI"),
                  true));
    }
    return Finding.of(
            id,
            Severity.BLOCKER,
            "this kernel has no vfio-pci",
            "/sys/bus/pci/drivers/vfio-pci is not there",
            "/" + modules + " has no vfio-pci.ko")
        .with(
            Remedy.now(
                "install the distribution's extra modules of this kernel (on Ubuntu:"
                    + " linux-modules-extra-"
                    + host.release()
                    + ")"));
  }

  private Finding backend() {
    String id = "vfio-iommu";
    if (host.kernel.exists("sys/module/vfio_iommu_type1")) {
      return Finding.of(
          id, Severity.OK, "vfio_iommu_type1 is loaded", "/sys/module/vfio_iommu_type1");
    }
    if (host.kernel.exists("dev/iommu")) {
      return Finding.of(id, Severity.OK, "iommufd is there", "/dev/iommu");
    }
    Optional<String> file = host.module("kernel/drivers/vfio/vfio_iommu_type1.ko");
    if (file.isEmpty()) {
      file = host.module("kernel/drivers/iommu/iommufd/iommufd.ko");
    }
    if (file.isPresent()) {
      return Finding.of(
          id, Severity.OK, "VFIO's IOMMU driver is there and loads with it", file.get());
    }
    if (driver().severity() == Severity.BLOCKER) {
      return Finding.of(
          id, Severity.NOT_APPLICABLE, "VFIO's IOMMU driver comes with the same modules");
    }
    return Finding.of(
            id,
            Severity.BLOCKER,
            "this kernel has neither vfio_iommu_type1 nor iommufd",
            "neither is under /lib/modules/" + host.release())
        .with(
            new Remedy(
                List.of("boot a kernel with CONFIG_VFIO_IOMMU_TYPE1 or CONFIG_IOMMUFD"), true));
  }

  /**
   * Lockdown forbids writing to configuration space and BARs through sysfs, not VFIO (kernel:
   * {@code security/lockdown}, LOCKDOWN_PCI_ACCESS in {@code drivers/pci/pci-sysfs.c}).
   */
  private Finding lockdown() {
    String id = "lockdown";
    String path = "sys/kernel/security/lockdown";
    Fact<String> fact = host.kernel.read(path);
    if (fact instanceof Fact.Unreadable<String>) {
      return Finding.of(
          id,
          Severity.UNKNOWN,
          "it could not be read whether the kernel is locked down",
          HostFacts.says(path, fact));
    }
    if (fact.or("[none]").contains("[none]")) {
      return Finding.of(
          id, Severity.OK, "the kernel is not locked down", HostFacts.says(path, fact));
    }
    return Finding.of(
        id,
        Severity.NOTE,
        "the kernel is locked down: lending works, tools that write to configuration space do not",
        HostFacts.says(path, fact));
  }
}
