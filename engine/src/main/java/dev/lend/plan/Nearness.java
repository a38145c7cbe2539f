package dev.lend.plan;

import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.plan.Consequence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** How near a function is to the guest that gets it. */
public final class Nearness {
  private Nearness() {}

  /**
   * The plan, with what it says of NUMA nodes in general said of this guest.
   *
   * @param guest its name
   * @param node the node that it is on; empty where that is not known
   */
  public static Plan said(Plan plan, HostSnapshot host, String guest, OptionalInt node) {
    boolean told = plan.consequences().stream().anyMatch(one -> one.kind() == Kind.NUMA);
    if (node.isEmpty() || !told) {
      return plan;
    }
    List<Consequence> consequences = new ArrayList<>();
    for (Consequence one : plan.consequences()) {
      consequences.add(one.kind() == Kind.NUMA ? said(one, host, guest, node.getAsInt()) : one);
    }
    return new Plan(
        plan.request(),
        plan.steps(),
        consequences,
        plan.objections(),
        plan.touched(),
        plan.loans(),
        plan.devices());
  }

  private static Consequence said(Consequence general, HostSnapshot host, String guest, int node) {
    PciFunction function = host.function(general.device()).orElse(null);
    if (function == null || !(function.numaNode() instanceof Fact.Known<Integer>(Integer own))) {
      return general;
    }
    String text =
        own == node
            ? "is on NUMA node " + own + ", as " + guest + " is"
            : "is on NUMA node "
                + own
                + " and "
                + guest
                + " on node "
                + node
                + ": each access goes over the link between them. Choose a device on node "
                + node
                + " (lend list --json has numa_node), or move the guest";
    return new Consequence(general.device(), general.severity(), Kind.NUMA, text)
        .named(new Names(host).of(function));
  }
}
