package dev.lend.sysfs;

import dev.lend.model.PciId;
import dev.lend.sysfs.KernelRefusal.Reason;
import dev.lend.sysfs.SimState.Pending;
import dev.lend.sysfs.SimTree.Access;
import dev.lend.sysfs.SimTree.Hook;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Binds drivers to functions and takes them off (kernel: {@code drivers/base/bus.c}, {@code
 * drivers/base/dd.c}, {@code drivers/pci/pci-driver.c}).
 */
final class SimBus {
  static final String DRIVERS = "sys/bus/pci/drivers/";

  private final SimState state;
  private final SimTree tree;
  private final SimFunctions functions;
  private final SimVfio vfio;
  private final SimEffects effects;
  private final SimSriov sriov;

  SimBus(SimState state) {
    this.state = state;
    tree = state.tree;
    functions = new SimFunctions(state);
    vfio = new SimVfio(state);
    effects = new SimEffects(state, vfio);
    sriov = new SimSriov(state, this, functions);
  }

  SimVfio vfio() {
    return vfio;
  }

  SimSriov sriov() {
    return sriov;
  }

  SimFunctions functions() {
    return functions;
  }

  /** A driver registers with the bus and takes every free function that it matches. */
  void register(SimDriver driver) {
    state.drivers.put(driver.name(), driver);
    String dir = DRIVERS + driver.name() + "/";
    tree.attribute(dir + "bind", "", Access.WRITE, Hook.BIND, driver.name());
    tree.attribute(dir + "unbind", "", Access.WRITE, Hook.UNBIND, driver.name());
    tree.attribute(dir + "new_id", "", Access.WRITE, Hook.NEW_ID, driver.name());
    tree.dir("sys/module/" + driver.module());
    tree.link(dir + "module", "sys/module/" + driver.module());
    offerAll(driver);
  }

  private void offerAll(SimDriver driver) {
    for (SimDevice device : new ArrayList<>(state.devices.values())) {
      if (device.driver.isEmpty() && driver.matches(device)) {
        try {
          attach(driver, device);
        } catch (Errno refused) {
          continue;
        }
      }
    }
  }

  /** {@code bind_store}: ENODEV where the driver does not match, EBUSY where one is bound. */
  void bind(String name, String text) throws Errno {
    SimDevice device = state.named(text);
    SimDriver driver = driver(name);
    if (!driver.matches(device)) {
      throw new Errno(Reason.ENODEV);
    }
    notLocked(device);
    if (device.driver.isPresent()) {
      throw new Errno(Reason.EBUSY);
    }
    attach(driver, device);
  }

  private SimDriver driver(String name) throws Errno {
    SimDriver driver = state.drivers.get(name);
    if (driver == null) {
      throw new Errno(Reason.ENODEV);
    }
    return driver;
  }

  /** {@code unbind_store}: ENODEV where another driver, or none, has the device. */
  void unbind(String name, String text) throws Errno {
    SimDevice device = state.named(text);
    if (!device.boundTo(name)) {
      throw new Errno(Reason.ENODEV);
    }
    notLocked(device);
    detach(device);
  }

  /**
   * {@code drivers_probe_store}: no error where no driver takes the device, nor where a driver's
   * probe fails, since {@code really_probe} makes only other errors negative; those become EINVAL.
   */
  void probe(String text) throws Errno {
    probe(state.named(text));
  }

  /** Offers a device to every driver ({@code device_attach}). */
  void probe(SimDevice device) throws Errno {
    if (device.driver.isPresent()) {
      return;
    }
    notLocked(device);
    for (SimDriver driver : state.drivers.values()) {
      if (driver.matches(device)) {
        try {
          attach(driver, device);
          return;
        } catch (Errno refused) {
          if (refused.beforeProbe) {
            throw new Errno(Reason.EINVAL);
          }
          continue;
        }
      }
    }
  }

  /** {@code new_id_store}: EEXIST where the driver matches such devices already. */
  void newId(String name, String text) throws Errno {
    String[] fields = text.strip().split("[ \t]+", -1);
    if (fields.length < 2) {
      throw new Errno(Reason.EINVAL);
    }
    PciId id;
    try {
      id = new PciId(hex(fields[0]), hex(fields[1]));
    } catch (NumberFormatException notHex) {
      throw new Errno(Reason.EINVAL);
    }
    SimDriver driver = driver(name);
    if (driver.ids().contains(id) || driver.dynamicIds().contains(id)) {
      throw new Errno(Reason.EEXIST);
    }
    SimDriver wider = driver.withDynamicId(id);
    state.drivers.put(name, wider);
    offerAll(wider);
  }

  private static int hex(String field) {
    return Integer.parseInt(field.startsWith("0x") ? field.substring(2) : field, 16);
  }

  /** {@code driver_set_override}: text up to the first NUL or line end; nothing clears it. */
  void override(String address, String text) throws Errno {
    SimDevice device = state.named(address);
    if (text.length() >= 4095) {
      throw new Errno(Reason.EINVAL);
    }
    if (state.overrideLocks) {
      notLocked(device);
    }
    int end = 0;
    while (end < text.length() && text.charAt(end) != '\0' && text.charAt(end) != '\n') {
      end++;
    }
    device.override = end == 0 ? Optional.empty() : Optional.of(text.substring(0, end));
    tree.text(device.dir + "/driver_override", device.override.orElse("(null)") + "\n");
  }

