package dev.lend.plan;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.ledger.Quarantine;
import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail.ReservedRegion;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.Hardware;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetOrigin;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.VfsOrigin;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes a plan for a request. A pure function: same input, same plan, no I/O. */
public final class Planner {
  /** The driver that lends a function to a guest (kernel: {@code drivers/vfio/pci/vfio_pci.c}). */
  public static final String VFIO_PCI = "vfio-pci";

  static final String LET_GO = "Stop it, or have it let the device go, then try again.";

  static final Binding LENT = new Binding(Optional.of(VFIO_PCI), Optional.of(VFIO_PCI));

  private final Draft draft;
  private final HostSnapshot host;
  private final Ledger ledger;
  private final PciFunction function;
  private final Names names;

  private Planner(Draft draft) {
    this.draft = draft;
    this.host = draft.host;
    this.ledger = draft.ledger;
    this.function = draft.function;
    this.names = draft.names;
  }

  /**
   * The plan for a request. The way home is planned as well for a lent function that the host has
   * no more: then only the loan ends.
   *
   * @param host the host now, with the bindings of the function and of its IOMMU group
   * @param guest the guest that the request is about, or that has the function now; empty where
   *     there is none
   * @param now the time that new loans carry
   * @throws IllegalArgumentException the snapshot has no such function, and it is not lent either:
   *     the face checks that first
   */
  public static Plan plan(
      HostSnapshot host, Ledger ledger, Optional<GuestView> guest, Request request, Instant now) {
    Optional<PciFunction> function = host.function(request.address());
    if (function.isEmpty()) {
      return WayHome.ofVanished(ledger, guest, request);
    }
    Draft draft = new Draft(host, ledger, request, function.get(), now);
    switch (request) {
      case Request.Attach attach -> new Planner(draft).attach(attach, guest, now);
      case Request.Reserve reserve -> new Planner(draft).reserve(reserve.consent(), now);
      case Request.Restore restore -> new Restoring(draft).restore();
      case Request.Run run -> new Planner(draft).run(run, now);
      case Request.Detach detach -> new WayHome(draft, detach.how()).detach(guest);
      case Request.Return giveBack -> new WayHome(draft, giveBack.how()).giveBack();
      case Request.TryReset tryReset -> new ResetPlan(draft, now).tryOut();
      case Request.Clean clean -> new ResetPlan(draft, now).clean();
      case Request.ShapeVfs shape -> new VfPlan(draft, shape).shape();
    }
    return draft.finish();
  }

  private void attach(Request.Attach attach, Optional<GuestView> guest, Instant now) {
    Optional<Loan> loan = ledger.loan(function.address());
    Optional<String> owner = loan.flatMap(Loan::taker);
    Plugging plugging = new Plugging(draft, attach.guest());
    Lasting missing = attach.lasting();
    if (loan.isPresent() && owner.isPresent()) {
      Optional<Lasting> more = plugging.missing(loan.get(), attach, guest);
      if (more.isEmpty()) {
        boolean same = owner.get().equals(attach.guest().toString());
        draft.object(
            "is lent to " + owner.get() + (same ? " already" : ": one device, one guest"),
            same ? "" : Draft.takeBack(loan.get(), draft.shortName()));
        return;
      }
      missing = more.get();
    }
    refuseQuarantined(function, attach.consent());
    Optional<String> port = missing.live() ? plugging.freePort(guest) : Optional.of("");
    new Defining(draft, attach.guest(), guest).check(missing);
    if (loan.isEmpty()) {
      take(attach.consent(), now);
    } else {
      continueLoan(attach.guest().toString(), owner.isPresent() && !missing.live());
    }
    if (missing.live()) {
      guest.ifPresent(view -> plugging.costs(view, attach.consent()));
    }
    List<String> forwards = attach.bridgeFdb() ? BridgeFdb.forLoan(draft) : List.of();
    if (port.isEmpty() || !draft.allowed()) {
      return;
    }
    give(attach, missing, plugging, port.get());
    Loan base = loan.orElseGet(() -> draft.loans.removeFirst());
    boolean defined = missing.defined() || base.defined();
    String id = Plugging.deviceId(attach.guest(), function.address());
    draft.loans.addFirst(
        base.heldBy(new Loan.InGuest(attach.guest(), id, defined))
            .forwarding(attach.bridgeFdb() ? forwards : base.forwards()));
    if (loan.isPresent()) {
      draft.touched.add(function.address());
    }
  }

