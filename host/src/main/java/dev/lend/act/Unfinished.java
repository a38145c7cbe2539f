package dev.lend.act;

import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.JournalRecord;
import dev.lend.journal.Unanswered;
import dev.lend.model.Binding;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Ends what an earlier Lend began: a transaction that a crash left open, writes that the kernel
 * answered late, and what such a write held up. Doing this again after a crash in the middle is
 * safe.
 */
final class Unfinished {
  /** How long to wait for a write that was under way when Lend was killed. */
  private static final Duration ORPHAN = Duration.ofSeconds(10);

  private final Journal journal;
  private final Hands hands;
  private final Clock clock;
  private final String by;
  private final Progress progress;
  private Optional<JournalRecord.Outcome> ended = Optional.empty();

  Unfinished(Journal journal, Hands hands, Clock clock, String by, Progress progress) {
    this.journal = journal;
    this.hands = hands;
    this.clock = clock;
    this.by = by;
    this.progress = progress;
  }

  /** Ends all that can be ended now; the worst of how that went, empty where there was nothing. */
  Optional<JournalRecord.Outcome> end() {
    findOrphan();
    takeAnswers();
    if (journal.unfinished().isPresent()) {
      Journal.Unfinished cut = journal.unfinished().get();
      Transaction transaction = transaction(cut.opened());
      ended(
          cut.opened(),
          " was cut off",
          cut.opened().homeward(),
          cut.opened().homeward()
              ? transaction.forward()
              : transaction.back(cut.begun(), cut.undone()));
    }
    // Undoing takes its time: what was answered meanwhile must not wait for another recovery.
    takeAnswers();
    for (Unanswered.Rest rest : journal.unanswered().rests()) {
      boolean heldUp =
          waiting(journal, hands).stream()
              .anyMatch(stuck ->
                  stuck.write().device().map(rest.opened().touched()::contains).orElse(false));
      if (!heldUp) {
        JournalRecord.Opened again = journal.open(rest, by, clock.instant());
        ended(
            rest.opened(),
            " was held up by the kernel",
            rest.opened().homeward(),
            transaction(again).forward());
      }
    }
    // Meanwhile the kernel may have answered more, also of what was written just now.
    takeAnswers();
    return ended;
  }

  /** The worse of how two things ended; the best, where there was only one. */
  static JournalRecord.Outcome worse(
      Optional<JournalRecord.Outcome> one, JournalRecord.Outcome other) {
    return one.filter(before -> before.compareTo(other) > 0).orElse(other);
  }

  /** The writes that the kernel has not answered to this moment. */
  static List<StuckWrite> waiting(Journal journal, Hands hands) {
    List<StuckWrite> waiting = new ArrayList<>();
    for (StuckWrite stuck : journal.unanswered().stuck()) {
      if (hands.lives(stuck.write().task())) {
        waiting.add(stuck.showing(hands.evidence(stuck.write())));
      }
    }
    return waiting;
  }

  private Transaction transaction(JournalRecord.Opened opened) {
    return new Transaction(opened, journal, hands, clock, progress, true);
  }

  /** The child of a Lend that was killed may still be in the kernel. */
  private void findOrphan() {
    Optional<PendingWrite> writing = journal.unanswered().writing();
    if (writing.isEmpty() || !hands.lives(writing.get().task())) {
      return;
    }
    PendingWrite write = writing.get();
    progress.recovered(
        write.shell()
            + " is still under way for a Lend that was killed (process "
            + write.task().pid()
            + "); waiting for it.");
    if (!hands.ends(write.task(), ORPHAN)) {
      // Not by note: nothing may be put back under a write that nobody will remember.
      journal.append(
          new JournalRecord.Stuck(
              journal.last(), new StuckWrite(write, clock.instant(), hands.evidence(write))));
    }
  }

  private void takeAnswers() {
    for (StuckWrite stuck : journal.unanswered().stuck()) {
      PendingWrite write = stuck.write();
      if (!hands.lives(write.task())) {
        note(new JournalRecord.Answered(journal.last(), write.task(), clock.instant()));
        progress.recovered(
            "The kernel has answered "
                + write.shell()
                + write.device().map(this::found).orElse("."));
      }
    }
  }

  private String found(PciAddress address) {
    Optional<Binding> binding = hands.binding(address, WriteLog.none());
    return binding.isEmpty()
        ? ": " + address.brief() + " is gone from this host."
        : ": " + address.brief() + " is on " + binding.get().driver().orElse("no driver") + ".";
  }

  private void ended(
      JournalRecord.Opened first, String how, boolean homeward, Transaction.Result result) {
    String what = "lend " + first.verb() + " " + first.address() + " of " + first.at() + how;
    String why = String.join(" ", result.why());
    progress.recovered(
        what
            + switch (result.outcome()) {
              case DONE -> homeward ? "; it is finished now." : "; everything is put back.";
              case UNDONE ->
                  homeward ? "; it could not be finished: " + why : "; everything is put back.";
              case STRANDED -> "; it needs a person: " + why;
              case WAITING -> "; it still is: " + why;
            });
    // What leads home is not as it was: it is not where it should be.
    JournalRecord.Outcome outcome =
        homeward && result.outcome() == JournalRecord.Outcome.UNDONE
            ? JournalRecord.Outcome.STRANDED
            : result.outcome();
    ended = Optional.of(worse(ended, outcome));
  }

  /** A full disk must not stop this: what is not noted is found out again by the next Lend. */
  private void note(JournalRecord record) {
    try {
      journal.append(record);
    } catch (JournalException unwritable) {
      progress.recovered(String.valueOf(unwritable.getMessage()));
    }
  }
}
