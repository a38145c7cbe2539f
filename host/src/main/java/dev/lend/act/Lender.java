package dev.lend.act;

import dev.lend.journal.Confirmations;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.HostSnapshot;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.StuckWrite;
import dev.lend.plan.Nearness;
import dev.lend.plan.Plan;
import dev.lend.plan.Planner;
import dev.lend.plan.Request;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

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
  private final Set<KernelTask> over;

  /**
   * @param by who asks, for the journal
   */
  public Lender(HostView host, Guests guests, Hands hands, Clock clock, String by) {
    this(host, guests, hands, clock, by, Set.of());
  }

  private Lender(
      HostView host, Guests guests, Hands hands, Clock clock, String by, Set<KernelTask> over) {
    this.over = Set.copyOf(over);
    this.host = host;
    this.guests = guests;
    this.hands = hands;
    this.clock = clock;
    this.by = by;
  }

  /**
   * The same for who gives back what he had himself.
   *
   * @param holders the processes that have it by the ledger, and need it no more
   */
  public Lender taking(List<KernelTask> holders) {
    return new Lender(host, guests, hands, clock, by, Set.copyOf(holders));
  }

  /** The plan for a request as things stand; changes nothing. */
  public Plan plan(Journal journal, Request request) {
    HeldUp heldUp = new HeldUp(waiting(journal));
    HostSnapshot snapshot =
        request instanceof Request.ShapeVfs
            ? host.withVfs(request.address(), heldUp.addresses())
            : host.around(request.address(), heldUp.addresses());
    snapshot = snapshot.withEnded(ended(journal.ledger()));
    Optional<Plan> refusal = heldUp.refusal(snapshot, request);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Ledger ledger = journal.ledger();
    Optional<GuestView> view = concerned(ledger, request).map(guests::view);
    if (request instanceof Request.Attach attach) {
      view = view.map(one -> one.with(guests.definition(attach.guest(), attach.address())));
    }
    Plan plan = heldUp.checked(Planner.plan(snapshot, ledger, view, request, clock.instant()));
    return request instanceof Request.Attach attach && plan.allowed()
        ? Nearness.said(plan, snapshot, attach.guest().toString(), host.nodeOf(attach.guest()))
        : plan;
  }

  private static Optional<Guest> concerned(Ledger ledger, Request request) {
    return switch (request) {
      case Request.Attach attach -> Optional.of(attach.guest());
      case Request.Detach detach ->
          ledger.loan(detach.address()).flatMap(Loan::inGuest).map(Loan.InGuest::guest);
      case Request.Reserve reserve -> Optional.empty();
      case Request.Restore restore -> Optional.empty();
      case Request.Run run -> Optional.empty();
      case Request.Return giveBack -> Optional.empty();
      case Request.TryReset tryReset -> Optional.empty();
      case Request.Clean clean -> Optional.empty();
      case Request.ShapeVfs shape -> Optional.empty();
    };
  }

  /** The processes that have something by the ledger, and have ended. */
  private Set<KernelTask> ended(Ledger ledger) {
    Set<KernelTask> ended = new HashSet<>();
    for (Loan loan : ledger.loans().values()) {
      loan.inProcess().map(Loan.InProcess::task).filter(this::ended).ifPresent(ended::add);
    }
    return ended;
  }

  private boolean ended(KernelTask task) {
    return over.contains(task) || !hands.lives(task);
  }

  /** The writes that the kernel has not answered to this moment, with what it shows of them now. */
  public List<StuckWrite> waiting(Journal journal) {
    return Unfinished.waiting(journal, hands);
  }

  /** Carries a request out, or says why not. */
  public Outcome carryOut(Journal journal, Request request, Progress progress) {
    Optional<Loan> before = journal.ledger().loan(request.address());
    boolean lent = before.isPresent();
    // Who comes to give back what a process had says so, and does it one device after the other.
    recover(journal, before.filter(any -> request.homeward()).flatMap(Loan::inProcess), progress);
    if (request.homeward() && lent && journal.ledger().loan(request.address()).isEmpty()) {
      // Ending the earlier work has brought it home: that is what was asked for.
      return new Outcome.Done(
          new Plan(request, List.of(), List.of(), List.of(), List.of(), List.of()));
    }
    return carryOutAlone(journal, request, progress);
  }

  private Outcome carryOutAlone(Journal journal, Request request, Progress progress) {
    Plan plan = plan(journal, request);
    if (!plan.allowed()) {
      return new Outcome.Refused(plan);
    }
    progress.planned(plan);
    JournalRecord.Opened opened = journal.open(plan, by, clock.instant());
    if (request.agreed().within().isPresent()) {
      Duration within = request.agreed().within().get();
      journal.append(new JournalRecord.Provisional(opened.transaction(), within));
    }
    List<StuckWrite> before = journal.unanswered().stuck();
    Transaction.Result result =
        new Transaction(opened, journal, hands, clock, progress, false).forward();
    List<StuckWrite> stuck = new ArrayList<>(journal.unanswered().stuck());
    stuck.removeAll(before);
    stuck.removeIf(one -> !hands.lives(one.write().task()));
    if (!stuck.isEmpty()) {
      return new Outcome.Stuck(plan, result.why(), stuck);
    }
    return switch (result.outcome()) {
      case DONE -> new Outcome.Done(plan);
      case UNDONE -> new Outcome.PutBack(plan, String.join(" ", result.why()));
      case STRANDED, WAITING -> new Outcome.Stranded(plan, result.why());
    };
  }

  /**
   * Ends what earlier work left open: a transaction that a crash cut off, which is finished where
   * it leads home and undone otherwise, what a write held up that the kernel has answered since,
   * and loans to processes that have ended. Doing this again after a crash in the middle is safe.
   *
   * @return how it ended, the worst where there was more than one; empty where nothing was open
   */
  public Optional<JournalRecord.Outcome> recover(Journal journal, Progress progress) {
    return recover(journal, Optional.empty(), progress);
  }

  /**
   * The same.
   *
   * @param others whose loans are somebody else's to end
   */
  private Optional<JournalRecord.Outcome> recover(
      Journal journal, Optional<Loan.InProcess> others, Progress progress) {
    Optional<JournalRecord.Outcome> ended =
        new Unfinished(journal, hands, clock, by, progress).end();
    ended = takeBackEnded(journal, others, ended, progress);
    return takeBackUnconfirmed(journal, ended, progress);
  }

  /**
   * Takes back what was lent to processes that have ended since.
   *
   * @param before how all before that ended
   * @return the same and how this did
   */
  private Optional<JournalRecord.Outcome> takeBackEnded(
      Journal journal,
      Optional<Loan.InProcess> others,
      Optional<JournalRecord.Outcome> before,
      Progress progress) {
    Optional<JournalRecord.Outcome> ended = before;
    for (Loan loan : journal.ledger().loans().values()) {
      Optional<Loan.InProcess> in = loan.inProcess();
      if (in.isEmpty() || in.equals(others) || !ended(in.get().task())) {
        continue;
      }
      Outcome outcome = home(journal, loan, progress);
      boolean done = outcome instanceof Outcome.Done;
      ended =
          Optional.of(
              Unfinished.worse(
                  ended, done ? JournalRecord.Outcome.DONE : JournalRecord.Outcome.STRANDED));
      progress.recovered(
          in.get().describe()
              + ", for which lend run took "
              + loan.address()
              + ", has ended; "
              + (done
                  ? "it is given back."
                  : "giving it back did not work: "
                      + outcome.reason()
                      + " Try: lend return "
                      + loan.address().brief()));
    }
    return ended;
  }

  /**
   * Takes back what had to be confirmed by now and was not.
   *
   * @param before how all before that ended
   * @return the same and how this did
   */
  private Optional<JournalRecord.Outcome> takeBackUnconfirmed(
      Journal journal, Optional<JournalRecord.Outcome> before, Progress progress) {
    Optional<JournalRecord.Outcome> ended = before;
    for (Confirmations.Pending pending : journal.confirmations().pending()) {
      Optional<Loan> loan = journal.ledger().loan(pending.address());
      if (clock.instant().isBefore(pending.until()) || loan.isEmpty()) {
        continue;
      }
      Outcome outcome = home(journal, loan.get(), progress);
      ended =
          Optional.of(
              Unfinished.worse(
                  ended,
                  outcome instanceof Outcome.Done
                      ? JournalRecord.Outcome.DONE
                      : JournalRecord.Outcome.STRANDED));
      progress.recovered(
          "lend "
              + pending.verb()
              + " "
              + pending.address()
              + " was not confirmed by "
              + pending.until()
              + (outcome instanceof Outcome.Done
                  ? "; it is taken back."
                  : "; taking it back did not work: "
                      + outcome.reason()
                      + " Try: lend "
                      + homeward(loan.get()).verb()
                      + " "
                      + pending.address().brief()));
    }
    return ended;
  }

  private static Request homeward(Loan loan) {
    return loan.inGuest().isPresent()
        ? new Request.Detach(loan.address())
        : new Request.Return(loan.address());
  }

  private Outcome home(Journal journal, Loan loan, Progress progress) {
    return carryOutAlone(journal, homeward(loan), progress);
  }

  /**
   * Ends what is open, and brings a function home that is away: its time to be confirmed is over by
   * a clock that nobody sets, whatever this one's says.
   */
  public void takeBack(Journal journal, PciAddress address, Progress progress) {
    recover(journal, progress);
    Optional<Loan> loan = journal.ledger().loan(address);
    if (loan.isPresent()) {
      Outcome outcome = home(journal, loan.get(), progress);
      progress.recovered(
          "The change of "
              + address
              + " was not confirmed in time"
              + (outcome instanceof Outcome.Done
                  ? "; it is taken back."
                  : "; taking it back did not work: " + outcome.reason()));
    }
  }

  /**
   * Confirms changes that would be taken back otherwise.
   *
   * @param address only those of this function; empty for all
   * @return those that stand now
   */
  public List<Confirmations.Pending> confirm(Journal journal, Optional<PciAddress> address) {
    List<Confirmations.Pending> confirmed = new ArrayList<>();
    for (Confirmations.Pending pending : journal.confirmations().pending()) {
      if (address.isEmpty() || address.get().equals(pending.address())) {
        journal.append(
            new JournalRecord.Confirmed(journal.last(), pending.transaction(), clock.instant()));
        confirmed.add(pending);
      }
    }
    return confirmed;
  }
}
