package dev.lend.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Quarantine;
import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineMarkTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final PciAddress NIC = PciAddress.parse("02:00.0").orElseThrow();
  private static final PciId ID = new PciId(0x8086, 0x10d3);

  @TempDir Path folder = Path.of("");

  private void change(Quarantine... quarantines) {
    try (StateFolder state = StateFolder.lock(folder, "test", who -> {})) {
      Journal journal = state.journal();
      Plan plan =
          new Plan(
              new Request.Clean(NIC), List.of(), List.of(), List.of(), List.of(NIC), List.of());
      long tx = journal.open(plan, "test", NOW).transaction();
      journal.append(
          new JournalRecord.Closed(
              tx, NOW, JournalRecord.Outcome.DONE, List.of(), List.of(quarantines), ""));
    }
  }

  @Test
  void followsTheJournal() {
    assertThat(QuarantineMark.read(folder)).isEmpty();
    change(new Quarantine(NIC, ID, NOW, "reset: no"));
    assertThat(QuarantineMark.read(folder)).isEqualTo(Map.of(NIC, ID));
    change();
    assertThat(folder.resolve("quarantined")).doesNotExist();
  }

  @Test
  void isMadeAnewWhereItDoesNotFit() throws IOException {
    change(new Quarantine(NIC, ID, NOW, "reset: no"));
    for (String damaged : List.of("", "\0\0\0", "02:00.0", "02:00.0 x", "0000:02:00.0 8086:10d")) {
      Files.writeString(folder.resolve("quarantined"), damaged);
      assertThat(QuarantineMark.read(folder)).isEmpty();
      try (StateFolder state = StateFolder.lock(folder, "test", who -> {})) {
        state.journal();
      }
      assertThat(QuarantineMark.read(folder)).isEqualTo(Map.of(NIC, ID));
    }
  }
}
