package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.journal.Journal;
import dev.lend.journal.JournalRecord;
import dev.lend.journal.StateFolder;
import dev.lend.model.Binding;
import dev.lend.model.PciAddress;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.plan.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final PciAddress NIC = new PciAddress(0, 2, 0, 0);
  private static final PciAddress VF = new PciAddress(0, 1, 16, 0);
  private static final Binding HOME = new Binding(Optional.of("igbvf"), Optional.empty());
  private static final Binding LENT = new Binding(Optional.of("vfio-pci"), Optional.of("vfio-pci"));

  @TempDir Path folder;
  private String state = "";

  @BeforeEach
  void nameTheState() {
    state = folder.resolve("state").toString();
  }

  private StateFolder lock() {
    return StateFolder.lock(Path.of(state), "ann (pid 12)", who -> {});
  }

  private static JournalRecord.Opened open(Journal journal, PciAddress address) {
    Request request = new Request.Reserve(address, new Request.Consent(false, false));
    List<Step> steps = List.of(new Step.Rebind(address, HOME, LENT));
    Plan plan = new Plan(request, steps, List.of(), List.of(), List.of(address), List.of());
    return journal.open(plan, "ann (pid 12)", NOW);
  }

  private void change(PciAddress address, JournalRecord.Outcome outcome, String note) {
    try (StateFolder held = lock()) {
      Journal journal = held.journal();
      long number = open(journal, address).transaction();
      journal.append(
          new JournalRecord.Closed(
              number, NOW.plusSeconds(1), outcome, List.of(), List.of(), note));
    }
  }

  @Test
  void saysThatNothingWasChanged() throws IOException {
    Files.createDirectories(Path.of(state));
    CliRun run = CliRun.of("history", "--state", state);
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEqualTo("Nothing was changed.\n");
  }

  @Test
  void showsTheNewestFirstAndWhatIsNotEnded() {
    change(NIC, JournalRecord.Outcome.DONE, "");
    change(VF, JournalRecord.Outcome.UNDONE, "the guest kept it");
    try (StateFolder held = lock()) {
      open(held.journal(), NIC);
    }
    assertThat(CliRun.of("history", "--state", state).out())
        .isEqualTo(
            """
            2026-11-22T12:00:00Z  reserve 02:00.0  cut off
                by ann (pid 12)
                0 of 1 steps were done. To end it: lend recover
            2026-11-22T12:00:00Z  reserve 01:10.0  put back
                by ann (pid 12)
                the guest kept it
            2026-11-22T12:00:00Z  reserve 02:00.0  done
                by ann (pid 12)
            """);
  }

  @Test
  void showsOneDeviceAndAsManyAsWereAskedFor() {
    change(NIC, JournalRecord.Outcome.DONE, "");
    change(VF, JournalRecord.Outcome.DONE, "");
    change(NIC, JournalRecord.Outcome.STRANDED, "look");
    assertThat(CliRun.of("history", "01:10.0", "--state", state).out())
        .contains("01:10.0")
        .doesNotContain("02:00.0");
    assertThat(CliRun.of("history", "--last", "1", "--json", "--state", state).out())
        .contains("\"number\": 3", "\"outcome\": \"stranded\"", "\"note\": \"look\"")
        .doesNotContain("\"number\": 2");
    assertThat(CliRun.of("history", "--last", "0", "--state", state).status()).isEqualTo(2);
  }

  @Test
  void doesNotWaitForAnotherWhereThePersonDoesNotWantThat() {
    try (StateFolder held = lock()) {
      CliRun run = CliRun.of("recover", "--no-wait", "--state", state);
      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err())
          .isEqualTo("lend: another lend is at work: ann (pid 12). Nothing was done (--no-wait)\n");
    }
    assertThat(CliRun.of("recover", "--no-wait", "--state", state).status()).isZero();
  }
}
