package dev.lend.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.journal.JournalRecord.Outcome;
import dev.lend.json.JsonException;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.model.TaskEvidence;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.plan.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UnansweredTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final PciAddress NIC = new PciAddress(0, 2, 0, 0);
  private static final PciAddress TWIN = new PciAddress(0, 2, 0, 1);
  private static final Binding HOME = new Binding(Optional.of("e1000e"), Optional.empty());
  private static final Binding LENT = new Binding(Optional.of("vfio-pci"), Optional.of("vfio-pci"));
  private static final Loan LOAN = new Loan(NIC, new Loan.Reserved(), HOME, NOW);
  private static final Loan TWINS = new Loan(TWIN, new Loan.Along(NIC), HOME, NOW);
  private static final PendingWrite WRITE =
      new PendingWrite(
          "sys/bus/pci/drivers/vfio-pci/unbind",
          NIC.toString(),
          Optional.of(NIC),
          new KernelTask(812, 4711, "boot"));
  private static final StuckWrite STUCK = new StuckWrite(WRITE, NOW, TaskEvidence.none());

  private final MemoryJournalLog log = new MemoryJournalLog();
  private final Journal journal = Journal.read(log);

  private static Plan plan(boolean home) {
    Binding from = home ? LENT : HOME;
    Binding to = home ? HOME : LENT;
    return new Plan(
        home ? new Request.Return(NIC) : new Request.Reserve(NIC, new Request.Consent(true, true)),
        List.of(new Step.Rebind(TWIN, from, to), new Step.Rebind(NIC, from, to)),
        List.of(),
        List.of(),
        List.of(NIC, TWIN),
        home ? List.of() : List.of(LOAN, TWINS));
  }

  /** A change that gets stuck in its second step. */
  private void gotStuck(boolean home, List<Loan> kept) {
    long tx = journal.open(plan(home), "me", NOW).transaction();
    journal.append(new JournalRecord.Begun(tx, 0));
    journal.append(new JournalRecord.Done(tx, 0));
    journal.append(new JournalRecord.Begun(tx, 1));
    journal.append(new JournalRecord.Writing(tx, WRITE));
    journal.append(new JournalRecord.Stuck(tx, STUCK));
    if (!home) {
      journal.append(new JournalRecord.Undone(tx, 0));
    }
    journal.append(new JournalRecord.Closed(tx, NOW, Outcome.WAITING, kept, List.of(), "stuck"));
  }

  /** As a Lend that starts now reads it. */
  private Unanswered read() {
    return Journal.read(log).unanswered();
  }

  @Test
  void knowsTheWriteThatWasUnderWayWhenLendWasKilled() {
    journal.open(plan(false), "me", NOW);
    journal.append(new JournalRecord.Begun(1, 0));
    assertThat(read().writing()).isEmpty();
    journal.append(new JournalRecord.Writing(1, WRITE));
    assertThat(read().writing()).contains(WRITE);
    journal.append(new JournalRecord.Done(1, 0));
    assertThat(read().writing()).isEmpty();
  }

  @Test
  void remembersAStuckWriteUntilItIsAnswered() {
    gotStuck(true, List.of(LOAN));
    assertThat(read().stuck()).containsExactly(STUCK);
    assertThat(read().holding(NIC)).contains(STUCK);
    assertThat(read().holding(TWIN)).isEmpty();
    journal.append(new JournalRecord.Answered(1, WRITE.task(), NOW));
    assertThat(read().stuck()).isEmpty();
  }

  @Test
  void leavesTheRestOfAWayHomeToBeFinished() {
    gotStuck(true, List.of(LOAN));
    assertThat(read().rests()).hasSize(1);
    Unanswered.Rest rest = read().rests().getFirst();
    assertThat(rest.steps()).containsExactly(new Step.Rebind(NIC, LENT, HOME));
    assertThat(rest.loans()).isEmpty();
  }

  @Test
  void whatARecoveryDoesAgainIsLeftToBeFinishedWithAllThatFollows() {
    long tx = journal.open(plan(true), "me", NOW).transaction();
    for (int step = 0; step < 2; step++) {
      journal.append(new JournalRecord.Begun(tx, step));
      journal.append(new JournalRecord.Done(tx, step));
    }
    // Killed here, before the last line; the recovery begins with the first step.
    journal.append(new JournalRecord.Begun(tx, 0));
    journal.append(new JournalRecord.Stuck(tx, STUCK));
    journal.append(
        new JournalRecord.Closed(tx, NOW, Outcome.WAITING, List.of(LOAN), List.of(), "stuck"));

    assertThat(read().rests().getFirst().steps())
        .containsExactly(new Step.Rebind(TWIN, LENT, HOME), new Step.Rebind(NIC, LENT, HOME));
  }

  @Test
  void leavesTheRestOfAWayOutToBeUndone() {
    gotStuck(false, List.of(LOAN));
    Unanswered.Rest rest = read().rests().getFirst();
    assertThat(rest.steps()).containsExactly(new Step.Rebind(NIC, LENT, HOME));
    assertThat(rest.loans()).isEmpty();
  }

  @Test
  void forgetsTheRestOnceItIsTakenUp() {
    gotStuck(false, List.of(LOAN));
    JournalRecord.Opened again = journal.open(read().rests().getFirst(), "you", NOW);
    assertThat(again.homeward()).isTrue();
    assertThat(again.before()).containsExactly(LOAN);
    assertThat(again.verb()).isEqualTo("reserve");
    assertThat(read().rests()).isEmpty();
  }

  @Test
  void refusesAnAnswerToWhatWasNotStuck() {
    gotStuck(true, List.of(LOAN));
    JournalRecord other = new JournalRecord.Answered(1, new KernelTask(812, 4712, "boot"), NOW);
    assertThatThrownBy(() -> journal.append(other))
        .isInstanceOf(JsonException.class)
        .hasMessage("process 812 is not stuck");
  }

  @Test
  void namesAWriteAsAPersonWouldTypeIt() {
    assertThat(WRITE.shell())
        .isEqualTo("echo '0000:02:00.0' > /sys/bus/pci/drivers/vfio-pci/unbind");
    PendingWrite module =
        new PendingWrite("sys/module/vfio-pci", "vfio-pci", Optional.empty(), WRITE.task());
    assertThat(module.shell()).isEqualTo("modprobe vfio-pci");
  }
}
