package dev.lend.sysfs;

import dev.lend.model.DeviceIdentity;
import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import java.util.List;
import java.util.Optional;

/** Reads what tells a device from another one that may sit at its address. */
public final class IdentityReader {
  private final KernelReader kernel;

  /** Reads through {@code kernel}. */
  public IdentityReader(KernelReader kernel) {
    this.kernel = kernel;
  }

  /**
   * What sits at an address now; empty where nothing does, or it cannot be read.
   *
   * @param macs the permanent addresses of its interfaces
   */
  public Optional<DeviceIdentity> read(PciAddress address, List<String> macs) {
    Optional<PciId> id = pair(address, "vendor", "device");
    Optional<PciId> subsystem = pair(address, "subsystem_vendor", "subsystem_device");
    return id.isEmpty() || subsystem.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new DeviceIdentity(address, id.get(), subsystem.get(), serial(kernel, address), macs));
  }

  private Optional<PciId> pair(PciAddress address, String vendor, String device) {
    Optional<Integer> first = number(address, vendor);
    Optional<Integer> second = number(address, device);
    return first.isEmpty() || second.isEmpty()
        ? Optional.empty()
        : Optional.of(new PciId(first.get(), second.get()));
  }

  private Optional<Integer> number(PciAddress address, String attribute) {
    return Facts.number(kernel, DetailReader.path(address, attribute)).asOptional();
  }

  /** The serial number of the card: a VF has none, and is known by its PF's. */
  static Optional<String> serial(KernelReader kernel, PciAddress address) {
    Fact<String> physical = kernel.link(DetailReader.path(address, "physfn"));
    PciAddress card =
        physical.asOptional().map(SysPath::name).flatMap(SysPath::address).orElse(address);
    return DetailReader.config(kernel, card).serial().asOptional();
  }
}
