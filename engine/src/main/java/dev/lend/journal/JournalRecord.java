package dev.lend.journal;

import dev.lend.ledger.Loan;
import dev.lend.ledger.Quarantine;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.DriverAbilities;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.plan.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One line of the journal. A transaction is
 *
 * <pre>
 *   Opened  [Provisional]
 *           (Begun Writing* [Found] Done)*  [Begun Writing* [Found] [Stuck]]
 *           (Writing* [Stuck] Undone)*  Closed
 * </pre>
 *
 * where {@code Found} is {@code Tested} or {@code Learned}, and at most one is open; {@code
 * Answered} stands anywhere after the {@code Stuck} that it is about, {@code Confirmed} anywhere
 * after the transaction that it is about. A line is written before what it announces ({@code
 * Opened}, {@code Begun}) and after what it reports ({@code Tested}, {@code Done}, {@code Undone},
 * {@code Closed}).
 */
public sealed interface JournalRecord {
  /** The number of the transaction, counting from 1. */
  long transaction();

  /**
   * A plan is about to be carried out.
   *
   * @param at when
   * @param by who asked: user and process
   * @param verb the command
   * @param address what it is about
   * @param homeward true where a broken transaction is finished rather than undone
   * @param accepted what the person took upon themselves although Lend would have refused, by the
   *     names of {@link dev.lend.plan.Consequence.Kind}
   * @param steps what will be done; each holds the original state of what it changes
   * @param touched functions whose loans change
   * @param before their loans before it
   * @param after their loans once it is done
   * @param devices what sat where the steps have something to do
   */
  record Opened(
      long transaction,
      Instant at,
      String by,
      String verb,
      PciAddress address,
      boolean homeward,
      List<String> accepted,
      List<Step> steps,
      List<PciAddress> touched,
      List<Loan> before,
      List<Loan> after,
      List<DeviceIdentity> devices)
      implements JournalRecord {
    /** Copies the lists. */
    public Opened {
      accepted = List.copyOf(accepted);
      steps = List.copyOf(steps);
      touched = List.copyOf(touched);
      before = List.copyOf(before);
      after = List.copyOf(after);
      devices = List.copyOf(devices);
    }

    /** What sat at an address when the plan was made, where that is known. */
    public Optional<DeviceIdentity> device(PciAddress address) {
      return devices.stream().filter(device -> device.address().equals(address)).findFirst();
    }
  }

  /**
   * The change stands only if the person confirms it.
   *
   * @param within how long after its end that may take
   */
  record Provisional(long transaction, Duration within) implements JournalRecord {}

  /**
   * The person has confirmed a change.
   *
   * @param transaction the last one, whether it is open or not
   * @param confirmed the one that stands now
   */
  record Confirmed(long transaction, long confirmed, Instant at) implements JournalRecord {}

  /** A step is about to be done. */
  record Begun(long transaction, int step) implements JournalRecord {}

  /** A step was a reset, and this came of it. */
  record Tested(long transaction, int step, ResetTrial trial) implements JournalRecord {}

  /** A step tried what a driver can set for VFs, and this came of it. */
  record Learned(long transaction, int step, DriverAbilities abilities) implements JournalRecord {}

  /** A step was done and read back. */
  record Done(long transaction, int step) implements JournalRecord {}

  /** A step was taken back and read back. */
  record Undone(long transaction, int step) implements JournalRecord {}

  /**
   * A child process is ready to write and waits for its word: should Lend be killed while the
   * kernel holds the write, the next Lend finds the child by this.
   */
  record Writing(long transaction, PendingWrite write) implements JournalRecord {}

  /** The kernel did not answer a write in its time; its function is left alone until it does. */
  record Stuck(long transaction, StuckWrite stuck) implements JournalRecord {}

  /**
   * The kernel has answered a write that was stuck.
   *
   * @param transaction the last one, whether it is open or not
   * @param task the child that did it
   * @param at when Lend noticed
   */
  record Answered(long transaction, KernelTask task, Instant at) implements JournalRecord {}

  /**
   * The transaction ended.
   *
   * @param at when
   * @param outcome how
   * @param loans the loans of the touched functions from now on
   * @param quarantines those of the touched functions that are in quarantine from now on
   * @param note why, where it did not go as planned; empty text otherwise
   */
  record Closed(
      long transaction,
      Instant at,
      Outcome outcome,
      List<Loan> loans,
      List<Quarantine> quarantines,
      String note)
      implements JournalRecord {
    /** Copies the lists. */
    public Closed {
      loans = List.copyOf(loans);
      quarantines = List.copyOf(quarantines);
    }
  }

  /** How a transaction ended. */
  enum Outcome {
    /** All steps were done. */
    DONE,
    /** Everything is as it was before. */
    UNDONE,
    /** Neither: a person must look; the note says what and what to do. */
    STRANDED,
    /** Neither: a write is stuck. What is left to do is done once the kernel has answered it. */
    WAITING
  }
}
