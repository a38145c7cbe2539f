package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.plan.Consequence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Stands before a function that is to leave the host. Some things are in the way whatever anybody
 * says: a bridge, half a group, a guest that has it. The rest a person may agree to: by name where
 * the host would be cut off or lose storage, all at once where something in use just stops.
 */
final class Guard {
  private final Draft draft;
  private final HostSnapshot host;
  private final PciFunction function;
  private final Names names;
  private final Request.Consent consent;
  private final List<Consequence> found = new ArrayList<>();

  private Guard(Draft draft, Request.Consent consent) {
    this.draft = draft;
    this.host = draft.host;
    this.function = draft.function;
    this.names = draft.names;
    this.consent = consent;
  }

  /** Adds to the draft what stops working, and objections to what nobody agreed to. */
  static void check(Draft draft, Request.Consent consent) {
    new Guard(draft, consent).check();
  }

  /**
   * The same for the way home of a function that somebody else has put on another driver of the
   * host: it stops there.
   */
  static void homeward(Draft draft, PciFunction member, Request.Consent consent) {
    Guard guard = new Guard(draft, consent);
    guard.look(member);
    guard.ask();
  }

  private void look(PciFunction member) {
    for (Consequence consequence : BlastRadius.of(host, member.address())) {
      found.add(consequence);
      draft.consequences.add(consequence.named(names.of(member)));
    }
    refusals(member);
  }

  private void check() {
    List<String> obstacles = Lendability.obstacles(function);
    obstacles.forEach(obstacle -> draft.object(obstacle, ""));
    List<PciFunction> along = function.bridge() ? List.of() : BlastRadius.along(host, function);
    for (PciFunction member : along) {
      look(member);
    }
    if (consent.within().isPresent()) {
      NoWayBack.check(draft, along);
    }
    draft.refuseForeignHolders();
    owners(along);
    if (obstacles.isEmpty()) {
      group();
    }
    ask();
  }

  private void ask() {
    boolean asked = true;
    for (Consequence consequence : found) {
      asked &= !consequence.warns() || consent.covers(consequence);
    }
    if (!asked && draft.allowed()) {
      draft.object("is in use on this host, as shown", "Add --yes if that may stop.");
    }
  }

  private void group() {
    List<String> mates = new ArrayList<>();
    for (PciFunction mate : host.groupMates(function)) {
      mates.add(names.of(mate) + SlotMates.part(function, mate));
    }
    if (!mates.isEmpty() && !consent.withGroup()) {
      draft.object(
          "shares its IOMMU group with "
              + String.join(" and ", mates)
              + ": they leave the host together or not at all",
          "Add --with-group to take them along.");
    }
  }

  /** No guest loses its device, nor does a way home, because something else is lent. */
  private void owners(List<PciFunction> along) {
    for (PciFunction member : along) {
      Optional<Loan> loan = draft.ledger.loan(member.address());
      if (loan.isEmpty() || member.equals(function)) {
        continue;
      }
      if (draft.wholeGroup().contains(member)) {
        loan.get().taker().ifPresent(guest -> draft.objectToOwnerOf(member, loan.get()));
      } else {
        draft.object(
            "takes " + names.of(member) + " with it, which Lend has lent or reserved",
            switch (loan.get().holder()) {
              case Loan.InGuest in -> "Take that back first: lend detach " + names.shortest(member);
              case Loan.InProcess in -> Draft.takeBack(loan.get(), names.shortest(member));
              case Loan.Reserved reserved -> "First: lend return " + names.shortest(member);
              case Loan.Along mate -> "First: lend return " + names.shortest(member);
            });
      }
    }
  }

  /** One objection for each kind: a controller with ten mounted disks needs no ten lines. */
  private void refusals(PciFunction member) {
    for (Kind kind : Kind.values()) {
      List<String> texts = new ArrayList<>();
      for (Consequence consequence : found) {
        if (consequence.device().equals(member.address())
            && consequence.kind() == kind
            && consequence.refuses()
            && !consent.covers(consequence)) {
          texts.add(consequence.text());
        }
      }
      if (!texts.isEmpty()) {
        String takes =
            member.equals(function) ? "" : "takes " + names.of(member) + " with it, which ";
        draft.object(takes + String.join(" and ", texts) + why(kind), advice(member, kind));
      }
    }
  }

  private static String why(Kind kind) {
    return switch (kind) {
      case DEFAULT_ROUTE -> ": the host would be cut off";
      case SESSION -> ": you would be cut off";
      case MANAGEMENT_ADDRESS -> ": whoever manages the host by it would be cut off";
      case ROOT_STORAGE -> ": the host cannot live without";
      case MOUNTED, SWAP, DISK_OPEN -> ": what is there would be lost to those who use it";
      default -> "";
    };
  }

  private String advice(PciFunction member, Kind kind) {
    String instead =
        switch (kind) {
          case DEFAULT_ROUTE ->
              names.vfAdvice(member).orElse("Move the route to another interface first.");
          case SESSION ->
              names.vfAdvice(member).orElse("Log in through another interface, then try again.");
          case MANAGEMENT_ADDRESS ->
              names
                  .vfAdvice(member)
                  .orElse("Give the host another address to be managed by first.");
          case VIRTUAL_FUNCTIONS -> names.vfAdvice(member).orElse("Remove them first.");
          case GUEST_FUNCTION -> Planner.LET_GO;
          case MOUNTED -> "Unmount it first.";
          case SWAP -> "Turn that swap off first.";
          case DISK_OPEN -> Planner.LET_GO;
          case FRAMEBUFFER -> DisplayLosses.freeIt(host, member.address());
          default -> "";
        };
    if (!kind.acceptable()) {
      return instead;
    }
    return (instead.isEmpty() ? "" : instead + " ")
        + (instead.isEmpty() ? "If you want that: --accept " : "Else, if you want that: --accept ")
        + kind.id();
  }
}
