package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.NetOrigin;
import dev.lend.model.NvmeShare;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfState;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.model.VfioHolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Plans another number of VFs. The kernel removes VFs whoever uses them (kernel: {@code
 * drivers/pci/iov.c}; {@code pci_vfs_assigned} does not count those behind VFIO), so that is looked
 * for here.
 */
final class VfRecount {
  private final Draft draft;
  private final PfState state;
  private final Request.ShapeVfs request;
  private final VfWishes wishes;

  VfRecount(Draft draft, PfState state, Request.ShapeVfs request, VfWishes wishes) {
    this.draft = draft;
    this.state = state;
    this.request = request;
    this.wishes = wishes;
  }

  /**
   * @param count how many there shall be
   */
  void plan(int count) {
    boolean asked = true;
    for (PfState.Vf vf : state.vfs().values()) {
      asked &= mayGo(vf);
    }
    List<VfStep.Change> settings = count == 0 ? List.of() : wishes.fresh();
    NvmeShares nvme = new NvmeShares(draft, state, request.wish());
    SortedMap<Integer, NvmeShare> shares = count == 0 ? new TreeMap<>() : nvme.fresh(count);
    if (!asked && draft.allowed()) {
      draft.object("has VFs in use on this host, as shown", "Add --yes if that may stop.");
    }
    if (draft.allowed()) {
      remove(count);
      make(count, settings, nvme, shares);
    }
  }

  /** Objects to the removal of a VF that has to stay; false where the person has to be asked. */
  private boolean mayGo(PfState.Vf vf) {
    Optional<PciFunction> function = draft.host.function(vf.address());
    if (function.isEmpty()) {
      return true;
    }
    String name = draft.names.of(function.get());
    Optional<Loan> loan = draft.ledger.loan(vf.address());
    if (loan.isPresent() && request.replacing()) {
      String whose = loan.get().taker().map(who -> " is lent to " + who).orElse(" is reserved");
      draft.consequences.add(
          new Consequence(
              vf.address(),
              Consequence.Severity.NOTE,
              Consequence.Kind.VIRTUAL_FUNCTIONS,
              name + whose + ", and taken back first"));
      return true;
    }
    if (loan.isPresent()) {
      draft.refuse(
          name
              + loan.get().taker().map(who -> " is lent to " + who).orElse(" is reserved")
              + ". "
              + Draft.takeBack(loan.get(), vf.address().brief())
              + (loan.get().inProcess().isPresent() ? "." : ", or let Lend do that: --replace"));
      return true;
    }
    List<VfioHolder> holders = draft.host.holdersOf(function.get());
    if (!holders.isEmpty()) {
      draft.refuse(name + " is held by " + holders.getFirst().describe() + ". " + Planner.LET_GO);
      return true;
    }
    if (function.get().boundTo(Planner.VFIO_PCI)) {
      draft.refuse(
          name
              + " is on vfio-pci, and not by Lend: somebody wants it for a guest. Give it back"
              + " first: driverctl unset-override "
              + vf.address());
      return true;
    }
    return used(function.get(), name);
  }

  private boolean used(PciFunction vf, String name) {
    boolean asked = true;
    for (Consequence consequence : BlastRadius.of(draft.host, vf.address())) {
      draft.consequences.add(consequence.named(name));
      boolean agreed = request.consent().covers(consequence);
      if (consequence.refuses() && !agreed) {
        draft.refuse(
            name
                + " "
                + consequence.text()
                + ". Move that first. Else, if you want that: --accept "
                + consequence.kind().id());
      }
      asked &= !consequence.warns() || agreed;
    }
    return asked;
  }

  /** True where the host's drivers are to be kept off meanwhile. */
  private boolean off(int count) {
    return state.autoprobe() && (count > 0 || !hostOwned().isEmpty());
  }

  private void remove(int count) {
    PciAddress pf = state.address();
    if (count > 0 && draft.function.network()) {
      VfPlan.bringUp(draft, state);
    }
    if (state.count() > 0) {
      keepOld();
    }
    if (off(count)) {
      draft.steps.add(new VfStep.Autoprobe(pf, true, false));
    }
    if (state.count() > 0) {
      keepSettings();
      NvmeShares.offline(state).ifPresent(draft.steps::add);
      draft.steps.add(new VfStep.Count(pf, state.count(), 0));
    }
  }

  private void make(
      int count,
      List<VfStep.Change> settings,
      NvmeShares nvme,
      SortedMap<Integer, NvmeShare> shares) {
    PciAddress pf = state.address();
    if (count > 0) {
      nvme.addPool(shares);
      draft.steps.add(new VfStep.Count(pf, 0, count));
      settings(settings);
      nvme.addFresh(shares);
    }
    if (off(count)) {
      draft.steps.add(new VfStep.Autoprobe(pf, false, true));
    }
    List<Integer> host = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      if (request.wish().useOf(index) == VfUse.HOST) {
        host.add(index);
      }
    }
    VfPlan.bind(draft, state, host);
  }

  private void settings(List<VfStep.Change> settings) {
    String driver = draft.function.driver().orElse("");
    boolean network = draft.function.network();
    if (network && draft.ledger.abilities(driver, state.driverVersion()).isEmpty()) {
      draft.steps.add(new VfStep.Try(state.address(), 0));
    }
    if (!settings.isEmpty()) {
      draft.steps.add(new VfStep.Hold(state.address(), settings));
    }
  }

  /** What is undone last: the interfaces of the VFs that the host uses, after their drivers. */
  private void keepOld() {
    for (PfState.Vf vf : state.vfs().values()) {
      draft
          .host
          .function(vf.address())
          .ifPresent(function -> {
            NetOrigin net = draft.netOrigin(function);
            draft.keepNet(function, net, draft.now);
          });
    }
    List<Integer> host = hostOwned();
    if (!host.isEmpty()) {
      draft.steps.add(new Step.Keep(new VfStep.Bind(state.address(), host)));
    }
  }

  private List<Integer> hostOwned() {
    List<Integer> owned = new ArrayList<>();
    state
        .vfs()
        .forEach((index, vf) -> {
          if (vf.binding().driver().isPresent()) {
            owned.add(index);
          }
        });
    return owned;
  }

  private void keepSettings() {
    List<VfStep.Change> old = new ArrayList<>();
    state
        .vfs()
        .forEach((index, vf) ->
            vf.settings()
                .ifPresent(settings ->
                    old.add(new VfStep.Change(index, VfWish.none(), VfStep.wishFor(settings)))));
    if (!old.isEmpty()) {
      draft.steps.add(new Step.Keep(new VfStep.Hold(state.address(), old)));
    }
  }
}
