package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.model.Fact;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What both kernels must do alike: the ground for the contracts on binding, VFIO and SR-IOV. Each
 * test leaves the host as it was.
 */
abstract class KernelContract {
  static final String DEVICES = "sys/bus/pci/devices/";
  static final String DRIVERS = "sys/bus/pci/drivers/";
  static final String PROBE = "sys/bus/pci/drivers_probe";
  static final String NOTHING = "\n";

  final Workbench bench = workbench();
  final Kernel kernel = bench.kernel();
  final Workbench.Site site = bench.site();

  abstract Workbench workbench();

  @BeforeEach
  void loadTheDrivers() throws KernelRefusal {
    kernel.loadModule("vfio-pci");
    kernel.loadModule(site.vfDriver());
  }

  @AfterEach
  void putTheHostBack() throws KernelRefusal {
    if (!kernel.read(DEVICES + site.pf() + "/sriov_numvfs").or("0").equals("0")) {
      kernel.write(DEVICES + site.pf() + "/sriov_numvfs", "0");
    }
    kernel.write(DEVICES + site.pf() + "/sriov_drivers_autoprobe", "1");
    kernel.write(DEVICES + site.bridge() + "/driver_override", NOTHING);
    giveBack(site.nic(), site.nicDriver());
    giveBack(site.pf(), site.pfDriver());
    giveBack(site.twin(), site.twinDriver());
    giveBack(site.otherTwin(), site.otherTwinDriver());
  }

  /** Puts a function on vfio-pci in the safe order. */
  final void lend(String address) throws KernelRefusal {
    kernel.write(DEVICES + address + "/driver_override", "vfio-pci");
    release(address);
    kernel.write(PROBE, address);
    assertThat(driver(address)).isEqualTo("vfio-pci");
  }

  /** Puts a function back on its driver. */
  final void giveBack(String address, String driver) throws KernelRefusal {
    kernel.write(DEVICES + address + "/driver_override", NOTHING);
    if (!driver(address).equals(driver)) {
      release(address);
      kernel.write(PROBE, address);
    }
    assertThat(driver(address)).isEqualTo(driver);
  }

  /** Takes the driver off, if there is one. */
  final void release(String address) throws KernelRefusal {
    if (!driver(address).isEmpty()) {
      kernel.write(DEVICES + address + "/driver/unbind", address);
    }
  }

  /** The driver that the link names; empty text where there is none. */
  final String driver(String address) {
    return lastName(kernel.link(DEVICES + address + "/driver").or(""));
  }

  final String group(String address) {
    return lastName(kernel.link(DEVICES + address + "/iommu_group").or(""));
  }

  final String override(String address) {
    return kernel.read(DEVICES + address + "/driver_override").or("unreadable");
  }

  final boolean groupNodeExists(String group) {
    return kernel.exists("dev/vfio/" + group);
  }

  final List<String> members(String group) {
    return kernel.list("sys/kernel/iommu_groups/" + group + "/devices").or(List.of());
  }

  static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The reason why the kernel refuses this write. */
  final Reason refusal(String path, String value) {
    return refusal(kernel, path, value);
  }

  static Reason refusal(Kernel kernel, String path, String value) {
    KernelRefusal refusal =
        catchThrowableOfType(KernelRefusal.class, () -> kernel.write(path, value));
    assertThat(refusal).as("%s > %s must be refused", value, path).isNotNull();
    return refusal.reason();
  }

  static boolean known(Fact<?> fact) {
    return fact instanceof Fact.Known;
  }
}
