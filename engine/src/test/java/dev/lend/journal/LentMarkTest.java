package dev.lend.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.Guest;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What libvirt's hook reads: a line for each function that is lent. */
class LentMarkTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final PciAddress NIC = at("02:00.0");

  @TempDir Path folder = Path.of("");

  private static PciAddress at(String address) {
    return PciAddress.parse(address).orElseThrow();
  }

  private static Loan loan(String address, Loan.Holder holder) {
    return new Loan(at(address), holder, new Binding(Optional.of("igb"), Optional.empty()), NOW);
  }

  private void change(Loan... loans) {
    List<PciAddress> touched = Arrays.stream(loans).map(Loan::address).toList();
    try (StateFolder state = StateFolder.lock(folder, "test", who -> {})) {
      Journal journal = state.journal();
      Plan plan =
          new Plan(
              new Request.Clean(NIC),
              List.of(),
              List.of(),
              List.of(),
              touched.isEmpty() ? List.of(NIC) : touched,
              List.of());
      long tx = journal.open(plan, "test", NOW).transaction();
      journal.append(
          new JournalRecord.Closed(
              tx, NOW, JournalRecord.Outcome.DONE, List.of(loans), List.of(), ""));
    }
  }

  private String lent() throws IOException {
    return Files.readString(folder.resolve("lent"));
  }

  @Test
  void saysOfEachFunctionWhoHasIt() throws IOException {
    change(
        loan("01:10.0", new Loan.InGuest(new Guest.Domain("my web"), "a")),
        loan("01:10.2", new Loan.InGuest(new Guest.Domain("web1", "qemu:///session"), "b")),
        loan("01:10.4", new Loan.InGuest(new Guest.Qemu("/run/a\nb.sock"), "c")),
        loan("01:10.6", new Loan.InProcess(new KernelTask(42, 1, "boot"), "db1")),
        loan("02:00.0", new Loan.Reserved()),
        loan("02:00.1", new Loan.Along(at("01:10.0"))),
        loan("02:00.2", new Loan.Along(at("02:00.0"))),
        loan("02:00.3", new Loan.Along(at("7f:00.0"))));

    assertThat(lent())
        .isEqualTo(
            """
            0000:01:10.0 domain my web
            0000:01:10.2 other web1@qemu:///session
            0000:01:10.4 other qmp:/run/a?b.sock
            0000:01:10.6 other db1 (pid 42)
            0000:02:00.0 reserved
            0000:02:00.1 domain my web
            0000:02:00.2 reserved
            0000:02:00.3 reserved
            """);
  }

  @Test
  void followsTheJournalAndIsMadeAnewWhereItIsMissing() throws IOException {
    change(loan("02:00.0", new Loan.Reserved()));
    Files.delete(folder.resolve("lent"));
    try (StateFolder state = StateFolder.lock(folder, "test", who -> {})) {
      state.journal();
    }
    assertThat(lent()).isEqualTo("0000:02:00.0 reserved\n");
    change();
    assertThat(folder.resolve("lent")).doesNotExist();
  }
}
