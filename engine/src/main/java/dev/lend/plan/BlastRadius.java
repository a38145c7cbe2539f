package dev.lend.plan;

import dev.lend.model.Dependent;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What stops working on the host when a function goes. */
public final class BlastRadius {
  private BlastRadius() {}

  /**
   * Everything on the host that rests on one function, the worst first. Nothing for an unknown
   * address.
   */
  public static List<Consequence> of(HostSnapshot host, PciAddress address) {
    Optional<PciFunction> function = host.function(address);
    if (function.isEmpty()) {
      return List.of();
    }
    Losses losses = new Losses(host, function.get());
    NetLosses.find(losses);
    DiskLosses.find(losses);
    DeviceLosses.find(losses);
    return losses.worstFirst();
  }

  /** The same for a function and all that {@link #along goes with it}; its own come first. */
  public static List<Consequence> together(HostSnapshot host, PciFunction function) {
    List<Consequence> all = new ArrayList<>();
    for (PciFunction member : along(host, function)) {
      all.addAll(of(host, member.address()));
    }
    return List.copyOf(all);
  }

  /**
   * The function, the other endpoints of its IOMMU group, and what vanishes with these: VFs with
   * their PF, and functions that are reached only through one of them.
   */
  public static List<PciFunction> along(HostSnapshot host, PciFunction function) {
    Map<PciAddress, PciFunction> all = new LinkedHashMap<>();
    List<PciFunction> next = new ArrayList<>(host.groupMates(function));
    next.addFirst(function);
    while (!next.isEmpty()) {
      PciFunction member = next.removeFirst();
      if (all.putIfAbsent(member.address(), member) == null) {
        for (PciAddress address : vanishing(host, member)) {
          host.function(address).ifPresent(next::add);
        }
      }
    }
    return List.copyOf(all.values());
  }

  private static List<PciAddress> vanishing(HostSnapshot host, PciFunction function) {
    List<PciAddress> vanishing = new ArrayList<>();
    if (function.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs)) {
      vanishing.addAll(vfs);
    }
    for (Dependent dependent : host.surroundings().of(function.address())) {
      if (dependent instanceof Dependent.Below(List<PciAddress> below)) {
        vanishing.addAll(below);
      }
    }
    return vanishing;
  }
}
