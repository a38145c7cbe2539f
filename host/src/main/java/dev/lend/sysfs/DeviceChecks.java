package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.plan.Lendability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Whether there is something to lend: groups, functions, SR-IOV. */
final class DeviceChecks {
  /** Evidence that grows with the host is cut here. */
  private static final int MOST_LINES = 8;

  private final HostFacts host;
  private final HostSnapshot snapshot;

  DeviceChecks(HostFacts host, HostSnapshot snapshot) {
    this.host = host;
    this.snapshot = snapshot;
  }

  List<Finding> all() {
    return List.of(groups(), lendable(), sriov());
  }

  private Finding groups() {
    String id = "iommu-groups";
    if (!host.iommuOn()) {
      return Finding.of(id, Severity.NOT_APPLICABLE, "IOMMU groups come with the IOMMU");
    }
    Map<Integer, List<PciFunction>> endpoints = new TreeMap<>();
    for (PciFunction function : snapshot.functions().values()) {
      if (!function.bridge() && function.group() instanceof Fact.Known<Integer>(Integer group)) {
        endpoints.computeIfAbsent(group, key -> new ArrayList<>()).add(function);
      }
    }
    int alone = 0;
    List<String> shared = new ArrayList<>();
    for (Map.Entry<Integer, List<PciFunction>> group : endpoints.entrySet()) {
      if (group.getValue().size() == 1) {
        alone++;
      } else {
        shared.add(describe(group.getKey(), group.getValue()));
      }
    }
    if (endpoints.isEmpty()) {
      return Finding.of(
          id, Severity.WARNING, "no PCI function is in an IOMMU group", "/sys/kernel/iommu_groups");
    }
    String title =
        Sizes.count(alone, "function is", "functions are")
            + " alone in "
            + (alone == 1 ? "its" : "their")
            + " IOMMU group"
            + (shared.isEmpty()
                ? ""
                : "; " + Sizes.count(shared.size(), "group is", "groups are") + " shared");
    return Finding.of(id, alone == 0 ? Severity.WARNING : Severity.OK, title).because(cut(shared));
  }

  private static String describe(int group, List<PciFunction> members) {
    List<String> names = new ArrayList<>();
    for (PciFunction member : members) {
      names.add(member.address().brief());
    }
    return "group " + group + ": " + String.join(", ", cut(names)) + " go together or not at all";
  }

  private Finding lendable() {
    String id = "lendable";
    if (!host.iommuOn()) {
      return Finding.of(id, Severity.NOT_APPLICABLE, "no device can be lent without an IOMMU");
    }
    int yes = 0;
    int grouped = 0;
    for (PciFunction function : snapshot.functions().values()) {
      if (function.bridge()) {
        continue;
      }
      switch (Lendability.of(snapshot, function)) {
        case Lendability.Yes lendable -> yes++;
        case Lendability.WithGroup lendable -> grouped++;
        case Lendability.No refused -> {}
      }
    }
    if (yes + grouped > 0) {
      return Finding.of(
          id,
          Severity.OK,
          Sizes.count(yes + grouped, "function", "functions")
              + " can be lent now"
              + (grouped > 0 ? ", " + grouped + " of them only with others" : ""));
    }
    return Finding.of(id, Severity.WARNING, "no function can be lent as the host stands")
        .with(Remedy.now("lend list says why of each"));
  }

  private Finding sriov() {
    String id = "sriov";
    List<String> physical = new ArrayList<>();
    int virtual = 0;
    for (PciFunction function : snapshot.functions().values()) {
      if (function.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs)) {
        physical.add(
            function.address().brief() + ": " + vfs.size() + " of " + total + " VFs exist");
        virtual += vfs.size();
      }
    }
    if (physical.isEmpty()) {
      return Finding.of(
          id,
          Severity.NOT_APPLICABLE,
          "no device offers virtual functions (SR-IOV); whole devices can still be lent");
    }
    return Finding.of(
            id,
            Severity.OK,
            Sizes.count(physical.size(), "device offers", "devices offer")
                + " virtual functions (SR-IOV); "
                + Sizes.count(virtual, "exists", "exist")
                + " now")
        .because(cut(physical));
  }

  private static List<String> cut(List<String> lines) {
    if (lines.size() <= MOST_LINES) {
      return lines;
    }
    List<String> some = new ArrayList<>(lines.subList(0, MOST_LINES));
    some.add("and " + (lines.size() - MOST_LINES) + " more");
    return some;
  }
}
