package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.Fact;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.NvmeShare;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfState;
import dev.lend.model.VfSettings;
import dev.lend.model.VfWish;
import dev.lend.model.VfsOrigin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A PF that leaves the host takes its VFs with it: they go before it, and come back after it. */
final class VfsHome {
  private final Draft draft;
  private final PciFunction pf;

  VfsHome(Draft draft, PciFunction pf) {
    this.draft = draft;
    this.pf = pf;
  }

  /** How the PF stands; empty where it is none, or cannot be read, which is objected to. */
  private Optional<PfState> state() {
    return switch (draft.host.surroundings().pf(pf.address())) {
      case Fact.Known<PfState>(PfState state) -> Optional.of(state);
      case Fact.Absent<PfState> none -> Optional.empty();
      case Fact.Unreadable<PfState>(String path, String why) -> {
        draft.refuse(
            "How the VFs of "
                + draft.names.of(pf)
                + " are set up cannot be read ("
                + path
                + ": "
                + why
                + "), so they could not be put back. Nothing was changed.");
        yield Optional.empty();
      }
    };
  }

  /** Steps that remove its VFs, and what makes them again; empty where there are none. */
  Optional<VfsOrigin> leave() {
    Optional<PfState> found = state().filter(state -> state.count() > 0);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    PfState state = found.get();
    for (PfState.Vf vf : state.vfs().values()) {
      draft.host.function(vf.address()).ifPresent(this::refuseWanted);
    }
    VfsOrigin origin = origin(state);
    // Undone last: how the interfaces were, after their drivers, after all else.
    origin
        .interfaces()
        .forEach((vf, states) ->
            draft.steps.add(new Step.Keep(new Step.RestoreNet(vf, draft.now, states))));
    if (!origin.bound().isEmpty()) {
      draft.steps.add(new Step.Keep(new VfStep.Bind(pf.address(), origin.bound())));
    }
    if (state.autoprobe()) {
      draft.steps.add(new VfStep.Autoprobe(pf.address(), true, false));
    }
    hold(origin).ifPresent(hold -> draft.steps.add(new Step.Keep(hold)));
    NvmeShares.offline(state).ifPresent(draft.steps::add);
    draft.steps.add(new VfStep.Count(pf.address(), state.count(), 0));
    if (state.autoprobe()) {
      draft.steps.add(new VfStep.Autoprobe(pf.address(), false, true));
    }
    return Optional.of(origin);
  }

  private void refuseWanted(PciFunction vf) {
    if (vf.boundTo(Planner.VFIO_PCI)) {
      draft.refuse(
          draft.names.of(vf)
              + " is on vfio-pci, and not by Lend: somebody wants it for a guest. Give it back"
              + " first: driverctl unset-override "
              + vf.address());
    }
  }

  private VfsOrigin origin(PfState state) {
    SortedMap<Integer, VfSettings> settings = new TreeMap<>();
    List<Integer> bound = new ArrayList<>();
    Map<PciAddress, List<NetState>> interfaces = new HashMap<>();
    SortedMap<Integer, NvmeShare> shares = new TreeMap<>();
    state
        .vfs()
        .forEach((index, vf) -> {
          vf.settings().ifPresent(own -> settings.put(index, own));
          vf.share().filter(NvmeShare::online).ifPresent(own -> shares.put(index, own));
          if (vf.binding().driver().isPresent()) {
            bound.add(index);
          }
          List<NetState> own =
              draft
                  .host
                  .function(vf.address())
                  .map(draft::netOrigin)
                  .map(NetOrigin::interfaces)
                  .orElse(List.of());
          if (!own.isEmpty()) {
            interfaces.put(vf.address(), own);
          }
        });
    return new VfsOrigin(state.count(), state.autoprobe(), settings, bound, interfaces, shares);
  }

  private Optional<VfStep.Hold> hold(VfsOrigin origin) {
    List<VfStep.Change> changes = new ArrayList<>();
    origin
        .settings()
        .forEach((index, own) ->
            changes.add(new VfStep.Change(index, VfWish.none(), VfStep.wishFor(own))));
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(new VfStep.Hold(pf.address(), changes));
  }

  /** Steps that make the VFs again once the PF is home. */
  void home(Loan loan) {
    Optional<VfsOrigin> vfs = loan.vfs();
    Optional<PfState> now = vfs.isEmpty() ? Optional.empty() : state();
    if (vfs.isEmpty() || now.isEmpty()) {
      return;
    }
    VfsOrigin origin = vfs.get();
    if (now.get().count() != 0 && now.get().count() != origin.count()) {
      draft.consequences.add(
          new Consequence(
                  pf.address(),
                  Consequence.Severity.NOTE,
                  Consequence.Kind.VIRTUAL_FUNCTIONS,
                  "has "
                      + now.get().count()
                      + " VFs now, by somebody else, and had "
                      + origin.count()
                      + ": they stay as they are")
              .named(draft.names.of(pf)));
      return;
    }
    boolean make = now.get().count() == 0;
    if (make && now.get().autoprobe()) {
      draft.steps.add(new VfStep.Autoprobe(pf.address(), true, false));
    }
    if (make) {
      draft.steps.add(new VfStep.Count(pf.address(), 0, origin.count()));
    }
    hold(origin).ifPresent(draft.steps::add);
    if (make && !origin.shares().isEmpty()) {
      List<VfStep.NvmeChange> changes = new ArrayList<>();
      origin
          .shares()
          .forEach(
              (index, own) -> changes.add(new VfStep.NvmeChange(index, NvmeShare.none(), own)));
      draft.steps.add(new VfStep.Share(pf.address(), changes));
    }
    boolean probing = !make && now.get().autoprobe();
    boolean wanted = origin.autoprobe() || !origin.bound().isEmpty();
    if (probing != wanted) {
      draft.steps.add(new VfStep.Autoprobe(pf.address(), probing, wanted));
    }
    if (!origin.bound().isEmpty()) {
      draft.steps.add(new VfStep.Bind(pf.address(), origin.bound()));
    }
    if (wanted != origin.autoprobe()) {
      draft.steps.add(new VfStep.Autoprobe(pf.address(), wanted, origin.autoprobe()));
    }
    origin
        .interfaces()
        .forEach((vf, states) -> draft.steps.add(new Step.RestoreNet(vf, loan.since(), states)));
  }
}