  /**
   * Into the definition first: a guest that does not let go of what was plugged in keeps both, and
   * the loan is right whatever comes of the second.
   */
  private void give(Request.Attach attach, Lasting missing, Plugging plugging, String port) {
    if (missing.defined()) {
      draft.steps.add(Defining.define(attach.guest(), plugging, draft));
    }
    if (missing.live()) {
      String id = Plugging.deviceId(attach.guest(), function.address());
      draft.steps.add(new Step.Plug(attach.guest(), function.address(), id, port, plugging.vf()));
    }
  }

  /**
   * A loan of ours goes into a guest: nothing may have changed behind our back, and its group may
   * have one guest only.
   *
   * @param inside true where the guest may have it open, and keeps it
   */
  private void continueLoan(String guest, boolean inside) {
    if (!function.boundTo(VFIO_PCI)) {
      draft.object(
          "was reserved by Lend, but is on "
              + function.driver().orElse("no driver")
              + " now: somebody else changed it",
          "Give it back first: lend return " + draft.shortName());
    }
    Binding found = draft.binding(function);
    if (!found.equals(LENT)) {
      // A way home that broke off may have left it on vfio-pci with no override to keep it there.
      draft.steps.add(new Step.Rebind(function.address(), found, LENT));
    }
    for (PciFunction mate : host.groupMates(function)) {
      Optional<Loan> other = ledger.loan(mate.address());
      Optional<String> taker = other.flatMap(Loan::taker);
      if (other.isPresent() && taker.isPresent() && !taker.get().equals(guest)) {
        draft.objectToOwnerOf(mate, other.get());
      }
    }
    if (!inside && !draft.groupHasOurGuest()) {
      draft.refuseForeignHolders();
      // A guest may have had it since: one that was started with it, or that let it go half-way.
      if (ResetWays.of(host, function) instanceof Fact.Known<List<String>>) {
        draft.steps.add(new Step.Reset(function.address(), Optional.empty(), 1, false));
      }
    }
  }

  private void reserve(Request.Consent consent, Instant now) {
    Optional<Loan> loan = ledger.loan(function.address());
    if (loan.isEmpty()) {
      refuseQuarantined(function, consent);
      take(consent, now);
      return;
    }
    if (loan.get().holder() instanceof Loan.Reserved) {
      draft.object("is reserved already", "");
    } else {
      objectToHolder(loan.get());
    }
  }

  /** The function is in other hands. */
  private void objectToHolder(Loan loan) {
    String what =
        switch (loan.holder()) {
          case Loan.Reserved reserved -> "is reserved";
          case Loan.Along(PciAddress with) -> "is reserved already, together with " + with.brief();
          case Loan.InGuest(Guest guest, String id, boolean defined) -> "is lent to " + guest;
          case Loan.InProcess in -> "is lent to " + in.describe();
        };
    draft.object(what, Draft.takeBack(loan, draft.shortName()));
  }

  /** What a person has reserved before is taken over, and goes home in the end like all else. */
  private void run(Request.Run run, Instant now) {
    Optional<Loan> loan = ledger.loan(function.address());
    if (loan.isEmpty()) {
      refuseQuarantined(function, run.consent());
      take(run.consent(), now);
      loan = draft.loans.isEmpty() ? Optional.empty() : Optional.of(draft.loans.removeFirst());
    } else if (loan.get().holder() instanceof Loan.Reserved && run.from().isEmpty()) {
      refuseQuarantined(function, run.consent());
      continueLoan(run.holder().describe(), false);
      draft.touched.add(function.address());
    } else if (loan.get().inProcess().map(Loan.InProcess::task).equals(run.from())
        && run.from().isPresent()) {
      draft.touched.add(function.address());
    } else {
      objectToHolder(loan.get());
    }
    if (run.from().isEmpty()) {
      PinnedMemory.check(draft, run.consent(), run.holder().name(), run.memory());
    }
    loan.ifPresent(mine -> draft.loans.addFirst(mine.heldBy(run.holder())));
  }

