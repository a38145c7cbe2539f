package dev.lend.sysfs;

import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import java.util.Optional;

/** Reads how a function is bound: the one place that knows how the kernel says it. */
public final class BindingReader {
  private static final String DEVICES = "sys/bus/pci/devices/";
  private static final String DRIVER = "DRIVER=";

  private final KernelReader kernel;

  /** Reads through {@code kernel}. */
  public BindingReader(KernelReader kernel) {
    this.kernel = kernel;
  }

  /** Driver and override of a function now. */
  public Binding binding(PciAddress address) {
    return new Binding(driver(address), override(address));
  }

  /**
   * The driver that has the function. While an unbind waits in the kernel for a holder, the link is
   * gone already and only {@code uevent} still names the driver (seen on Linux 6.12; kernel: {@code
   * drivers/base/dd.c}, __device_release_driver).
   */
  public Optional<String> driver(PciAddress address) {
    if (kernel.link(DEVICES + address + "/driver") instanceof Fact.Known<String>(String target)) {
      return Optional.of(SysPath.name(target));
    }
    for (String line : kernel.read(DEVICES + address + "/uevent").or("").split("\n", -1)) {
      if (line.startsWith(DRIVER)) {
        return Optional.of(line.substring(DRIVER.length()));
      }
    }
    return Optional.empty();
  }

  /**
   * True while a driver is being taken off the function: the link is gone, and {@code uevent} still
   * names it. Whoever does that has the device lock, and some kernels take that to show an override
   * too (kernel: {@code drivers/pci/pci-sysfs.c}, driver_override_show).
   */
  public boolean leaves(PciAddress address) {
    return kernel.link(DEVICES + address + "/driver") instanceof Fact.Absent<String>
        && driver(address).isPresent();
  }

  /**
   * The override, where one is set; without one the kernel prints "(null)" (kernel: {@code
   * drivers/pci/pci-sysfs.c}, driver_override_show). Not read while a driver is being taken off.
   */
  public Optional<String> override(PciAddress address) {
    if (leaves(address)) {
      return Optional.empty();
    }
    return kernel
        .read(DEVICES + address + "/driver_override")
        .asOptional()
        .filter(text -> !text.isEmpty() && !text.equals("(null)"));
  }
}
