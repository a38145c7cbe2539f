package dev.lend.journal;

import dev.lend.json.JsonException;
import dev.lend.ledger.Loan;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.plan.Step;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** What the journal knows of writes that the kernel has not answered. */
public final class Unanswered {
  /**
   * What is left of a transaction that a stuck write held up.
   *
   * @param opened how it began
   * @param steps what is left to do, in order: the rest of a way home, or the inverses of what was
   *     begun
   * @param loans the loans of the touched functions once that is done
   */
  public record Rest(JournalRecord.Opened opened, List<Step> steps, List<Loan> loans) {
    /** Copies the lists. */
    public Rest {
      steps = List.copyOf(steps);
      loans = List.copyOf(loans);
    }
  }

  private final List<StuckWrite> stuck = new ArrayList<>();
  private final List<Rest> rests = new ArrayList<>();
  private Optional<PendingWrite> writing = Optional.empty();

  Unanswered() {}

  /** The write that was begun last, where nothing tells that it returned. */
  public Optional<PendingWrite> writing() {
    return writing;
  }

  /** Writes that were given up and of which the kernel is not known to have answered. */
  public List<StuckWrite> stuck() {
    return List.copyOf(stuck);
  }

  /** What is left of transactions that such a write held up. */
  public List<Rest> rests() {
    return List.copyOf(rests);
  }

  /**
   * @throws JsonException the record cannot follow those before it
   */
  void check(JournalRecord record) {
    if (record instanceof JournalRecord.Answered answered
        && stuck.stream().noneMatch(one -> one.write().task().equals(answered.task()))) {
      throw new JsonException("process " + answered.task().pid() + " is not stuck");
    }
  }

  void take(JournalRecord record) {
    switch (record) {
      case JournalRecord.Opened opened -> {
        writing = Optional.empty();
        rests.removeIf(rest -> !Collections.disjoint(rest.opened().touched(), opened.touched()));
      }
      case JournalRecord.Writing(long tx, PendingWrite write) -> writing = Optional.of(write);
      case JournalRecord.Stuck(long tx, StuckWrite write) -> {
        writing = Optional.empty();
        stuck.add(write);
      }
      case JournalRecord.Answered answered ->
          stuck.removeIf(one -> one.write().task().equals(answered.task()));
      case JournalRecord.Provisional provisional -> {}
      case JournalRecord.Confirmed confirmed -> {}
      case JournalRecord.Begun begun -> writing = Optional.empty();
      case JournalRecord.Tested tested -> writing = Optional.empty();
      case JournalRecord.Learned learned -> writing = Optional.empty();
      case JournalRecord.Done done -> writing = Optional.empty();
      case JournalRecord.Undone undone -> writing = Optional.empty();
      case JournalRecord.Closed closed -> writing = Optional.empty();
    }
  }

  /** Remembers what a transaction leaves to do. */
  void postpone(JournalRecord.Opened opened, int begun, List<Integer> done, List<Integer> undone) {
    List<Step> steps = new ArrayList<>();
    if (opened.homeward()) {
      for (int i = 0; i < opened.steps().size(); i++) {
        if (!done.contains(i)) {
          steps.add(opened.steps().get(i));
        }
      }
    } else {
      for (int i = begun - 1; i >= 0; i--) {
        if (!undone.contains(i) && !Step.undoneWithAnother(opened.steps(), i)) {
          opened.steps().get(i).inverse().ifPresent(steps::add);
        }
      }
    }
    rests.add(new Rest(opened, steps, opened.homeward() ? opened.after() : opened.before()));
  }

  /** The write that holds a function up, if there is one. */
  public Optional<StuckWrite> holding(PciAddress address) {
    return stuck.stream()
        .filter(one -> one.write().device().equals(Optional.of(address)))
        .findFirst();
  }
}
