package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.DriverAbilities;
import dev.lend.model.PciAddress;
import dev.lend.plan.Plan;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What Lend was asked to do, is doing and has done, on disk before it happens: a record to a {@link
 * Line}, readable with {@code cat} when something went wrong.
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
  private final List<Integer> done = new ArrayList<>();
  private final List<Integer> undone = new ArrayList<>();
  private final Unanswered unanswered = new Unanswered();
  private final Confirmations confirmations = new Confirmations();
  private final SortedMap<Integer, ResetTrial> trials = new TreeMap<>();
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
   * @throws JournalException a line in it is damaged or makes no sense. What never was a line is
   *     the log's business, which keeps it aside.
   */
  public static Journal read(JournalLog log) {
    Journal journal = new Journal(log);
    int number = 0;
    for (String line : log.lines()) {
      number++;
      try {
        journal.take(journal.decode(line));
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
    unanswered.take(record);
    confirmations.take(record);
    switch (record) {
      case JournalRecord.Opened opened -> {
        open = Optional.of(opened);
        begun = 0;
        done.clear();
        undone.clear();
        trials.clear();
      }
      case JournalRecord.Begun(long tx, int step) -> {
        begun = Math.max(begun, step + 1);
        // A recovery goes the way again: what a step does is there once those after it are done.
        done.removeIf(earlier -> earlier >= step);
      }
      case JournalRecord.Tested(long tx, int step, ResetTrial trial) -> {
        trials.put(step, trial);
        ledger = ledger.after(trial);
      }
      case JournalRecord.Learned(long tx, int step, DriverAbilities abilities) ->
          ledger = ledger.after(abilities);
      case JournalRecord.Done(long tx, int step) -> done.add(step);
      case JournalRecord.Undone(long tx, int step) -> undone.add(step);
      case JournalRecord.Closed closed -> {
        JournalRecord.Opened opened = open.orElseThrow();
        ledger = ledger.after(opened.touched(), closed.loans(), closed.quarantines());
        if (closed.outcome() == JournalRecord.Outcome.WAITING) {
          unanswered.postpone(opened, begun, done, undone);
        }
        open = Optional.empty();
      }
      case JournalRecord.Provisional provisional -> {}
      case JournalRecord.Confirmed confirmed -> {}
      case JournalRecord.Writing writing -> {}
      case JournalRecord.Stuck stuck -> {}
      case JournalRecord.Answered answered -> {}
    }
    last = record.transaction();
    records.add(record);
  }

  private void checkOrder(JournalRecord record) {
    unanswered.check(record);
    confirmations.check(record);
    if (record instanceof JournalRecord.Opened opened) {
      if (open.isPresent()) {
        throw new JsonException("transaction " + last + " was not closed before it");
      }
      if (opened.transaction() <= last) {
        throw new JsonException("transaction " + opened.transaction() + " comes after " + last);
      }
      return;
    }
    boolean anywhere =
        record instanceof JournalRecord.Answered || record instanceof JournalRecord.Confirmed;
    if (open.isEmpty() && !anywhere || record.transaction() != last) {
      throw new JsonException("transaction " + record.transaction() + " is not open");
    }
    int step =
        switch (record) {
          case JournalRecord.Begun(long tx, int number) -> number;
          case JournalRecord.Tested(long tx, int number, ResetTrial trial) -> number;
          case JournalRecord.Learned(long tx, int number, DriverAbilities abilities) -> number;
          case JournalRecord.Done(long tx, int number) -> number;
          case JournalRecord.Undone(long tx, int number) -> number;
          case JournalRecord.Opened opened -> -1;
          case JournalRecord.Provisional provisional -> -1;
          case JournalRecord.Confirmed confirmed -> -1;
          case JournalRecord.Writing writing -> -1;
          case JournalRecord.Stuck stuck -> -1;
          case JournalRecord.Answered answered -> -1;
          case JournalRecord.Closed closed -> -1;
        };
    if (step >= open.map(opened -> opened.steps().size()).orElse(0)) {
      throw new JsonException("transaction " + last + " has no step " + step);
    }
  }

  private JournalRecord decode(String text) {
    Line line = Line.open(text).orElseThrow(() -> new JsonException("its checksum does not fit"));
    if (line.number() != records.size() + 1) {
      throw new JsonException("its number is " + line.number());
    }
    return RecordCodec.decode(Json.parseObject(line.json()));
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

  /** What is known of writes that the kernel has not answered. */
  public Unanswered unanswered() {
    return unanswered;
  }

  /** Which changes wait to be confirmed. */
  public Confirmations confirmations() {
    return confirmations;
  }

  /** The number of the last transaction; 0 where there was none. */
  public long last() {
    return last;
  }

  /**
   * Opens a transaction for what a stuck write left to do. It leads home: a crash in it is followed
   * by its end.
   *
   * @param by who asked
   * @throws JournalException it could not be written; then nothing may be done
   */
  public JournalRecord.Opened open(Unanswered.Rest rest, String by, Instant now) {
    JournalRecord.Opened first = rest.opened();
    JournalRecord.Opened opened =
        new JournalRecord.Opened(
            last + 1,
            now,
            by,
            first.verb(),
            first.address(),
            true,
            first.accepted(),
            rest.steps(),
            first.touched(),
            loans(first.touched()),
            rest.loans(),
            first.devices());
    append(opened);
    return opened;
  }

  private List<Loan> loans(List<PciAddress> touched) {
    List<Loan> loans = new ArrayList<>();
    touched.forEach(address -> ledger.loan(address).ifPresent(loans::add));
    return loans;
  }

  /** What came of the resets of the open transaction, or else of the last one, by step. */
  public SortedMap<Integer, ResetTrial> trials() {
    return new TreeMap<>(trials);
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
    JournalRecord.Opened opened =
        new JournalRecord.Opened(
            last + 1,
            now,
            by,
            plan.request().verb(),
            plan.request().address(),
            plan.request().homeward(),
            plan.overridden(),
            plan.steps(),
            plan.touched(),
            loans(plan.touched()),
            plan.loans(),
            plan.devices());
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
    log.append(Line.seal(records.size() + 1, json));
    take(record);
  }
}
