package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.JournalRecord;
import dev.lend.journal.MemoryJournalLog;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.PciAddress;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A guard brings the device home, whatever is in its way, and lets it be where it is confirmed. */
class GuardDutyTest {
  private static final PciAddress NIC = PciAddress.parse("02:00.0").orElseThrow();
  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");
  private static final Duration WITHIN = Duration.ofSeconds(60);
  private static final Loan LOAN =
      new Loan(NIC, new Loan.Reserved(), new Binding(Optional.of("e1000e"), Optional.empty()), NOW);

  private final MemoryJournalLog log = new MemoryJournalLog();
  private final List<String> notes = new ArrayList<>();
  private final List<Duration> waits = new ArrayList<>();
  private final List<Boolean> attempts = new ArrayList<>();
  private boolean asking = true;
  private long clock = 1_000;
  private int looks;

  /** What happens while the guard waits. */
  private Consumer<Duration> meanwhile = most -> {};

  /** What comes of an attempt. */
  private Runnable outcome = this::goHome;

  private final class Post implements GuardDuty.Post {
    @Override
    public Journal look() {
      looks++;
      assertThat(looks).as("a guard that goes round in circles").isLessThan(1_000);
      return journal();
    }

    @Override
    public boolean asking() {
      return asking;
    }

    @Override
    public void takeBack(boolean home) {
      attempts.add(home);
      outcome.run();
    }

    @Override
    public void await(Duration most) {
      waits.add(most);
      clock += most.toNanos();
      meanwhile.accept(most);
    }

    @Override
    public long now() {
      return clock;
    }

    @Override
    public void note(String what) {
      notes.add(what);
    }
  }

  private Journal journal() {
    return Journal.read(log);
  }

  private void keep() {
    new GuardDuty(new Post(), NIC, 0, WITHIN).keep();
  }

  private static Request reserve() {
    return new Request.Reserve(
        NIC, new Request.Consent(false, false, java.util.Set.of(), Optional.of(WITHIN)));
  }

  private JournalRecord.Opened open(Request request, List<Loan> after) {
    Plan plan = new Plan(request, List.of(), List.of(), List.of(), List.of(NIC), after);
    return journal().open(plan, "test", NOW);
  }

  private void close(JournalRecord.Opened opened, JournalRecord.Outcome how, List<Loan> loans) {
    journal()
        .append(new JournalRecord.Closed(opened.transaction(), NOW, how, loans, List.of(), ""));
  }

  private JournalRecord.Opened begun() {
    JournalRecord.Opened opened = open(reserve(), List.of(LOAN));
    journal().append(new JournalRecord.Provisional(opened.transaction(), WITHIN));
    return opened;
  }

  private void reserved() {
    close(begun(), JournalRecord.Outcome.DONE, List.of(LOAN));
  }

  private void goHome() {
    close(open(new Request.Return(NIC), List.of()), JournalRecord.Outcome.DONE, List.of());
  }

  private static void full() {
    throw new JournalException("No space left on device.");
  }

  @Test
  void bringsItHomeAfterItsTimeByAClockThatNobodySets() {
    reserved();
    asking = false;
    keep();
    assertThat(attempts).containsExactly(true);
    assertThat(Duration.ofNanos(clock - 1_000)).isEqualTo(WITHIN);
    assertThat(journal().ledger().loans()).isEmpty();
  }

  @Test
  void leavesWhatIsConfirmed() {
    reserved();
    meanwhile =
        most -> {
          if (waits.size() == 3) {
            long last = journal().last();
            journal().append(new JournalRecord.Confirmed(last, last, NOW));
          }
        };
    keep();
    assertThat(attempts).isEmpty();
    assertThat(journal().ledger().loan(NIC)).contains(LOAN);
  }

  @Test
  void triesAgainAtEverLongerPausesUntilItIsHome() {
    reserved();
    outcome =
        () -> {
          if (attempts.size() < 10) {
            full();
          }
          goHome();
        };
    keep();
    assertThat(attempts).hasSize(10);
    assertThat(notes).hasSize(9).first().isEqualTo("No space left on device. Trying again in 1 s.");
    List<Duration> pauses = waits.subList(waits.size() - 9, waits.size());
    assertThat(pauses.getFirst()).isEqualTo(Duration.ofMillis(500));
    assertThat(pauses.getLast()).isEqualTo(Duration.ofMinutes(1));
    assertThat(journal().ledger().loans()).isEmpty();
  }

  @Test
  void triesAgainWhereAnAttemptSaysNothingAndItIsStillAway() {
    reserved();
    outcome =
        () -> {
          if (attempts.size() == 3) {
            goHome();
          }
        };
    keep();
    assertThat(attempts).hasSize(3);
    assertThat(notes).allMatch(note -> note.startsWith("It is not back yet."));
  }

  @Test
  void isConfirmedInTimeEvenWhereAnAttemptHasFailed() {
    reserved();
    outcome =
        () -> {
          long last = journal().last();
          journal().append(new JournalRecord.Confirmed(last, last, NOW));
          full();
        };
    keep();
    assertThat(attempts).hasSize(1);
  }

  @Test
  void endsWhatTheCommandLeftOpenThatWasKilled() {
    JournalRecord.Opened opened = begun();
    asking = false;
    outcome = () -> close(opened, JournalRecord.Outcome.UNDONE, List.of());
    keep();
    assertThat(attempts).containsExactly(false);
    assertThat(waits).isEmpty();
  }

  @Test
  void bringsHomeWhatStayedAwayHalfWay() {
    JournalRecord.Opened opened = begun();
    asking = false;
    outcome =
        () -> {
          if (attempts.size() == 1) {
            close(opened, JournalRecord.Outcome.STRANDED, List.of(LOAN));
          } else {
            goHome();
          }
        };
    keep();
    assertThat(attempts).containsExactly(false, true);
    assertThat(journal().ledger().loans()).isEmpty();
  }

  @Test
  void goesWhereNothingWasChanged() {
    meanwhile = most -> asking = false;
    keep();
    assertThat(attempts).isEmpty();
    assertThat(waits).hasSize(1);
  }
}
