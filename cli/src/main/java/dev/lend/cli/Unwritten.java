package dev.lend.cli;

import dev.lend.journal.JournalException;
import dev.lend.journal.UnwritableException;

/** A journal that cannot be written, on a full disk for example: nothing is done without it. */
final class Unwritten {
  private Unwritten() {}

  /** Says so. What was begun is as it was left; where nothing was, nothing was changed. */
  static ExitCode end(UnwritableException why, Context context, Workshop workshop) {
    context.out().flush();
    context.err().println("lend: " + Text.printable(String.valueOf(why.getMessage())));
    if (begun(workshop)) {
      context
          .err()
          .println("lend: a change is not ended. Make room for the journal, then: lend recover");
      return ExitCode.NEEDS_PERSON;
    }
    context.err().println("lend: nothing was changed.");
    return why.elsewhere() ? ExitCode.USAGE : ExitCode.PUT_BACK;
  }

  private static boolean begun(Workshop workshop) {
    try {
      return workshop.lookAtJournal().unfinished().isPresent();
    } catch (JournalException unreadable) {
      return true;
    }
  }
}
