package dev.lend.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.gen.Gen;
import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.ledger.Quarantine;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.Binding;
import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournalTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final PciAddress VF = new PciAddress(0, 1, 16, 0);
  private static final Binding ORIGIN = new Binding(Optional.of("igbvf"), Optional.empty());
  private static final Binding LENT = new Binding(Optional.of("vfio-pci"), Optional.of("vfio-pci"));
  private static final Loan RESERVED = new Loan(VF, new Loan.Reserved(), ORIGIN, NOW);

  private final MemoryJournalLog log = new MemoryJournalLog();
  private final Journal journal = Journal.read(log);

  private static Plan plan(List<Loan> after) {
    Request request = new Request.Reserve(VF, new Request.Consent(false, false));
    return new Plan(
        request,
        List.of(new Step.Rebind(VF, ORIGIN, LENT)),
        List.of(),
        List.of(),
        List.of(VF),
        after);
  }

  private static JournalRecord.Closed closed(
      JournalRecord.Opened opened, List<Loan> loans, Quarantine... quarantines) {
    return new JournalRecord.Closed(
        opened.transaction(), NOW, JournalRecord.Outcome.DONE, loans, List.of(quarantines), "");
  }

  @Test
  void readsALoanFromBeforeTheNetworkWasKept() {
    String line =
        "{\"record\":\"closed\",\"tx\":1,\"at\":\"2026-11-22T12:00:00Z\",\"outcome\":\"DONE\",\"loans\":"
            + "[{\"address\":\"0000:01:10.0\",\"since\":\"2026-11-22T12:00:00Z\",\"origin\":"
            + "{\"driver\":\"igbvf\",\"override\":null},\"holder\":\"reserved\"}],\"note\":\"\"}";
    assertThat(RecordCodec.decode(Json.parseObject(line)))
        .isEqualTo(
            new JournalRecord.Closed(
                1, NOW, JournalRecord.Outcome.DONE, List.of(RESERVED), List.of(), ""));
    assertThat(RecordCodec.encode(RESERVED).members()).doesNotContainKey("net");
  }

  @Test
  void readsAChangeFromBeforeDevicesWereKnownByMoreThanTheirAddress() {
    JournalRecord.Opened opened =
        new JournalRecord.Opened(
            1,
            NOW,
            "root",
            "reserve",
            VF,
            false,
            List.of(),
            List.of(new Step.Rebind(VF, ORIGIN, LENT)),
            List.of(VF),
            List.of(),
            List.of(RESERVED),
            List.of());
    String line =
        "{\"record\":\"opened\",\"format\":1,\"tx\":1,\"at\":\"2026-11-22T12:00:00Z\",\"by\":\"root\","
            + "\"verb\":\"reserve\",\"address\":\"0000:01:10.0\",\"homeward\":false,\"steps\":"
            + "[{\"step\":\"rebind\",\"address\":\"0000:01:10.0\",\"from\":{\"driver\":\"igbvf\","
            + "\"override\":null},\"to\":{\"driver\":\"vfio-pci\",\"override\":\"vfio-pci\"}}],"
            + "\"touched\":[\"0000:01:10.0\"],\"before\":[],\"after\":[{\"address\":\"0000:01:10.0\","
            + "\"since\":\"2026-11-22T12:00:00Z\",\"origin\":{\"driver\":\"igbvf\",\"override\":null},"
            + "\"holder\":\"reserved\"}]}";
    assertThat(RecordCodec.decode(Json.parseObject(line))).isEqualTo(opened);
    assertThat(RecordCodec.encode(RESERVED).members())
        .doesNotContainKeys("device", "vfs", "resets");
  }

  @Test
  void readsBackEveryRecordAndStep() {
    Gen.check(
        JournalTest.class,
        "journal-round-trip",
        1000,
        gen -> {
          MemoryJournalLog some = new MemoryJournalLog();
          Journal written = Journal.read(some);
          List<JournalRecord> records = Records.history(gen, 4);
          records.forEach(written::append);
          Journal read = Journal.read(some);
          assertThat(read.records()).isEqualTo(records);
          assertThat(read.ledger()).isEqualTo(written.ledger());
          assertThat(read.unfinished()).isEqualTo(written.unfinished());
          assertThat(read.unanswered().stuck()).isEqualTo(written.unanswered().stuck());
          assertThat(read.unanswered().rests()).isEqualTo(written.unanswered().rests());
          assertThat(read.unanswered().writing()).isEqualTo(written.unanswered().writing());
          assertThat(some.lines()).allSatisfy(line -> assertThat(line).doesNotContain("\n"));
        });
  }

  @Test
  void refusesAnyOtherJsonForARecord() {
    Gen.check(
        JournalTest.class,
        "record-fuzz",
        2000,
        gen -> {
          Json.Obj json = RecordCodec.encode(gen.oneOf(Records.history(gen, 2)));
          Json.Builder changed = Json.object();
          String victim = gen.oneOf(new ArrayList<>(json.members().keySet()));
          json.members()
              .forEach((name, value) -> {
                if (!name.equals(victim)) {
                  changed.put(name, value);
                } else if (gen.chance(80)) {
                  changed.put(
                      name,
                      gen.oneOf(
                          new Json.Nil(),
                          Json.of(gen.text(5)),
                          Json.of(gen.anyLong()),
                          Json.parse("[{\"step\":\"await-release\",\"address\":\"01:00.0\"}]"),
                          Json.object().build()));
                }
              });
          try {
            JournalRecord read = RecordCodec.decode(changed.build());
            assertThat(RecordCodec.decode(RecordCodec.encode(read))).isEqualTo(read);
          } catch (JsonException no) {
            assertThat(no.getMessage()).isNotBlank();
          }
        });
  }

  @Test
  void refusesABindingWhoseDriverIsNoText() {
    String line = RecordCodec.encode(journal.open(plan(List.of(RESERVED)), "me", NOW)).compact();
    Json.Obj damaged = Json.parseObject(line.replace("\"driver\":\"igbvf\"", "\"driver\":7"));
    assertThatThrownBy(() -> RecordCodec.decode(damaged)).isInstanceOf(JsonException.class);
    Json.Obj missing = Json.parseObject(line.replace("\"driver\":\"igbvf\",", ""));
    assertThatThrownBy(() -> RecordCodec.decode(missing)).isInstanceOf(JsonException.class);
  }

  @Test
  void foldsClosedTransactionsOnlyIntoTheLedger() {
    JournalRecord.Opened first = journal.open(plan(List.of(RESERVED)), "me", NOW);
    assertThat(journal.ledger()).isEqualTo(Ledger.empty());
    journal.append(closed(first, List.of(RESERVED)));
    assertThat(journal.ledger().loans().values()).containsExactly(RESERVED);
    JournalRecord.Opened second = journal.open(plan(List.of()), "me", NOW);
    assertThat(second.transaction()).isEqualTo(2);
    assertThat(second.before()).as("what an undo puts back").containsExactly(RESERVED);
    assertThat(journal.ledger().loan(VF)).contains(RESERVED);
    journal.append(closed(second, List.of()));
    assertThat(journal.ledger()).isEqualTo(Ledger.empty());
  }

  @Test
  void keepsAQuarantineUntilAChangeSaysThatItIsOver() {
    ResetTrial failed = trial(ResetTrial.Result.REFUSED);
    Quarantine apart = new Quarantine(VF, failed.id(), NOW, "reset: it failed");
    JournalRecord.Opened first = journal.open(plan(List.of(RESERVED)), "me", NOW);
    journal.append(new JournalRecord.Begun(1, 0));
    journal.append(new JournalRecord.Tested(1, 0, failed));
    assertThat(journal.ledger().trials()).containsEntry(VF, List.of(failed));
    assertThat(journal.trials()).containsEntry(0, failed);
    journal.append(closed(first, List.of(), apart));
    assertThat(Journal.read(log).ledger().quarantine(VF)).contains(apart);
    JournalRecord.Opened second = journal.open(plan(List.of()), "me", NOW);
    assertThat(journal.trials()).as("those of this transaction").isEmpty();
    assertThat(journal.ledger().quarantine(VF)).contains(apart);
    journal.append(closed(second, List.of()));
    assertThat(journal.ledger().quarantine(VF)).isEmpty();
    assertThat(journal.ledger().trials()).containsEntry(VF, List.of(failed));
  }

  private static ResetTrial trial(ResetTrial.Result result) {
    return new ResetTrial(
        VF, new PciId(0x8086, 0x10ca), Optional.of("flr"), result, "", NOW, "6.12.0");
  }

  @Test
  void readsWhatALendWroteThatKnewNoQuarantine() {
    JournalRecord.Opened opened = journal.open(plan(List.of(RESERVED)), "me", NOW);
    Json.Obj now = RecordCodec.encode(closed(opened, List.of(RESERVED)));
    Json.Obj then = Json.parseObject(now.compact().replace("\"quarantines\":[],", ""));
    assertThat(then).isNotEqualTo(now);
    assertThat(RecordCodec.decode(then)).isEqualTo(closed(opened, List.of(RESERVED)));
  }

  @Test
  void tellsHowFarAnUnfinishedTransactionGot() {
    JournalRecord.Opened opened = journal.open(plan(List.of(RESERVED)), "me", NOW);
    assertThat(journal.unfinished()).contains(new Journal.Unfinished(opened, 0, List.of()));
    journal.append(new JournalRecord.Begun(1, 0));
    assertThat(journal.unfinished().orElseThrow().begun()).isEqualTo(1);
    journal.append(new JournalRecord.Undone(1, 0));
    assertThat(Journal.read(log).unfinished())
        .contains(new Journal.Unfinished(opened, 1, List.of(0)));
    journal.append(closed(opened, List.of()));
    assertThat(journal.unfinished()).isEmpty();
  }

  @Test
  void beginsNothingNewWhileATransactionIsOpen() {
    journal.open(plan(List.of(RESERVED)), "me", NOW);
    assertThatThrownBy(() -> journal.open(plan(List.of()), "me", NOW))
        .isInstanceOf(JournalException.class)
        .hasMessage(
            "lend reserve 0000:01:10.0 was cut off and is not ended yet. Nothing new is begun"
                + " before that: lend recover");
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void refusesALineThatIsRepeatedOrComesFromElsewhere() {
    JournalRecord.Opened opened = journal.open(plan(List.of(RESERVED)), "me", NOW);
    journal.append(new JournalRecord.Begun(1, 0));
    journal.append(closed(opened, List.of(RESERVED)));
    List<String> good = log.lines();
    for (int i = 0; i < good.size(); i++) {
      MemoryJournalLog twice = new MemoryJournalLog();
      twice.lines.addAll(good);
      twice.lines.add(good.get(i));
      assertThatThrownBy(() -> Journal.read(twice))
          .as("line %d again", i + 1)
          .isInstanceOf(JournalException.class)
          .hasMessageStartingWith("Line 4 of the journal memory is damaged: ");
    }
    for (int i = 0; i < good.size() - 1; i++) {
      MemoryJournalLog hole = new MemoryJournalLog();
      hole.lines.addAll(good);
      hole.lines.remove(i);
      assertThatThrownBy(() -> Journal.read(hole)).isInstanceOf(JournalException.class);
    }
    for (String foreign : List.of("", "{}", "hello", "00000000 {}", "8a9136aa hello")) {
      MemoryJournalLog other = new MemoryJournalLog();
      other.lines.addAll(good);
      other.lines.add(foreign);
      assertThatThrownBy(() -> Journal.read(other))
          .as(foreign)
          .isInstanceOf(JournalException.class);
    }
  }

  @Test
  void refusesALineInWhichOneCharacterChanged() {
    journal.open(plan(List.of(RESERVED)), "me", NOW);
    String line = log.lines().getFirst();
    for (int i = 0; i < line.length(); i++) {
      char other = line.charAt(i) == '0' ? '1' : '0';
      MemoryJournalLog changed = new MemoryJournalLog();
      changed.lines.add(line.substring(0, i) + other + line.substring(i + 1));
      assertThatThrownBy(() -> Journal.read(changed)).isInstanceOf(JournalException.class);
    }
  }

  @Test
  void refusesAStepThatTheTransactionDoesNotHave() {
    journal.open(plan(List.of()), "me", NOW);
    assertThatThrownBy(() -> journal.append(new JournalRecord.Begun(1, 1)))
        .isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> journal.append(new JournalRecord.Begun(2, 0)))
        .isInstanceOf(JsonException.class);
    assertThat(log.lines()).hasSize(1);
  }

  @Test
  void remembersWhatHasToBeConfirmedUntilItIs() {
    JournalRecord.Opened opened = journal.open(plan(List.of(RESERVED)), "me", NOW);
    journal.append(new JournalRecord.Provisional(1, Duration.ofSeconds(60)));
    assertThat(journal.confirmations().pending()).as("it is not done yet").isEmpty();
    journal.append(closed(opened, List.of(RESERVED)));
    assertThat(Journal.read(log).confirmations().pending())
        .containsExactly(new Confirmations.Pending(1, "reserve", VF, NOW.plusSeconds(60)));

    assertThatThrownBy(() -> journal.append(new JournalRecord.Confirmed(1, 2, NOW)))
        .isInstanceOf(JsonException.class);
    journal.append(new JournalRecord.Confirmed(1, 1, NOW));

    assertThat(Journal.read(log).records()).isEqualTo(journal.records());
    assertThat(journal.confirmations().pending()).isEmpty();
    assertThat(journal.ledger().loan(VF)).isPresent();
  }
}
