package dev.lend.journal;

import dev.lend.json.JsonException;
import dev.lend.model.PciAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The changes that stand only if a person confirms them. */
public final class Confirmations {
  /**
   * A change that was made and waits to be confirmed.
   *
   * @param transaction which one
   * @param verb the command that asked for it
   * @param address the function that it is about
   * @param until when it is taken back
   */
  public record Pending(long transaction, String verb, PciAddress address, Instant until) {}

  private final List<Pending> pending = new ArrayList<>();
  private Optional<JournalRecord.Opened> open = Optional.empty();
  private Optional<Duration> within = Optional.empty();

  Confirmations() {}

  /** Those that are not confirmed, oldest first. */
  public List<Pending> pending() {
    return List.copyOf(pending);
  }

  /**
   * @throws JsonException the record cannot follow those before it
   */
  void check(JournalRecord record) {
    if (record instanceof JournalRecord.Confirmed(long tx, long confirmed, Instant at)
        && pending.stream().noneMatch(one -> one.transaction() == confirmed)) {
      throw new JsonException("transaction " + confirmed + " does not wait to be confirmed");
    }
  }

  void take(JournalRecord record) {
    if (record instanceof JournalRecord.Opened opened) {
      open = Optional.of(opened);
      within = Optional.empty();
    } else if (record instanceof JournalRecord.Provisional(long tx, Duration time)) {
      within = Optional.of(time);
    } else if (record instanceof JournalRecord.Confirmed(long tx, long confirmed, Instant at)) {
      pending.removeIf(one -> one.transaction() == confirmed);
    } else if (record instanceof JournalRecord.Closed closed && open.isPresent()) {
      closed(open.get(), closed);
    }
  }

  private void closed(JournalRecord.Opened opened, JournalRecord.Closed closed) {
    // What came home waits for nobody's word, though others of its group may have got stuck.
    pending.removeIf(one ->
        opened.touched().contains(one.address())
            && closed.loans().stream().noneMatch(loan -> loan.address().equals(one.address())));
    if (closed.outcome() != JournalRecord.Outcome.DONE) {
      return;
    }
    // Whoever brings it home, or lends it on, has decided about it.
    pending.removeIf(one -> opened.touched().contains(one.address()));
    if (within.isPresent()) {
      pending.add(
          new Pending(
              opened.transaction(),
              opened.verb(),
              opened.address(),
              closed.at().plus(within.get())));
    }
  }
}
