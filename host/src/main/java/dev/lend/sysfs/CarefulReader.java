package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a host without what would hang while a write holds a function up: the attributes whose
 * {@code show} takes the device lock, and configuration space, which waits for a reset to end
 * (kernel: {@code drivers/pci/access.c}, pci_wait_cfg).
 */
public final class CarefulReader implements KernelReader {
  private static final String DEVICES = "sys/bus/pci/devices/";
  private static final Set<String> HANG =
      Set.of("config", "vpd", "driver_override", "sriov_numvfs", "sriov_vf_total_msix");

  private final KernelReader kernel;
  private final Set<PciAddress> heldUp;

  /**
   * @param heldUp the functions to be careful with
   */
  public CarefulReader(KernelReader kernel, Set<PciAddress> heldUp) {
    this.kernel = kernel;
    this.heldUp = Set.copyOf(heldUp);
  }

  private boolean hangs(String path) {
    int slash = path.lastIndexOf('/');
    if (!path.startsWith(DEVICES) || slash < DEVICES.length()) {
      return false;
    }
    Optional<PciAddress> address = SysPath.address(path.substring(DEVICES.length(), slash));
    return address.map(heldUp::contains).orElse(false) && HANG.contains(path.substring(slash + 1));
  }

  private static <T> Fact<T> heldUp(String path) {
    return new Fact.Unreadable<>(path, "a write that the kernel has not answered holds it up");
  }

  @Override
  public Fact<String> read(String path) {
    return hangs(path) ? heldUp(path) : kernel.read(path);
  }

  @Override
  public Fact<byte[]> bytes(String path) {
    return hangs(path) ? heldUp(path) : kernel.bytes(path);
  }

  @Override
  public Fact<List<String>> list(String path) {
    return kernel.list(path);
  }

  @Override
  public Fact<String> link(String path) {
    return kernel.link(path);
  }

  @Override
  public Fact<String> deviceNumber(String path) {
    return kernel.deviceNumber(path);
  }

  @Override
  public Fact<String> resolve(String path) {
    return kernel.resolve(path);
  }

  @Override
  public boolean exists(String path) {
    return kernel.exists(path);
  }

  @Override
  public Fact<List<String>> log() {
    return kernel.log();
  }
}
