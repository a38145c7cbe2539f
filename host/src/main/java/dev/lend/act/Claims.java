package dev.lend.act;

import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.VfioHolder;
import dev.lend.sysfs.Kernel;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.KernelRefusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Has the VFIO groups of functions to itself while something is done to them. While a guest has a
 * function open, unbinding it would block, and QEMU would pull it from the guest (kernel: {@code
 * drivers/vfio/vfio_main.c}, vfio_unregister_group_dev).
 */
final class Claims {
  /** Nothing has to be kept. */
  static final Kernel.Claim NOTHING = () -> {};

  private static final Duration RELEASE = Duration.ofSeconds(15);
  private static final String DEVICES = "sys/bus/pci/devices/";

  private final Kernel kernel;
  private final HostView host;
  private final Patience patience;

  Claims(Kernel kernel, HostView host, Patience patience) {
    this.kernel = kernel;
    this.host = host;
    this.patience = patience;
  }

  /** The group of a function, where the driver that it shall leave is one of VFIO. */
  Kernel.Claim from(String driver, PciAddress address) throws StepFailure {
    Optional<Integer> group = driver.contains("vfio") ? group(kernel, address) : Optional.empty();
    return group.isPresent() ? of(address, group.get()) : NOTHING;
  }

  /**
   * A group, once nobody has it any more.
   *
   * @throws StepFailure somebody does not let go of it
   */
  Kernel.Claim of(PciAddress address, int group) throws StepFailure {
    List<Kernel.Claim> claimed = new ArrayList<>();
    if (!patience.until(() -> claimed(group, claimed), RELEASE)) {
      List<VfioHolder> holders = host.holders(group);
      String who =
          holders.isEmpty()
              ? "a process that cannot be seen from here"
              : holders.getFirst().describe();
      throw new StepFailure(
          address
              + " is still held by "
              + who
              + ": stop it, or have it let the device go, then try again.");
    }
    return claimed.getFirst();
  }

  private boolean claimed(int group, List<Kernel.Claim> into) {
    try {
      into.add(kernel.claim(group));
    } catch (KernelRefusal refusal) {
      if (refusal.reason() == KernelRefusal.Reason.EBUSY || !host.holders(group).isEmpty()) {
        return false;
      }
      // The group has no file, or not this one: then processes are all there is to see.
      into.add(NOTHING);
    }
    return true;
  }

  /** The IOMMU group of a function, if it is in one. */
  static Optional<Integer> group(KernelReader kernel, PciAddress address) {
    Fact<String> link = kernel.link(DEVICES + address + "/iommu_group");
    try {
      return link.asOptional().map(target -> Integer.valueOf(lastName(target)));
    } catch (NumberFormatException noNumber) {
      return Optional.empty();
    }
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