  private void refuseQuarantined(PciFunction member, Request.Consent consent) {
    Optional<Quarantine> quarantine = ledger.quarantine(member);
    if (quarantine.isEmpty()) {
      return;
    }
    Consequence refusal =
        new Consequence(
            member.address(),
            Consequence.Severity.REFUSAL,
            Consequence.Kind.QUARANTINE,
            "is in quarantine since its reset failed when it came back: " + quarantine.get().why());
    draft.consequences.add(refusal.named(names.of(member)));
    if (!consent.covers(refusal)) {
      draft.object(
          (member.equals(function) ? "" : "takes " + names.of(member) + " with it, which ")
              + refusal.text(),
          "Clean it: lend clean "
              + names.shortest(member)
              + ". Else, if the next guest may get what the last one left in it: --accept "
              + refusal.kind().id());
    }
  }

  /**
   * The kernel's own check comes when a guest opens the function, and costs the guest its start
   * (kernel: {@code drivers/iommu/iommu.c}, {@code __iommu_device_set_domain}; before 6.6 {@code
   * drivers/iommu/intel/iommu.c}, {@code device_is_rmrr_locked}, whose words these are).
   */
  private void refuseReservedMemory() {
    Optional<ReservedRegion> region =
        host.hardware(function.address()).flatMap(Hardware::forbidden);
    if (region.isPresent()) {
      draft.object(
          "cannot be given to a guest: the firmware wants memory "
              + region.get().first()
              + " to "
              + region.get().last()
              + " mapped for it for good (ineligible for IOMMU domain attach due to platform RMRR"
              + " requirement)",
          "Only the maker's firmware setup or an update of it can change that; on servers look for"
              + " a setting that excludes the slot from shared memory.");
    }
  }

  /** Takes the function, and with it its group, off the host. */
  private void take(Request.Consent consent, Instant now) {
    refuseReservedMemory();
    // Devices of one group can write to each other: a guest may get what is left in any of them.
    host.groupMates(function).stream()
        .filter(mate -> ledger.loan(mate.address()).isEmpty())
        .forEach(mate -> refuseQuarantined(mate, consent));
    Guard.check(draft, consent);
    Remarks.add(draft);
    if (!host.vfioPciLoaded()) {
      draft.steps.add(new Step.LoadModule(VFIO_PCI));
    }
    for (PciFunction member : draft.wholeGroup()) {
      Binding found = draft.binding(member);
      NetOrigin net = draft.netOrigin(member);
      Optional<VfsOrigin> vfs =
          found.equals(LENT) ? Optional.empty() : new VfsHome(draft, member).leave();
      draft.keepNet(member, net, now);
      if (!found.equals(LENT)) {
        draft.steps.add(new Step.Rebind(member.address(), found, LENT));
      }
      draft.keepVf(member, net);
      draft.touched.add(member.address());
      // One of the group that Lend has already keeps its loan: that holds where it came from.
      Loan.Holder holder =
          member.equals(function) ? new Loan.Reserved() : new Loan.Along(function.address());
      draft.loans.add(
          ledger
              .loan(member.address())
              .orElseGet(() ->
                  new Loan(
                      member.address(),
                      holder,
                      found,
                      now,
                      net,
                      Optional.of(Drift.identity(host, member)),
                      vfs,
                      List.of())));
    }
  }

  /**
   * What QEMU shall call the device: stable, and legal as an id (QEMU: {@code util/id.c}, {@code
   * id_wellformed}).
   */
  public static String deviceId(PciAddress address) {
    return "lend-" + address.toString().replace(':', '-');
  }
}
