package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.ledger.Quarantine;
import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.NetOrigin;
import dev.lend.model.PciFunction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Plans resets that a person asks for: trying a function's reset out, and cleaning one that is in
 * quarantine. Both take the function off its driver and bring it back to where it was.
 */
final class ResetPlan {
  /**
   * Off every driver. The override keeps the others away meanwhile: no driver has that name, the
   * one that driverctl(8) uses for the same purpose.
   */
  static final Binding OFF = new Binding(Optional.empty(), Optional.of("none"));

  /** Once could be luck: some devices can be reset once after power-on, and never again. */
  private static final int TIMES = 2;

  private final Draft draft;
  private final PciFunction function;
  private final Instant now;

  ResetPlan(Draft draft, Instant now) {
    this.draft = draft;
    this.now = now;
    this.function = draft.function;
  }

  void tryOut() {
    Optional<Loan> loan = draft.ledger.loan(function.address());
    if (loan.isPresent()) {
      draft.object(
          loan.get().taker().isPresent() ? "is in a guest" : "is reserved",
          Draft.takeBack(loan.get(), draft.shortName()));
    }
    refuseUsed();
    Fact<List<String>> resets = resets();
    if (draft.allowed()) {
      refuseWithoutReset(resets);
    }
    if (!draft.allowed()) {
      return;
    }
    List<String> methods = resets.or(List.of());
    aside(() -> {
      if (methods.isEmpty()) {
        draft.steps.add(reset(Optional.empty()));
        return;
      }
      List<String> chosen = methods;
      for (String method : methods) {
        chosen = choose(chosen, List.of(method));
        draft.steps.add(reset(Optional.of(method)));
      }
      choose(chosen, methods);
    });
    draft.touched.add(function.address());
  }

  void clean() {
    Optional<Quarantine> quarantine = draft.ledger.quarantine(function);
    Optional<Loan> loan = draft.ledger.loan(function.address());
    if (quarantine.isEmpty()) {
      draft.object(
          "is in no quarantine", "To try its reset: lend check --try-reset " + draft.shortName());
      return;
    }
    if (loan.isPresent() && loan.get().taker().isPresent()) {
      draft.object("is in a guest", Draft.takeBack(loan.get(), draft.shortName()));
      return;
    }
    refuseUsed();
    if (draft.allowed()) {
      refuseWithoutReset(resets());
    }
    if (!draft.allowed()) {
      return;
    }
    aside(() -> draft.steps.add(reset(Optional.empty())));
    draft.touched.add(function.address());
    loan.ifPresent(draft.loans::add);
  }

  private Fact<List<String>> resets() {
    return ResetWays.of(draft.host, function);
  }

  private Step reset(Optional<String> method) {
    return new Step.Reset(function.address(), method, TIMES, true);
  }

  private List<String> choose(List<String> from, List<String> to) {
    if (!from.equals(to)) {
      draft.steps.add(new Step.ChooseReset(function.address(), from, to));
    }
    return to;
  }

  /** Steps between which no driver of the host has the function. */
  private void aside(Runnable between) {
    Binding found = draft.binding(function);
    boolean bound = found.driver().isPresent() && !function.boundTo(Planner.VFIO_PCI);
    if (!bound) {
      between.run();
      return;
    }
    NetOrigin net = draft.netOrigin(function);
    draft.keepNet(function, net, now);
    draft.steps.add(new Step.Rebind(function.address(), found, OFF));
    draft.keepVf(function, net);
    between.run();
    draft.homeVf(function, net);
    draft.steps.add(new Step.Rebind(function.address(), OFF, found));
    draft.homeNet(function, net, now);
  }

  /** A reset under a user would cost that user its work: there is no consent to that. */
  private void refuseUsed() {
    if (function.bridge()) {
      draft.object("is a bridge: it carries other devices", "");
      return;
    }
    draft.refuseForeignHolders();
    List<String> notes = new ArrayList<>();
    for (Consequence consequence : BlastRadius.of(draft.host, function.address())) {
      if (consequence.severity() == Consequence.Severity.NOTE) {
        draft.consequences.add(consequence.named(draft.names.of(function)));
      } else {
        notes.add(consequence.text());
      }
    }
    if (!notes.isEmpty()) {
      draft.object(
          "is in use: it " + String.join("; it ", notes),
          "Only an idle device is reset: end that use first.");
    }
  }

  private void refuseWithoutReset(Fact<List<String>> resets) {
    if (resets instanceof Fact.Unreadable<List<String>>(String path, String why)) {
      draft.object("has reset methods that cannot be read (/" + path + ": " + why + ")", "");
    } else if (!(resets instanceof Fact.Known<List<String>>)) {
      draft.object(
          "cannot be reset: the kernel has no way that would not hit others (/sys/bus/pci/devices/"
              + function.address()
              + "/reset_method)",
          "Only taking the power off the host resets it.");
    }
  }
}
