package dev.lend.plan;

import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfState;
import dev.lend.model.PfWish;
import dev.lend.model.SettingOwner;
import dev.lend.model.SriovRole;
import dev.lend.model.VfUse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plans what VFs a PF has. The count goes through zero where it changes, as the kernel wants it;
 * new VFs are made with the host's drivers kept off, so that each has its address before anything
 * asks for it.
 */
final class VfPlan {
  private final Draft draft;
  private final PciFunction pf;
  private final PfWish wish;
  private final Request.ShapeVfs request;

  VfPlan(Draft draft, Request.ShapeVfs request) {
    this.draft = draft;
    this.pf = draft.function;
    this.request = request;
    this.wish = request.wish();
  }

  void shape() {
    if (!(pf.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs))) {
      draft.object(
          pf.sriov() instanceof SriovRole.Virtual
              ? "is a VF itself, and can have none"
              : "can have no VFs: it has no SR-IOV capability, or the firmware keeps it off",
          "");
      return;
    }
    switch (draft.host.surroundings().pf(pf.address())) {
      case Fact.Known<PfState>(PfState state) -> shape(state);
      case Fact.Absent<PfState> absent -> draft.object("cannot be looked at", "");
      case Fact.Unreadable<PfState>(String path, String why) ->
          draft.object("cannot be read: " + path + ": " + why, "Nothing was changed.");
    }
  }

  private void shape(PfState state) {
    draft.touched.add(pf.address());
    for (SettingOwner owner : state.owners()) {
      draft.consequences.add(
          new Consequence(
              pf.address(),
              Consequence.Severity.NOTE,
              Consequence.Kind.OTHER_OWNER,
              owner.words() + ". " + owner.advice()));
    }
    int count = wish.count().orElse(state.count());
    conditions(state, count);
    if (!draft.allowed()) {
      return;
    }
    VfWishes wishes = new VfWishes(draft, state, wish, count);
    if (count == state.count()) {
      existing(state, wishes);
    } else {
      new VfRecount(draft, state, request, wishes).plan(count);
    }
    if (draft.allowed()) {
      new BridgeFdb(draft, pf.address()).forPf(wish.bridged());
    }
  }

  private void conditions(PfState state, int count) {
    if (draft.ledger.loan(pf.address()).isPresent()) {
      draft.object(
          "is lent or reserved itself: its own driver makes its VFs",
          "Take it back first: lend detach or lend return " + draft.shortName());
    } else if (pf.driver().isEmpty()) {
      draft.object(
          "is on no driver: only its own driver can make and set VFs",
          "Bind it first: echo " + pf.address() + " > /sys/bus/pci/drivers_probe");
    } else if (pf.boundTo(Planner.VFIO_PCI)) {
      draft.object(
          "is on vfio-pci: only its own driver can make and set VFs",
          "Give it back to that first: driverctl unset-override " + pf.address());
    }
    if (count > state.total()) {
      draft.object("can have " + state.total() + " VFs, not " + count, "");
    }
    for (int index : wish.each().keySet()) {
      if (index >= count) {
        draft.object("has no VF " + index + ": it has " + count + ", counted from 0", "");
      }
    }
  }

  private void existing(PfState state, VfWishes wishes) {
    List<VfStep.Change> changes = wishes.changes();
    if (!draft.allowed()) {
      return;
    }
    if (pf.network() && !changes.isEmpty()) {
      bringUp(draft, state);
    }
    if (!changes.isEmpty()) {
      draft.steps.add(new VfStep.Hold(pf.address(), changes));
    }
    new NvmeShares(draft, state, wish).addExisting();
    if (!draft.allowed()) {
      return;
    }
    List<Integer> idle = new ArrayList<>();
    state
        .vfs()
        .forEach((index, vf) -> {
          boolean free =
              vf.binding().driver().isEmpty() && draft.ledger.loan(vf.address()).isEmpty();
          boolean said = wish.each().containsKey(index) || wish.count().isPresent();
          if (free && said && wish.useOf(index) == VfUse.HOST) {
            idle.add(index);
          }
        });
    bind(draft, state, idle);
  }

  /** A PF that is down gives its VFs no link, and some drivers make and set none. */
  static void bringUp(Draft draft, PfState state) {
    Optional<PfState.Net> net = state.net();
    if (net.isPresent() && !net.get().up()) {
      draft.steps.add(new VfStep.Up(state.address(), false, true));
    }
  }

  /** The host's drivers take VFs only while the PF says so. */
  static void bind(Draft draft, PfState state, List<Integer> indexes) {
    if (indexes.isEmpty()) {
      return;
    }
    if (!state.autoprobe()) {
      draft.steps.add(new VfStep.Autoprobe(state.address(), false, true));
    }
    draft.steps.add(new VfStep.Bind(state.address(), indexes));
    if (!state.autoprobe()) {
      draft.steps.add(new VfStep.Autoprobe(state.address(), true, false));
    }
  }
}
