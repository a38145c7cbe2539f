package dev.lend.cli;

import dev.lend.journal.Confirmations;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.JournalRecord;
import dev.lend.model.PciAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a guard does: looks until the change is confirmed, or else tries to take it back until that
 * has worked. Nothing that goes wrong on the way ends it.
 */
final class GuardDuty {
  /** What a guard sees and can do. */
  interface Post {
    /** The journal as it is now. */
    Journal look();

    /** True while the command that asked for the change lives. */
    boolean asking();

    /**
     * Ends what is open, and brings the function home.
     *
     * @param home false to end only what is open: the change has not come to its end
     */
    void takeBack(boolean home);

    /** Waits for news, at most so long. */
    void await(Duration most);

    /** Nanoseconds on a clock that nobody sets. */
    long now();

    /** For the log. */
    void note(String what);
  }

  /** How long to wait for news at most: that a process has died is no event in a folder. */
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Post post;
  private final PciAddress address;
  private final long after;
  private final Duration within;
  private OptionalLong deadline = OptionalLong.empty();
  private Duration pause = FIRST_PAUSE;

  /**
   * @param address the function that is changed
   * @param after the last change before the one to guard
   * @param within how long that may wait for its confirmation
   */
  GuardDuty(Post post, PciAddress address, long after, Duration within) {
    this.post = post;
    this.address = address;
    this.after = after;
    this.within = within;
  }

  /** Ends when there is nothing left to guard. */
  void keep() {
    while (true) {
      try {
        if (over()) {
          return;
        }
      } catch (JournalException e) {
        failed(String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        // Whatever it is: who waits for the way home must not be left alone with it.
        failed(e.toString());
      }
    }
  }

  private boolean over() {
    // Looked at first: a change that ends in between is then seen as ended.
    boolean asking = post.asking();
    Journal journal = post.look();
    boolean pending = pending(journal).isPresent();
    if (!pending) {
      if (!asking && journal.unfinished().isPresent()) {
        return tried(false);
      }
      if (!stranded(journal)) {
        boolean over = !asking || ended(journal);
        if (!over) {
          post.await(LOOK_AGAIN);
        }
        return over;
      }
    }
    if (deadline.isEmpty()) {
      deadline = OptionalLong.of(post.now() + within.toNanos());
    }
    Duration left = Duration.ofNanos(deadline.getAsLong() - post.now());
    if (left.isPositive()) {
      post.await(left.compareTo(LOOK_AGAIN) < 0 ? left : LOOK_AGAIN);
      return false;
    }
    return tried(true);
  }

  /** What came of it is seen at the next look. */
  private boolean tried(boolean home) {
    post.takeBack(home);
    Journal journal = post.look();
    if (pending(journal).isEmpty() && journal.unfinished().isEmpty() && !stranded(journal)) {
      return true;
    }
    failed("It is not back yet.");
    return false;
  }

  private void failed(String why) {
    post.note(why + " Trying again in " + Math.max(1, pause.toSeconds()) + " s.");
    post.await(pause);
    Duration next = pause.multipliedBy(2);
    pause = next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE;
  }

  private Optional<Confirmations.Pending> pending(Journal journal) {
    return journal.confirmations().pending().stream()
        .filter(one -> one.transaction() > after && one.address().equals(address))
        .findFirst();
  }

  /** True where the change, or a way home from it, has ended half-way and the function is away. */
  private boolean stranded(Journal journal) {
    boolean ours = false;
    boolean stranded = false;
    for (JournalRecord record : journal.records()) {
      switch (record) {
        case JournalRecord.Opened one ->
            ours = one.transaction() > after && one.address().equals(address);
        case JournalRecord.Closed closed ->
            stranded = ours ? closed.outcome() == JournalRecord.Outcome.STRANDED : stranded;
        default -> {}
      }
    }
    return stranded && journal.unfinished().isEmpty() && journal.ledger().loan(address).isPresent();
  }

  /** True where the change has ended, whatever came of it. */
  private boolean ended(Journal journal) {
    boolean opened = false;
    for (JournalRecord record : journal.records()) {
      if (record instanceof JournalRecord.Opened one && one.transaction() > after) {
        opened |= one.address().equals(address);
      }
    }
    return opened && journal.unfinished().isEmpty();
  }
}
