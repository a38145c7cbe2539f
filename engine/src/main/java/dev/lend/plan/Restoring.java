package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.NetOrigin;
import dev.lend.model.PciFunction;
import java.util.Optional;

/**
 * Plans the way back to vfio-pci that a device takes after a start of the host, which knows nothing
 * of loans: the guest whose definition has the device could not start without.
 */
final class Restoring {
  /**
   * Who lent it has agreed that what is in use stops, and is not there to agree to anything new.
   */
  static final Request.Consent AT_BOOT = new Request.Consent(true, true);

  private final Draft draft;

  Restoring(Draft draft) {
    this.draft = draft;
  }

  void restore() {
    Optional<Loan> lent = draft.ledger.loan(draft.function.address());
    if (lent.isEmpty() || !lent.get().defined()) {
      draft.object("is in no guest's definition by Lend", "See what is lent: lend status");
      return;
    }
    for (PciFunction member : draft.wholeGroup()) {
      Optional<Loan> loan = draft.ledger.loan(member.address());
      if (loan.isPresent()) {
        bind(member, loan.get());
      } else {
        draft.object(
            "shares its IOMMU group with "
                + draft.names.of(member)
                + ", which was not taken from the host with it",
            "Take it back, and lend it anew: lend detach " + draft.shortName());
      }
    }
    if (!draft.steps.isEmpty() && !draft.host.vfioPciLoaded()) {
      draft.steps.addFirst(new Step.LoadModule(Planner.VFIO_PCI));
    }
  }

  private void bind(PciFunction member, Loan loan) {
    Optional<String> other = Drift.otherDevice(loan, Drift.identity(draft.host, member));
    if (other.isPresent()) {
      draft.refuse(
          draft.names.of(member)
              + " "
              + other.get()
              + ". To forget that it was lent: lend "
              + (loan.inGuest().isPresent() ? "detach " : "return ")
              + draft.names.shortest(member)
              + " --leave");
      return;
    }
    Binding found = draft.binding(member);
    if (found.equals(Planner.LENT)) {
      return;
    }
    Guard.homeward(draft, member, AT_BOOT);
    NetOrigin net = draft.netOrigin(member);
    draft.keepNet(member, net, draft.now);
    draft.steps.add(new Step.Rebind(member.address(), found, Planner.LENT));
    draft.keepVf(member, net);
    draft.touched.add(member.address());
    draft.loans.add(loan);
  }
}
