package dev.lend.plan;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.GuestView;
import dev.lend.model.NetOrigin;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.VfioHolder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Plans the way home: out of the guest, and back to the driver that a function came from. */
final class WayHome {
  private final Draft draft;
  private final PciFunction function;
  private final Request.Homecoming how;

  WayHome(Draft draft, Request.Homecoming how) {
    this.draft = draft;
    this.how = how;
    this.function = draft.function;
  }

  /**
   * The way home of a function that the host has no more, such as a VF whose PF was told to have
   * none: there is nothing to bind, and the loan ends.
   */
  static Plan ofVanished(Ledger ledger, Optional<GuestView> view, Request request) {
    PciAddress address = request.address();
    Loan loan =
        ledger
            .loan(address)
            .filter(any -> request.homeward())
            .orElseThrow(() -> new IllegalArgumentException("no function " + address));
    List<Step> steps = List.of();
    List<Objection> objections = List.of();
    if (loan.inGuest().isPresent()) {
      Loan.InGuest in = loan.inGuest().get();
      if (request instanceof Request.Return) {
        objections = List.of(new Objection(address.brief() + " " + inGuest(in, address.brief())));
      } else if (view.isPresent() && view.get().state() instanceof GuestView.Mute(String why)) {
        objections = List.of(new Objection(Plugging.mute(in.guest(), why)));
      } else {
        steps = new ArrayList<>();
        if (Plugging.inside(view, in)) {
          boolean force = request instanceof Request.Detach detach && detach.how().force();
          steps.add(new Step.Unplug(in.guest(), address, in.deviceId(), force));
        }
        Defining.undefine(loan).ifPresent(steps::add);
      }
    }
    boolean allowed = objections.isEmpty();
    return new Plan(
        request, steps, List.of(), objections, allowed ? List.of(address) : List.of(), List.of());
  }

  private static String inGuest(Loan.InGuest in, String shortName) {
    return "is lent to " + in.guest() + ". Take it back: lend detach " + shortName;
  }

  void detach(Optional<GuestView> view) {
    Optional<Loan> loan = draft.ledger.loan(function.address());
    if (loan.isEmpty()) {
      List<VfioHolder> holders = draft.host.holdersOf(function);
      if (holders.isEmpty()) {
        draft.object("is not lent", "See what is: lend status");
      } else {
        draft.object(
            "was not lent by Lend: it is held by " + holders.getFirst().describe(), Planner.LET_GO);
      }
      return;
    }
    if (running(loan.get())) {
      return;
    }
    if (loan.get().inGuest().isEmpty()) {
      draft.object("is in no guest", "Give it back to the host: lend return " + draft.shortName());
      return;
    }
    Loan.InGuest in = loan.get().inGuest().get();
    if (view.isPresent() && view.get().state() instanceof GuestView.Mute(String why)) {
      draft.refuse(Plugging.mute(in.guest(), why));
      return;
    }
    boolean inside = Plugging.inside(view, in);
    if (inside) {
      draft.steps.add(new Step.Unplug(in.guest(), function.address(), in.deviceId(), how.force()));
      if (how.force()) {
        Forced.say(draft, in.guest());
      }
    }
    // After the guest has let it go: one that refuses keeps both, as before.
    Defining.undefine(loan.get()).ifPresent(draft.steps::add);
    if (!inside && how.leave()) {
      leave(loan.get());
      return;
    }
    home(loan.get());
  }

  void giveBack() {
    Optional<Loan> loan = draft.ledger.loan(function.address());
    if (loan.isEmpty()) {
      draft.object("is not reserved by Lend", "See what is: lend status");
      return;
    }
    if (loan.get().inGuest().isPresent()) {
      Loan.InGuest in = loan.get().inGuest().get();
      draft.refuse(draft.names.of(function) + " " + inGuest(in, draft.shortName()));
      return;
    }
    if (how.leave()) {
      leave(loan.get());
      return;
    }
    if (running(loan.get())) {
      return;
    }
    for (PciFunction mate : draft.host.groupMates(function)) {
      Optional<Loan> other = draft.ledger.loan(mate.address()).filter(this::kept);
      if (other.flatMap(Loan::taker).isPresent()) {
        draft.object(
            "shares its IOMMU group with "
                + draft.names.of(mate)
                + ", which is lent to "
                + other.flatMap(Loan::taker).get(),
            "Both go home when that comes back"
                + (other.get().inGuest().isPresent()
                    ? ": lend detach " + draft.names.shortest(mate)
                    : ""));
        return;
      }
    }
    draft.refuseForeignHolders();
    if (loan.get().inProcess().isPresent()) {
      awaitRelease();
    }
    wholeGroup();
  }

