package dev.lend.cli;

import dev.lend.model.BlockDevice;
import dev.lend.model.HostSnapshot;
import dev.lend.model.Nearest;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the function that a person means: {@code 0000:01:10.0}, {@code 01:10.0}, {@code
 * pci_0000_01_10_0}, {@code eth1}, {@code nvme0n1}, and {@code eth1/vf3} or {@code 01:00.0/vf3}.
 */
public final class DeviceName {
  private static final int MOST_SUGGESTIONS = 3;

  private DeviceName() {}

  /** The parameter with which a command takes a device's name. */
  static Syntax.Words parameter() {
    return new Syntax.Words.One(
        "DEVICE", "an address (01:10.0), a net device (eth1), a VF (eth1/vf3), a disk (nvme0n1)");
  }

  /**
   * The function that {@code text} names.
   *
   * @param host a snapshot with nets and disks in it, so that their names are known
   * @throws UsageException there is none, or more than one
   */
  public static PciFunction resolve(HostSnapshot host, String text) {
    int slash = text.lastIndexOf("/vf");
    if (slash > 0) {
      return vf(host, text, slash);
    }
    Optional<PciAddress> address = PciAddress.parse(text);
    if (address.isPresent()) {
      return host.function(address.get())
          .orElseThrow(() -> unknown(host, "no PCI function " + text + " on this host", text));
    }
    String name = text.startsWith("/dev/") ? text.substring(5) : text;
    Optional<NetInterface> net = host.net(name);
    if (net.isPresent()) {
      return function(host, text, net.get().function());
    }
    List<PciAddress> owners = new ArrayList<>();
    boolean disk = false;
    for (BlockDevice device : host.disks()) {
      if (device.name().equals(name)) {
        disk = true;
        device.function().ifPresent(owners::add);
      }
    }
    if (owners.size() > 1) {
      throw new UsageException(
          text + " is reached through several functions; name one: " + briefs(owners));
    }
    if (disk) {
      return function(host, text, owners.stream().findFirst());
    }
    throw unknown(host, "no device " + text + " on this host", text);
  }

  private static PciFunction function(
      HostSnapshot host, String text, Optional<PciAddress> address) {
    return address
        .flatMap(host::function)
        .orElseThrow(
            () -> new UsageException(text + " is made by software: no PCI function is behind it"));
  }

  private static PciFunction vf(HostSnapshot host, String text, int slash) {
    PciFunction pf = resolve(host, text.substring(0, slash));
    String number = text.substring(slash + 3);
    if (!(pf.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs))) {
      throw new UsageException(text.substring(0, slash) + " can have no VFs");
    }
    for (PciAddress vf : vfs) {
      Optional<PciFunction> function = host.function(vf);
      if (function.isPresent()
          && function.get().sriov() instanceof SriovRole.Virtual(PciAddress of, int index)
          && Integer.toString(index).equals(number)) {
        return function.get();
      }
    }
    throw new UsageException(
        "no VF "
            + number
            + " on "
            + text.substring(0, slash)
            + ": it has "
            + vfs.size()
            + " of "
            + total
            + " VFs now, counted from 0");
  }

  private static UsageException unknown(HostSnapshot host, String message, String text) {
    List<String> all = new ArrayList<>();
    for (NetInterface net : host.nets()) {
      if (net.function().isPresent()) {
        all.add(net.name());
      }
    }
    for (BlockDevice disk : host.disks()) {
      if (disk.function().isPresent()) {
        all.add(disk.name());
      }
    }
    boolean full = text.length() > 10 && !text.startsWith("pci_");
    for (PciAddress address : host.functions().keySet()) {
      all.add(
          text.startsWith("pci_")
              ? address.libvirtName()
              : full ? address.toString() : address.brief());
    }
    List<String> near = Nearest.several(text, all, MOST_SUGGESTIONS);
    return new UsageException(
        message
            + (near.isEmpty()
                ? " (lend list shows what there is)"
                : ". Did you mean " + String.join(" or ", near) + "?"));
  }

  private static String briefs(List<PciAddress> addresses) {
    List<String> texts = new ArrayList<>();
    for (PciAddress address : addresses) {
      texts.add(address.brief());
    }
    return String.join(", ", texts);
  }
}