  /** Blocks where another write holds the device lock. */
  static void notLocked(SimDevice device) throws Errno {
    if (device.locked) {
      throw Errno.blocked();
    }
  }

  /**
   * {@code really_probe} with {@code pci_device_probe}; the driver matches and the device is free.
   */
  void attach(SimDriver driver, SimDevice device) throws Errno {
    if (device.pf.isPresent()
        && device.override.isEmpty()
        && !state.named(device.pf.get()).autoprobe) {
      // drivers/pci/pci-driver.c, pci_device_can_probe
      throw new Errno(Reason.ENODEV);
    }
    Reason refusal =
        state.probeRefusals.get(new SimState.ProbeRefusal(driver.name(), device.address()));
    if (refusal != null) {
      throw new Errno(refusal);
    }
    if (device.silent && !driver.isVfio()) {
      // pci_power_up: "Unable to change power state from D3cold to D0, device inaccessible".
      throw new Errno(Reason.ENODEV);
    }
    if (!driver.isVfio() && !new SimNvme(state).answers(device)) {
      // drivers/nvme/host/pci.c, nvme_pci_enable: the registers of what is offline read as zeros.
      throw new Errno(Reason.ENODEV);
    }
    if (driver.isVfio()) {
      vfioProbe(device);
    } else if (!driver.managesDma() && vfio.holderOfGroup(device.group).isPresent()) {
      // drivers/iommu/iommu.c, iommu_device_use_default_domain, by way of dma_configure
      throw Errno.beforeProbe(Reason.EBUSY);
    } else if (!driver.knows(device.spec)) {
      throw new Errno(Reason.ENODEV);
    }
    device.driver = Optional.of(driver.name());
    tree.link(device.dir + "/driver", DRIVERS + driver.name());
    tree.link(DRIVERS + driver.name() + "/" + device.address(), device.dir);
    functions.uevent(device);
    effects.appear(driver, device);
  }

  /** The reasons for which vfio-pci turns a device down ({@code vfio_pci_core_register_device}). */
  private void vfioProbe(SimDevice device) throws Errno {
    if (device.spec.type1() || device.group < 0) {
      throw new Errno(Reason.EINVAL);
    }
    if (device.vfs > 0) {
      throw new Errno(Reason.EBUSY);
    }
  }

  /**
   * {@code device_release_driver}. The links go first ({@code driver_sysfs_remove}), then the
   * driver's remove runs, which may block.
   */
  void detach(SimDevice device) throws Errno {
    SimDriver driver = state.driverOf(device).orElse(null);
    if (driver == null) {
      return;
    }
    notLocked(device);
    tree.remove(device.dir + "/driver");
    tree.remove(DRIVERS + driver.name() + "/" + device.address());
    if (device.vfs > 0) {
      // The removes of igb, ixgbe and mlx5_core take their VFs away.
      blocking(device, new Pending.Release(device.address()), () -> sriov.disable(device));
    }
    if (driver.isVfio()) {
      blocking(device, new Pending.Release(device.address()), () -> vfioRemove(device));
    }
    effects.disappear(driver, device);
    device.driver = Optional.empty();
    device.asBooted = device.asBooted && driver.isVfio();
    functions.uevent(device);
    if (driver.isVfio()) {
      vfio.unregistered(device);
    }
    if (device.spec.sriov().isPresent()) {
      tree.text(device.dir + "/sriov_totalvfs", device.totalVfs(false) + "\n");
    }
  }

  /** {@code vfio_unregister_group_dev} waits for the last user, after asking for the device. */
  private void vfioRemove(SimDevice device) throws Errno {
    SimState.Holder holder = vfio.holderOf(device.address()).orElse(null);
    if (holder == null) {
      return;
    }
    if (!holder.yields()) {
      throw Errno.blocked();
    }
    vfio.close(holder.pid(), device.address());
  }

  /** A part of the kernel's work that may block. */
  interface Work {
    void run() throws Errno;
  }

  /** Does work under the device lock; where it blocks, the lock stays and the work is kept. */
  void blocking(SimDevice device, Pending rest, Work work) throws Errno {
    try {
      work.run();
    } catch (Errno blocked) {
      if (blocked.reason == Reason.TIMEOUT) {
        device.locked = true;
        if (!state.pending.contains(rest)) {
          state.pending.add(rest);
        }
      }
      throw blocked;
    }
  }

  /** Writes 1 to {@code remove}: the driver is taken off and the function goes. */
  void remove(String address) throws Errno {
    SimDevice device = state.named(address);
    notLocked(device);
    blocking(device, new Pending.Remove(address), () -> detach(device));
    functions.remove(device);
    if (device.pf.isEmpty()) {
      state.removed.put(address, device.spec);
    }
  }

  /** {@code rescan}: what was removed is found again, as new. */
  void rescan() {
    List<FunctionSpec> back = new ArrayList<>(state.removed.values());
    state.removed.clear();
    for (FunctionSpec spec : back) {
      SimDevice device = functions.add(spec, Optional.empty(), 0);
      device.asBooted = false;
      try {
        probe(device);
      } catch (Errno leftWithoutADriver) {
        continue;
      }
    }
  }
}
