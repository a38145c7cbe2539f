package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What it means that a guest is stopped where it does not let a function go. */
final class Forced {
  private Forced() {}

  /** Says so beforehand. That the person asks for it by name is the consent. */
  static void say(Draft draft, Guest guest) {
    List<String> others = new ArrayList<>();
    for (Loan loan : draft.ledger.loans().values()) {
      boolean same = loan.inGuest().map(Loan.InGuest::guest).equals(Optional.of(guest));
      if (same && !loan.address().equals(draft.function.address())) {
        others.add(loan.address().brief());
      }
    }
    draft.consequences.add(
        new Consequence(
            draft.function.address(),
            Consequence.Severity.NOTE,
            Consequence.Kind.GUEST_STOPS,
            "if "
                + guest
                + " refuses, or does not answer in its time, it is stopped at once, as by a power"
                + " cut: what it has not written to its disks is lost"
                + (others.isEmpty()
                    ? ""
                    : ". It has "
                        + String.join(" and ", others)
                        + " as well, which then wait for lend detach")));
  }
}
