package dev.lend.plan;

import dev.lend.model.Fact;
import dev.lend.model.NetInterface;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.plan.Consequence.Kind;
import java.util.SortedSet;
import java.util.TreeSet;

/** What works less well than a person may expect once a guest has the function, and never says. */
final class Remarks {
  private final Draft draft;
  private final PciFunction function;

  private Remarks(Draft draft) {
    this.draft = draft;
    this.function = draft.function;
  }

  /** Adds them to the draft. */
  static void add(Draft draft) {
    Remarks remarks = new Remarks(draft);
    remarks.nearness();
    remarks.bridgeBeside();
    Aperture.note(draft);
  }

  private void note(Kind kind, String text) {
    Consequence note = new Consequence(function.address(), Consequence.Severity.NOTE, kind, text);
    draft.consequences.add(note.named(draft.names.of(function)));
  }

  /** Every access from another node crosses the link between processors. */
  private void nearness() {
    SortedSet<Integer> nodes = new TreeSet<>();
    for (PciFunction other : draft.host.functions().values()) {
      if (other.numaNode() instanceof Fact.Known<Integer>(Integer node)) {
        nodes.add(node);
      }
    }
    if (nodes.size() > 1 && function.numaNode() instanceof Fact.Known<Integer>(Integer node)) {
      note(
          Kind.NUMA,
          "is near NUMA node "
              + node
              + ": a guest on another node reaches it more slowly (keep it there: numactl"
              + " --cpunodebind="
              + node
              + " --membind="
              + node
              + ")");
    }
  }

  /**
   * The card's switch sends to the PF only what is for addresses that it knows the PF has, and it
   * has never heard of the guests on a bridge there.
   */
  private void bridgeBeside() {
    boolean cared = draft.request instanceof Request.Attach attach && attach.bridgeFdb();
    if (cared || !(function.sriov() instanceof SriovRole.Virtual virtual)) {
      return;
    }
    for (NetInterface net : draft.host.netsOf(virtual.pf())) {
      for (String upper : net.uppers()) {
        String type = draft.host.surroundings().nets().types().getOrDefault(upper, "");
        if (type.equals("bridge") || type.equals("openvswitch")) {
          note(
              Kind.BRIDGED_PF,
              "cannot talk to guests on "
                  + upper
                  + ", a bridge on its PF "
                  + net.name()
                  + ", before the card knows their addresses: "
                  + BridgeFdb.OPTION
                  + " enters those that "
                  + upper
                  + " knows (bridge fdb add MAC dev "
                  + net.name()
                  + " self permanent)");
        }
      }
    }
  }
}
