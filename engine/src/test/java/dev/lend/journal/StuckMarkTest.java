package dev.lend.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.model.TaskEvidence;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StuckMarkTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final PciAddress NIC = PciAddress.parse("02:00.0").orElseThrow();
  private static final KernelTask TASK = new KernelTask(77, 1234, "boot-1");

  @TempDir Path folder = Path.of("");

  private void stick() {
    try (StateFolder state = StateFolder.lock(folder, "test", who -> {})) {
      Journal journal = state.journal();
      Plan plan =
          new Plan(
              new Request.Clean(NIC), List.of(), List.of(), List.of(), List.of(NIC), List.of());
      long tx = journal.open(plan, "test", NOW).transaction();
      for (Optional<PciAddress> device : List.of(Optional.of(NIC), Optional.<PciAddress>empty())) {
        PendingWrite write = new PendingWrite("sys/x", "1", device, TASK);
        journal.append(
            new JournalRecord.Stuck(tx, new StuckWrite(write, NOW, TaskEvidence.none())));
      }
    }
  }

  @Test
  void followsTheJournal() {
    assertThat(StuckMark.read(folder)).isEmpty();
    stick();
    assertThat(StuckMark.read(folder)).isEqualTo(Map.of(NIC, TASK));
    try (StateFolder state = StateFolder.lock(folder, "test", who -> {})) {
      Journal journal = state.journal();
      journal.append(new JournalRecord.Answered(journal.last(), TASK, NOW));
    }
    assertThat(folder.resolve("stuck")).doesNotExist();
  }

  @Test
  void saysNothingWhereItIsDamaged() throws IOException {
    for (String damaged :
        List.of("", "\0\0", "0000:02:00.0", "0000:02:00.0 x 1 b", "0000:02:00.0 1 1", "x 1 1 b")) {
      Files.writeString(folder.resolve("stuck"), damaged);
      assertThat(StuckMark.read(folder)).as(damaged).isEmpty();
    }
  }
}