  /** True where whoever has the loan did not end, as far as that can be known. */
  private boolean kept(Loan loan) {
    return loan.inProcess().map(process -> !draft.host.ended(process.task())).orElse(true);
  }

  /** Objects to taking a device from a process that was started with it and has not ended. */
  private boolean running(Loan loan) {
    Optional<Loan.InProcess> in = loan.inProcess().filter(process -> kept(loan));
    in.ifPresent(process ->
        draft.object("is lent to " + process.describe(), Draft.takeBack(loan, draft.shortName())));
    return in.isPresent();
  }

  private void awaitRelease() {
    if (function.group() instanceof Fact.Known<Integer>(Integer group)) {
      draft.steps.add(new Step.AwaitRelease(function.address(), group));
    }
  }

  /**
   * After the guest let go: home with the whole group, or, where the guest keeps another of the
   * group, just reserved.
   */
  private void home(Loan loan) {
    if (draft.groupHasOurGuest()) {
      draft.touched.add(function.address());
      draft.loans.add(loan.heldBy(new Loan.Reserved()));
      return;
    }
    awaitRelease();
    wholeGroup();
  }

  /**
   * What a guest had is reset before the host's driver gets it. The kernel does that too when the
   * guest closes it, and keeps to itself whether it worked (kernel: {@code
   * drivers/vfio/pci/vfio_pci_core.c}, {@code vfio_pci_core_disable}).
   */
  private void wipe(PciFunction member) {
    Optional<Loan> loan = draft.ledger.loan(member.address());
    boolean resettable = ResetWays.of(draft.host, member) instanceof Fact.Known<List<String>>;
    if (loan.isPresent() && resettable && member.boundTo(Planner.VFIO_PCI)) {
      draft.steps.add(new Step.Reset(member.address(), Optional.empty(), 1, false));
    }
  }

  /**
   * Out of the books: whoever has changed it knows best. Only Lend knows the way back of others.
   */
  private void leave(Loan loan) {
    if (drift(function, loan).isEmpty()) {
      draft.object(
          "is as Lend left it, and only Lend knows its way home",
          "Take it home: lend "
              + (loan.inGuest().isPresent() ? "detach " : "return ")
              + draft.shortName());
      return;
    }
    draft.touched.add(function.address());
  }

  private Optional<String> drift(PciFunction member, Loan loan) {
    return Drift.of(draft.host, member, loan, draft.binding(member));
  }

  /** What somebody else has changed is not fought over: a person chooses. */
  private void refuseChanged(PciFunction member, Loan loan) {
    Optional<String> changed = drift(member, loan);
    if (changed.isEmpty()) {
      return;
    }
    Consequence refusal =
        new Consequence(
            member.address(),
            Consequence.Severity.REFUSAL,
            Consequence.Kind.CHANGED,
            changed.get());
    draft.consequences.add(refusal.named(draft.names.of(member)));
    Optional<String> driver = member.driver();
    if (!how.consent().covers(refusal)) {
      String verb = loan.inGuest().isPresent() ? "detach " : "return ";
      draft.refuse(
          draft.names.of(member)
              + " "
              + changed.get()
              + ". To leave it as it is and forget that it was lent: lend "
              + verb
              + draft.names.shortest(member)
              + " --leave. Else, to have it "
              + loan.origin().describe()
              + " nevertheless: --accept "
              + refusal.kind().id());
    } else if (driver.isPresent()
        && !driver.equals(loan.origin().driver())
        && !member.boundTo(Planner.VFIO_PCI)) {
      Guard.homeward(draft, member, how.consent());
    }
  }

  private void wholeGroup() {
    for (PciFunction member : draft.wholeGroup()) {
      draft.ledger.loan(member.address()).ifPresent(loan -> refuseChanged(member, loan));
    }
    draft.wholeGroup().forEach(this::wipe);
    for (PciFunction member : draft.wholeGroup()) {
      Optional<Loan> loan = draft.ledger.loan(member.address());
      if (loan.isPresent()) {
        Binding now = draft.binding(member);
        NetOrigin net = loan.get().net();
        draft.homeVf(member, net);
        homeResets(member, loan.get());
        if (!now.equals(loan.get().origin())) {
          draft.steps.add(new Step.Rebind(member.address(), now, loan.get().origin()));
        }
        draft.homeNet(member, net, loan.get().since());
        new VfsHome(draft, member).home(loan.get());
        BridgeFdb.takeOut(draft, member, loan.get());
        draft.touched.add(member.address());
      }
    }
  }

  private void homeResets(PciFunction member, Loan loan) {
    List<String> now = ResetWays.of(draft.host, member).or(List.of());
    if (!loan.resets().isEmpty() && !now.equals(loan.resets())) {
      draft.steps.add(new Step.ChooseReset(member.address(), now, loan.resets()));
    }
  }
}
