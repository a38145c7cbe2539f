package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.BridgeWish;
import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfFilter;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Plans which addresses behind a bridge on a PF are entered into its filter, so that its VFs reach
 * them. What the bridge learns later is not followed.
 */
final class BridgeFdb {
  /** The option that asks for it. */
  static final String OPTION = "--bridge-fdb";

  private final Draft draft;
  private final PciAddress pf;

  BridgeFdb(Draft draft, PciAddress pf) {
    this.draft = draft;
    this.pf = pf;
  }

  /** For a guest that gets the function; what its loan has to take out again. */
  static List<String> forLoan(Draft draft) {
    if (!(draft.function.sriov() instanceof SriovRole.Virtual(PciAddress pf, int index))) {
      draft.object(
          "is no VF: its guest reaches everybody on its wire", "Leave " + OPTION + " out.");
      return List.of();
    }
    BridgeFdb fdb = new BridgeFdb(draft, pf);
    Optional<PfFilter> filter = fdb.filter(true);
    if (filter.isEmpty()) {
      return List.of();
    }
    SortedSet<String> kept = fdb.enter(filter.get(), filter.get().beside());
    // What is there for other guests' sake stays as long as one of them is there.
    SortedSet<String> others = fdb.ofOtherLoans();
    others.retainAll(filter.get().beside());
    kept.addAll(others);
    return List.copyOf(kept);
  }

  /** For all VFs of a PF, for good. */
  void forPf(BridgeWish wish) {
    if (!wish.wanted()) {
      return;
    }
    Optional<PfFilter> filter = filter(wish.known());
    if (filter.isPresent()) {
      SortedSet<String> wanted = new TreeSet<>(wish.macs());
      if (wish.known()) {
        wanted.addAll(filter.get().beside());
      }
      enter(filter.get(), wanted);
    }
  }

  /** What was entered for the sake of a function that comes home, and of no other. */
  static void takeOut(Draft draft, PciFunction member, Loan loan) {
    if (member.sriov() instanceof SriovRole.Virtual(PciAddress pf, int index)) {
      List<String> gone = new ArrayList<>(loan.forwards());
      gone.removeAll(new BridgeFdb(draft, pf).ofOtherLoans());
      if (!gone.isEmpty()) {
        draft.steps.add(new VfStep.Forward(pf, gone, false));
      }
    }
  }

  /** Enters what is missing, and says what that was. */
  private SortedSet<String> enter(PfFilter filter, SortedSet<String> wanted) {
    SortedSet<String> missing = new TreeSet<>(wanted);
    missing.removeAll(filter.entered());
    if (!missing.isEmpty()) {
      draft.steps.add(new VfStep.Forward(pf, List.copyOf(missing), true));
    }
    return missing;
  }

  private SortedSet<String> ofOtherLoans() {
    SortedSet<String> macs = new TreeSet<>();
    for (Loan loan : draft.ledger.loans().values()) {
      boolean sibling =
          draft.host.function(loan.address()).map(PciFunction::sriov).orElse(null)
                  instanceof SriovRole.Virtual(PciAddress its, int index)
              && its.equals(pf);
      if (sibling && !loan.address().equals(draft.function.address())) {
        macs.addAll(loan.forwards());
      }
    }
    return macs;
  }

  /**
   * The filter of the PF, where there is one that can be used.
   *
   * @param asked whether its bridge has to tell what it knows
   */
  private Optional<PfFilter> filter(boolean asked) {
    String name = draft.host.function(pf).map(draft.names::of).orElse(pf.brief());
    switch (draft.host.surroundings().filter(pf)) {
      case Fact.Known<PfFilter>(PfFilter filter) -> {
        if (asked && filter.bridge().isEmpty()) {
          draft.refuse(notBridged(name));
        } else if (asked && !filter.told()) {
          draft.refuse(
              name
                  + " is a port of "
                  + filter.bridge().get()
                  + ", which is Open vSwitch: it does not tell the kernel whom it knows (see"
                  + " ovs-appctl fdb/show). Name the addresses in a file: bridge-fdb, in"
                  + " docs/vf-file.md.");
        } else {
          filter.bridge().filter(bridge -> asked).ifPresent(bridge -> note(filter, bridge));
          return Optional.of(filter);
        }
      }
      case Fact.Absent<PfFilter> absent -> draft.refuse(notBridged(name));
      case Fact.Unreadable<PfFilter>(String path, String why) ->
          draft.refuse("The filter of " + name + " cannot be read: " + path + ": " + why + ".");
    }
    return Optional.empty();
  }

  private static String notBridged(String name) {
    return name
        + " has no interface here that is a port of a bridge, so its VFs reach all that it reaches."
        + " Leave "
        + OPTION
        + " out.";
  }

  private void note(PfFilter filter, String bridge) {
    String known =
        switch (filter.beside().size()) {
          case 0 -> bridge + " knows no address of a guest now";
          case 1 -> bridge + " knows one address now, " + filter.beside().first();
          default -> bridge + " knows " + filter.beside().size() + " addresses now";
        };
    draft.consequences.add(
        new Consequence(
            pf,
            Consequence.Severity.NOTE,
            Consequence.Kind.BRIDGED_PF,
            known
                + ": who comes to "
                + bridge
                + " later is not reached before lend vf set "
                + filter.net()
                + " "
                + OPTION));
  }
}
