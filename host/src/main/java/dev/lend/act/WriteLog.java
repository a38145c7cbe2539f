package dev.lend.act;

import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.model.TaskEvidence;
import java.util.Optional;

/** Remembers writes to the kernel that are under way, for a Lend that comes later. */
public interface WriteLog {
  /**
   * A write is about to be done.
   *
   * @throws dev.lend.journal.JournalException that cannot be remembered: then it must not be done
   */
  void starts(PendingWrite write);

  /** The kernel did not answer it in its time. */
  void stuck(PendingWrite write, TaskEvidence evidence);

  /** The write that still holds a function up, if there is one. */
  Optional<StuckWrite> holding(PciAddress address);

  /** Remembers nothing. */
  static WriteLog none() {
    return new WriteLog() {
      @Override
      public void starts(PendingWrite write) {}

      @Override
      public void stuck(PendingWrite write, TaskEvidence evidence) {}

      @Override
      public Optional<StuckWrite> holding(PciAddress address) {
        return Optional.empty();
      }
    };
  }
}
