package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Hex;
import dev.lend.plan.Plan;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What Lend was asked to do, is doing and has done, on disk before it happens. Each line is the
 * CRC-32C of the rest in eight hex digits, a space, and a record as JSON: readable with {@code cat}
 * when something went wrong.
 *
 * <p>Not for several threads or processes: the caller holds the host's lock.
 */
public final class Journal {
  /**
   * A transaction that was not closed: Lend was killed, or the host lost power, in the middle of
   * it.
   *
   * @param opened how it began
   * @param begun the number of steps that were begun; the last of them may or may not have happened
   * @param undone the steps that were taken back already
   */
  public record Unfinished(JournalRecord.Opened opened, int begun, List<Integer> undone) {
    /** Copies the list. */
    public Unfinished {
      undone = List.copyOf(undone);
    }
  }

  private final JournalLog log;
  private final List<JournalRecord> records = new ArrayList<>();
  private final List<Integer> undone = new ArrayList<>();
  private Ledger ledger = Ledger.empty();
  private Optional<JournalRecord.Opened> open = Optional.empty();
  private int begun;
  private long last;

  private Journal(JournalLog log) {
    this.log = log;
  }

  /**
   * Reads a journal.
   *
   * @throws JournalException a line in it is damaged or makes no sense. A torn last line is the
   *     log's business, which keeps it aside.
   */
  public static Journal read(JournalLog log) {
    Journal journal = new Journal(log);
    int number = 0;
    for (String line : log.lines()) {
      number++;
      try {
        journal.take(decode(line));
      } catch (JsonException damaged) {
        throw new JournalException(
            "Line "
                + number
                + " of the journal "
                + log.name()
                + " is damaged: "
                + damaged.getMessage()
                + ". Lend does nothing on top of it, since it would not know what is lent. Mend the"
                + " line, or move the file aside once every device is home.",
            damaged);
      }
    }
    return journal;
  }

  /**
   * Adds a record that was read or is about to be written.
   *
   * @throws JsonException it cannot follow the ones before it: the file was put together by
   *     somebody else than Lend
   */
  private void take(JournalRecord record) {
    checkOrder(record);
    switch (record) {
      case JournalRecord.Opened opened -> {
        open = Optional.of(opened);
        begun = 0;
        undone.clear();
      }
      case JournalRecord.Begun(long tx, int step) -> begun = Math.max(begun, step + 1);
      case JournalRecord.Done done -> {}
      case JournalRecord.Undone(long tx, int step) -> undone.add(step);
      case JournalRecord.Closed closed -> {
        ledger = ledger.after(open.orElseThrow().touched(), closed.loans());
        open = Optional.empty();
      }
    }
    last = record.transaction();
    records.add(record);
  }

  private void checkOrder(JournalRecord record) {
    if (record instanceof JournalRecord.Opened opened) {
      if (open.isPresent()) {
        throw new JsonException("transaction " + last + " was not closed before it");
      }
      if (opened.transaction() <= last) {
        throw new JsonException("transaction " + opened.transaction() + " comes after " + last);
      }
      return;
    }
    if (open.isEmpty() || record.transaction() != last) {
      throw new JsonException("transaction " + record.transaction() + " is not open");
    }
    int steps = open.get().steps().size();
    int step =
        switch (record) {
          case JournalRecord.Begun(long tx, int number) -> number;
          case JournalRecord.Done(long tx, int number) -> number;
          case JournalRecord.Undone(long tx, int number) -> number;
          case JournalRecord.Opened opened -> -1;
          case JournalRecord.Closed closed -> -1;
        };
    if (step >= steps) {
      throw new JsonException("transaction " + last + " has no step " + step);
    }
  }

  /** True where a line is whole: its checksum fits. */
  static boolean whole(String line) {
    return line.length() > 9
        && line.charAt(8) == ' '
        && line.startsWith(checksum(line.substring(9)));
  }

  private static JournalRecord decode(String line) {
    if (!whole(line)) {
      throw new JsonException("its checksum does not fit");
    }
    return RecordCodec.decode(Json.parseObject(line.substring(9)));
  }

  private static String checksum(String text) {
    CRC32C crc = new CRC32C();
    crc.update(text.getBytes(StandardCharsets.UTF_8));
    return Hex.digits((int) crc.getValue(), 8);
  }

  /** Everything that was recorded, oldest first. */
  public List<JournalRecord> records() {
    return List.copyOf(records);
  }

  /** Who has what, by all transactions that are closed. */
  public Ledger ledger() {
    return ledger;
  }

  /** The transaction that was not closed, if there is one. */
  public Optional<Unfinished> unfinished() {
    return open.map(opened -> new Unfinished(opened, begun, undone));
  }

  /**
   * Opens a transaction for a plan.
   *
   * @param by who asked
   * @throws JournalException it could not be written, or an earlier one is still open; then nothing
   *     may be done
   */
  public JournalRecord.Opened open(Plan plan, String by, Instant now) {
    if (open.isPresent()) {
      throw new JournalException(
          "lend "
              + open.get().verb()
              + " "
              + open.get().address()
              + " was cut off and is not ended yet. Nothing new is begun before that: lend recover");
    }
    List<Loan> before = new ArrayList<>();
    plan.touched().forEach(address -> ledger.loan(address).ifPresent(before::add));
    JournalRecord.Opened opened =
        new JournalRecord.Opened(
            last + 1,
            now,
            by,
            plan.request().verb(),
            plan.request().address(),
            plan.request().homeward(),
            plan.steps(),
            plan.touched(),
            before,
            plan.loans());
    append(opened);
    return opened;
  }

  /**
   * Adds a record, on disk when this returns.
   *
   * @throws JournalException it could not be written
   */
  public void append(JournalRecord record) {
    checkOrder(record);
    String json = RecordCodec.encode(record).compact();
    log.append(checksum(json) + " " + json);
    take(record);
  }
}
