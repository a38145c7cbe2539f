package dev.lend.cli;

import dev.lend.act.Progress;
import dev.lend.journal.JournalException;
import dev.lend.journal.JournalRecord;
import dev.lend.journal.StateFolder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Ends a change that was cut off in the middle. */
final class RecoverCommand implements Command {
  private static final Duration UNPLUG = Duration.ofSeconds(60);

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
    return "End a change that was cut off by a crash or a power cut";
  }

  @Override
  public List<String> examples() {
    return List.of("lend recover", "what leads home is finished, all else is undone");
  }

  @Override
  public Syntax syntax() {
    return Context.state(Syntax.none());
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    Workshop workshop = Workshop.of(arguments, context, UNPLUG);
    Progress progress =
        new Progress() {
          @Override
          public void recovered(String what) {
            context.out().println(what);
          }
        };
    try (StateFolder folder =
        workshop.lock(
            who -> context.err().println("lend: waiting for another lend to finish: " + who))) {
      Optional<JournalRecord.Outcome> ended = workshop.lender().recover(folder.journal(), progress);
      if (ended.isEmpty()) {
        context.out().println("Nothing to recover: no change was cut off.");
        return ExitCode.DONE;
      }
      return ended.get() == JournalRecord.Outcome.STRANDED ? ExitCode.NEEDS_PERSON : ExitCode.DONE;
    } catch (JournalException unusable) {
      throw new UsageException(String.valueOf(unusable.getMessage()));
    }
  }
}
