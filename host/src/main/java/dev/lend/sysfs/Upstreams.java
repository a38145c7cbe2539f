package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail.Acs;
import dev.lend.model.FunctionDetail.GroupReason;
import dev.lend.model.FunctionDetail.PortKind;
import dev.lend.model.FunctionDetail.Upstream;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How functions hang together: the bridges above one, and what they do to its IOMMU group. */
final class Upstreams {
  /** Base class 06, sub-class 04: a bridge between PCI buses, not a host or ISA bridge. */
  private static final int PCI_BRIDGE = 0x0604;

  private final KernelReader kernel;

  Upstreams(KernelReader kernel) {
    this.kernel = kernel;
  }

  /** The bridges above a function, nearest first: its parents in {@code /sys/devices}. */
  List<Upstream> upstream(PciAddress address) {
    Optional<String> real = kernel.resolve("sys/bus/pci/devices/" + address).asOptional();
    List<Upstream> found = new ArrayList<>();
    if (real.isEmpty()) {
      return found;
    }
    String below = address.toString();
    List<String> parents = List.of(real.get().split("/"));
    for (int i = parents.size() - 2; i >= 0; i--) {
      Optional<PciAddress> bridge = PciAddress.parse(parents.get(i));
      if (bridge.isEmpty()) {
        break;
      }
      found.add(bridge(bridge.get(), below, i > 0 && parents.get(i - 1).startsWith("pci")));
      below = bridge.get().toString();
    }
    return found;
  }

  private Upstream bridge(PciAddress address, String below, boolean atRoot) {
    ConfigSpace config = DetailReader.config(kernel, address);
    PortKind kind =
        switch (config.portKind()) {
          case Fact.Known<PortKind>(PortKind known) -> known;
          case Fact.Absent<PortKind> absent -> guess(address, below, atRoot);
          case Fact.Unreadable<PortKind> unreadable -> guess(address, below, atRoot);
        };
    return new Upstream(
        address, kind, kind == PortKind.CONVENTIONAL ? Fact.absent() : config.acs());
  }

  /**
   * Without root the kind follows from which functions have link files: only PCI Express ones do
   * (kernel: {@code drivers/pci/pci-sysfs.c}, pcie_dev_attrs_are_visible).
   */
  private PortKind guess(PciAddress address, String below, boolean atRoot) {
    if (!express(address.toString())) {
      return PortKind.CONVENTIONAL;
    }
    if (!express(below)) {
      return PortKind.PCIE_TO_PCI;
    }
    return atRoot ? PortKind.ROOT_PORT : PortKind.PORT;
  }

  private boolean express(String address) {
    return kernel.exists("sys/bus/pci/devices/" + address + "/current_link_speed");
  }

  /**
   * Why a function's group holds others. That a port is in the group of what lies behind it is the
   * kernel's own verdict on its ACS (kernel: {@code drivers/iommu/iommu.c}, {@code
   * pci_device_group}: it walks up until a path with ACS and joins the group it finds), so the
   * reason is known even where the ACS registers cannot be read.
   */
  List<GroupReason> sharing(HostSnapshot host, PciFunction function, List<Upstream> upstream) {
    List<GroupReason> reasons = new ArrayList<>();
    if (!(function.group() instanceof Fact.Known<Integer>(Integer group))) {
      return reasons;
    }
    List<PciFunction> members = host.group(group);
    if (members.size() < 2) {
      return reasons;
    }
    for (Upstream bridge : withItself(function, upstream)) {
      if (bridge.kind().hidesRequesters()) {
        reasons.add(new GroupReason.SharedRequester(bridge.address(), bridge.kind()));
      } else if (holds(members, bridge.address()) && !isolates(bridge.acs())) {
        reasons.add(new GroupReason.OpenPort(bridge.address(), bridge.kind(), bridge.acs()));
      }
    }
    sameSlot(function, members).ifPresent(reasons::add);
    for (Upstream bridge : upstream) {
      Optional<PciFunction> port = host.function(bridge.address());
      if (port.isPresent() && holds(members, bridge.address())) {
        sameSlot(port.get(), members).ifPresent(reasons::add);
      }
    }
    if (reasons.isEmpty()) {
      reasons.add(new GroupReason.Unexplained());
    }
    return reasons;
  }

  /** A bridge shares a group with what is behind it for the same reason as that does with it. */
  private List<Upstream> withItself(PciFunction function, List<Upstream> upstream) {
    if (function.pciClass().baseAndSub() != PCI_BRIDGE) {
      return upstream;
    }
    List<Upstream> all = new ArrayList<>();
    all.add(bridge(function.address(), function.address().toString(), upstream.isEmpty()));
    all.addAll(upstream);
    return all;
  }

  private static boolean isolates(Fact<Acs> acs) {
    return acs instanceof Fact.Known<Acs>(Acs known) && known.isolates();
  }

  private static boolean holds(List<PciFunction> members, PciAddress address) {
    for (PciFunction member : members) {
      if (member.address().equals(address)) {
        return true;
      }
    }
    return false;
  }

  /** The members in one slot with a function; VFs are no functions of their slot in this sense. */
  private static Optional<GroupReason> sameSlot(PciFunction function, List<PciFunction> members) {
    List<PciAddress> slot = new ArrayList<>();
    for (PciFunction member : members) {
      if (member.address().sameSlot(function.address())
          && !(member.sriov() instanceof SriovRole.Virtual)) {
        slot.add(member.address());
      }
    }
    return slot.size() > 1 && slot.contains(function.address())
        ? Optional.of(new GroupReason.SameSlot(slot))
        : Optional.empty();
  }
}
