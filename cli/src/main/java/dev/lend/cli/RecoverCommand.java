package dev.lend.cli;

import dev.lend.act.Progress;
import dev.lend.act.StuckWords;
import dev.lend.explain.KnownErrors;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.JournalRecord;
import dev.lend.journal.StateFolder;
import dev.lend.journal.UnwritableException;
import dev.lend.model.StuckWrite;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Ends a change that was cut off in the middle. */
final class RecoverCommand implements Command {
  @Override
  public String name() {
    return "recover";
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return "End a change that a crash, a power cut or a write without an answer cut off";
  }

  @Override
  public List<String> examples() {
    return List.of("lend recover", "what leads home is finished, all else is undone");
  }

  @Override
  public Syntax syntax() {
    return Context.state(
        Workshop.noWait(Syntax.none())
            .option(
                Workshop.TIMEOUT,
                "SECONDS",
                "how long a guest may take to let a device go (60), and the kernel to answer"));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    return run(
        arguments, context, Workshop.of(arguments, context, ChangeCommand.timeout(arguments)));
  }

  /** Runs it in a workshop of the caller's. */
  ExitCode run(Arguments arguments, Context context, Workshop workshop) {
    List<String> said = new ArrayList<>();
    Progress progress =
        new Progress() {
          @Override
          public void notPutBack(String what) {
            context.out().println("Not as it was: " + Text.printable(what));
          }

          @Override
          public void recovered(String what) {
            said.add(what);
            context.out().println(Text.printable(what));
            Explained.lines(KnownErrors.of(what)).forEach(context.out()::println);
          }
        };
    try (StateFolder folder =
        workshop.lock(
            arguments,
            who -> context.err().println("lend: waiting for another lend to finish: " + who))) {
      Journal journal = folder.journal();
      Optional<JournalRecord.Outcome> ended = workshop.lender().recover(journal, progress);
      List<StuckWrite> waiting = workshop.lender().waiting(journal);
      for (StuckWrite stuck : waiting) {
        context.err().println("lend: the kernel has still not answered:");
        for (String line : StuckWords.evidence(stuck)) {
          context.err().println(Text.printable("    " + line));
        }
        context.err().println("lend: " + StuckWords.advice(stuck));
      }
      if (!waiting.isEmpty()) {
        return ExitCode.NEEDS_PERSON;
      }
      if (ended.isEmpty() && !said.isEmpty()) {
        return ExitCode.DONE;
      }
      if (ended.isEmpty()) {
        context.out().println("Nothing to recover: no change was cut off.");
        return ExitCode.DONE;
      }
      return switch (ended.get()) {
        case DONE, UNDONE -> ExitCode.DONE;
        case STRANDED, WAITING -> ExitCode.NEEDS_PERSON;
      };
    } catch (UnwritableException full) {
      return Unwritten.end(full, context, workshop);
    } catch (JournalException unusable) {
      throw new UsageException(String.valueOf(unusable.getMessage()));
    }
  }
}
