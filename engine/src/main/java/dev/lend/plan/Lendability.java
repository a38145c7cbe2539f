package dev.lend.plan;

import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.VfioHolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a function can be lent as the host stands now. */
public sealed interface Lendability {
  /** What is said of a function that a write holds up. */
  String STUCK = "is stuck: the kernel has not answered a write to it (lend status)";

  /** Yes, alone. */
  record Yes() implements Lendability {}

  /**
   * Yes, but only together with others of its IOMMU group: the IOMMU cannot keep them apart
   * (kernel: {@code Documentation/driver-api/vfio.rst}).
   *
   * @param others the endpoints that must come along, by address
   */
  record WithGroup(List<PciAddress> others) implements Lendability {
    /** Copies the list. */
    public WithGroup {
      others = List.copyOf(others);
    }
  }

  /**
   * No.
   *
   * @param reasons why, each without the device's name: {@code is a bridge}
   */
  record No(List<String> reasons) implements Lendability {
    /** Copies the list. */
    public No {
      reasons = List.copyOf(reasons);
    }
  }

  /** The verdict on one function. */
  static Lendability of(HostSnapshot host, PciFunction function) {
    List<String> reasons = new ArrayList<>(refusals(host, function));
    if (function.bridge()) {
      return new No(reasons);
    }
    reasons.addAll(marks(host, function));
    if (function.sriov() instanceof SriovRole.Virtual virtual) {
      Optional<PciFunction> pf = host.function(virtual.pf());
      if (pf.isPresent() && host.stuck(pf.get())) {
        reasons.add("is a VF of " + virtual.pf().brief() + ", which " + STUCK);
      }
    }
    List<PciAddress> others = new ArrayList<>();
    for (PciFunction mate : host.groupMates(function)) {
      others.add(mate.address());
      List<String> against = new ArrayList<>(refusals(host, mate));
      against.addAll(marks(host, mate));
      for (String reason : against) {
        reasons.add("shares its IOMMU group with " + mate.address().brief() + ", which " + reason);
      }
    }
    for (VfioHolder holder : host.holdersOf(function)) {
      reasons.add("is held by " + holder.describe());
    }
    if (!reasons.isEmpty()) {
      return new No(reasons);
    }
    return others.isEmpty() ? new Yes() : new WithGroup(others);
  }

  /** What the host does not say itself, but Lend knows. */
  private static List<String> marks(HostSnapshot host, PciFunction function) {
    List<String> reasons = new ArrayList<>();
    if (host.stuck(function)) {
      reasons.add(STUCK);
    }
    if (host.quarantined(function)) {
      reasons.add(
          "is in quarantine: its reset failed when it came back (lend clean "
              + function.address().brief()
              + ")");
    }
    return reasons;
  }

  private static List<String> refusals(HostSnapshot host, PciFunction function) {
    List<String> reasons = new ArrayList<>(obstacles(function));
    if (function.bridge()) {
      return reasons;
    }
    for (Consequence consequence : BlastRadius.of(host, function.address())) {
      if (consequence.refuses()) {
        reasons.add(consequence.text());
      }
    }
    return reasons;
  }

  /** Why a function cannot be lent, whatever a person agrees to and whatever rests on it. */
  static List<String> obstacles(PciFunction function) {
    if (function.bridge()) {
      return List.of("is a bridge: it carries other devices");
    }
    // Not a switch: the JDK makes a class for one at run time, and each list would wait for that.
    if (function.group() instanceof Fact.Absent<Integer>) {
      return List.of("has no IOMMU group: the IOMMU is off (see lend check)");
    }
    return function.group() instanceof Fact.Unreadable<Integer>(String path, String why)
        ? List.of("has an IOMMU group that cannot be read (/" + path + ": " + why + ")")
        : List.of();
  }
}
