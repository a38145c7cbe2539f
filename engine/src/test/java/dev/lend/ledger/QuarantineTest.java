package dev.lend.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.ResetTrial.Result;
import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QuarantineTest {
  private static final PciAddress NIC = PciAddress.parse("02:00.0").orElseThrow();
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Ledger CLEAR = Ledger.empty();
  private static final Ledger APART =
      CLEAR.after(
          List.of(),
          List.of(),
          List.of(new Quarantine(NIC, new PciId(1, 2), Instant.EPOCH, "reset: before")));

  private static ResetTrial trial(Result result, String method) {
    return new ResetTrial(NIC, new PciId(1, 2), Optional.of(method), result, "", NOW, "6.12");
  }

  private static boolean apart(Ledger ledger, boolean homeward, Result... results) {
    List<ResetTrial> trials =
        List.of(results).stream().map(result -> trial(result, "flr")).toList();
    return !Quarantine.after(ledger, List.of(NIC), homeward, trials).isEmpty();
  }

  @Test
  void aResetThatFailsAfterAGuestBeginsIt() {
    assertThat(apart(CLEAR, true, Result.CLEAN)).isFalse();
    for (Result bad : List.of(Result.REFUSED, Result.CHANGED, Result.GONE, Result.NO_ANSWER)) {
      assertThat(apart(CLEAR, true, bad)).as(bad.name()).isTrue();
    }
  }

  @Test
  void tryingAMethodThatTheKernelCannotDoHarmsNothing() {
    assertThat(apart(CLEAR, false, Result.CLEAN, Result.REFUSED)).isFalse();
    assertThat(apart(CLEAR, false, Result.REFUSED)).isFalse();
    assertThat(apart(CLEAR, false, Result.CLEAN, Result.GONE)).isTrue();
    assertThat(apart(CLEAR, false, Result.GONE, Result.CLEAN)).as("a bus reset woke it").isFalse();
  }

  @Test
  void onlyAResetThatWorkedEndsIt() {
    assertThat(apart(APART, false)).isTrue();
    assertThat(apart(APART, false, Result.REFUSED)).isTrue();
    assertThat(apart(APART, true, Result.REFUSED)).isTrue();
    assertThat(apart(APART, false, Result.CLEAN)).isFalse();
    assertThat(Quarantine.after(APART, List.of(NIC), true, List.of(trial(Result.GONE, "flr"))))
        .as("since the first time")
        .containsExactly(APART.quarantine(NIC).orElseThrow());
  }

  @Test
  void theLedgerKeepsTheLastTrialOfEachMethod() {
    ResetTrial first = trial(Result.REFUSED, "flr");
    ResetTrial bus = trial(Result.CLEAN, "bus");
    ResetTrial again = trial(Result.CLEAN, "flr");
    assertThat(CLEAR.after(first).after(bus).after(again).trials())
        .containsEntry(NIC, List.of(bus, again));
  }
}
