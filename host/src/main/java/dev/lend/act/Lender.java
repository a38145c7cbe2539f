package dev.lend.act;

import dev.lend.journal.Journal;
import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.HostSnapshot;
import dev.lend.plan.Plan;
import dev.lend.plan.Planner;
import dev.lend.plan.Request;
import java.time.Clock;
import java.util.Optional;

/**
 * The one way through the house: snapshot, plan, journal, act, verify, ledger. Every face asks
 * here. The caller holds the state folder's lock.
 */
public final class Lender {
  private final HostView host;
  private final Guests guests;
  private final Hands hands;
  private final Clock clock;
  private final String by;

  /**
   * @param by who asks, for the journal
   */
  public Lender(HostView host, Guests guests, Hands hands, Clock clock, String by) {
    this.host = host;
    this.guests = guests;
    this.hands = hands;
    this.clock = clock;
    this.by = by;
  }

  /** The plan for a request as things stand; changes nothing. */
  public Plan plan(Ledger ledger, Request request) {
    HostSnapshot snapshot = host.around(request.address());
    Optional<GuestView> view = concerned(ledger, request).map(guests::view);
    return Planner.plan(snapshot, ledger, view, request, clock.instant());
  }

  private static Optional<Guest> concerned(Ledger ledger, Request request) {
    return switch (request) {
      case Request.Attach attach -> Optional.of(attach.guest());
      case Request.Detach detach ->
          ledger.loan(detach.address()).flatMap(Loan::inGuest).map(Loan.InGuest::guest);
      case Request.Reserve reserve -> Optional.empty();
      case Request.Return giveBack -> Optional.empty();
      case Request.TryReset tryReset -> Optional.empty();
      case Request.Clean clean -> Optional.empty();
    };
  }

  /** Carries a request out, or says why not. */
  public Outcome carryOut(Journal journal, Request request, Progress progress) {
    recover(journal, progress);
    Plan plan = plan(journal.ledger(), request);
    if (!plan.allowed()) {
      return new Outcome.Refused(plan);
    }
    progress.planned(plan);
    JournalRecord.Opened opened = journal.open(plan, by, clock.instant());
    Transaction.Result result = new Transaction(opened, journal, hands, clock, progress).forward();
    return switch (result.outcome()) {
      case DONE -> new Outcome.Done(plan);
      case UNDONE -> new Outcome.PutBack(plan, String.join(" ", result.why()));
      case STRANDED, WAITING -> new Outcome.Stranded(plan, result.why());
    };
  }

  /**
   * Ends a transaction that a crash left open: one that leads home is finished, any other is
   * undone. Doing this again after a crash in the middle is safe.
   *
   * @return how it ended; empty where nothing was open
   */
  public Optional<JournalRecord.Outcome> recover(Journal journal, Progress progress) {
    Optional<Journal.Unfinished> found = journal.unfinished();
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Journal.Unfinished unfinished = found.get();
    JournalRecord.Opened opened = unfinished.opened();
    Transaction transaction = new Transaction(opened, journal, hands, clock, progress);
    Transaction.Result result =
        opened.homeward()
            ? transaction.forward()
            : transaction.back(unfinished.begun(), unfinished.undone());
    String what =
        "lend " + opened.verb() + " " + opened.address() + " of " + opened.at() + " was cut off";
    progress.recovered(
        what
            + switch (result.outcome()) {
              case DONE -> "; it is finished now.";
              case UNDONE ->
                  opened.homeward()
                      ? "; it could not be finished: " + String.join(" ", result.why())
                      : "; everything is put back.";
              case STRANDED, WAITING -> "; it needs a person: " + String.join(" ", result.why());
            });
    return Optional.of(result.outcome());
  }
}
