package dev.lend.sysfs;

import java.util.Optional;

/** A PCI function that the simulated kernel knows now. */
final class SimDevice {
  final FunctionSpec spec;

  /** Its directory under {@code sys/devices}. */
  final String dir;

  final Optional<String> pf;
  final int vfIndex;
  final int group;

  /** The kernel's {@code dev->driver}: it stays until {@code remove} of the driver has returned. */
  Optional<String> driver = Optional.empty();

  Optional<String> override = Optional.empty();
  int vfs;

  /** By number, what the PF's driver holds its VFs to. */
  final java.util.TreeMap<Integer, dev.lend.model.VfSettings> vfSettings =
      new java.util.TreeMap<>();

  boolean autoprobe = true;

  /** True while a write that blocks holds the device lock. */
  boolean locked;

  /** Configuration space where it is not as at boot; never changed in place. */
  byte[] config = {};

  /** True while it does not answer on its bus. */
  boolean silent;

  /** True until its own driver was taken off for the first time. */
  boolean asBooted = true;

  SimDevice(FunctionSpec spec, String dir, Optional<String> pf, int vfIndex, int group) {
    this.spec = spec;
    this.dir = dir;
    this.pf = pf;
    this.vfIndex = vfIndex;
    this.group = group;
  }

  SimDevice copy() {
    SimDevice copy = new SimDevice(spec, dir, pf, vfIndex, group);
    copy.driver = driver;
    copy.override = override;
    copy.vfs = vfs;
    copy.vfSettings.putAll(vfSettings);
    copy.autoprobe = autoprobe;
    copy.locked = locked;
    copy.asBooted = asBooted;
    copy.config = config;
    copy.silent = silent;
    return copy;
  }

  String address() {
    return spec.address();
  }

  boolean boundTo(String name) {
    return driver.isPresent() && driver.get().equals(name);
  }

  /**
   * How many VFs {@code sriov_totalvfs} says: the driver's limit lasts as long as the driver is
   * bound (kernel: {@code drivers/pci/iov.c}, {@code pci_iov_remove}).
   */
  int totalVfs(boolean driverDoesSriov) {
    return spec.sriov().map(s -> driverDoesSriov ? s.usable() : s.total()).orElse(0);
  }
}
