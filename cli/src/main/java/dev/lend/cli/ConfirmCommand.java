package dev.lend.cli;

import dev.lend.act.Progress;
import dev.lend.journal.Confirmations;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.StateFolder;
import dev.lend.journal.UnwritableException;
import dev.lend.model.PciAddress;
import java.util.List;
import java.util.Optional;

/** Lets a change stand that would be taken back otherwise. */
final class ConfirmCommand implements Command {
  @Override
  public String name() {
    return "confirm";
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return "Let a change stand that was made with --confirm-within";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend reserve eth0 --accept default-route --confirm-within 60s",
            "comes back by itself after a minute,",
        "lend confirm", "unless you can still type this");
  }

  @Override
  public Syntax syntax() {
    return Context.state(
        Workshop.noWait(
            Syntax.none()
                .taking(new Syntax.Words.AtMostOne("DEVICE", "only the change of this device"))
                .option(
                    Workshop.TIMEOUT,
                    "SECONDS",
                    "how long the kernel may take to answer, where a change that was cut off is"
                        + " ended first (30)")));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    Workshop workshop = Workshop.of(arguments, context, ChangeCommand.timeout(arguments));
    Optional<PciAddress> address =
        arguments.words().isEmpty()
            ? Optional.empty()
            : Optional.of(
                DeviceName.resolve(workshop.names(arguments.word()), arguments.word()).address());
    try (StateFolder folder =
        workshop.lock(
            arguments,
            who -> context.err().println("lend: waiting for another lend to finish: " + who))) {
      Journal journal = folder.journal();
      workshop
          .lender()
          .recover(
              journal,
              new Progress() {
                @Override
                public void recovered(String what) {
                  context.err().println(Text.printable("lend: " + what));
                }
              });
      List<Confirmations.Pending> confirmed = workshop.lender().confirm(journal, address);
      for (Confirmations.Pending change : confirmed) {
        context
            .out()
            .println("lend " + change.verb() + " " + change.address().brief() + " stands.");
      }
      if (confirmed.isEmpty()) {
        throw new DeclinedException("nothing waits to be confirmed (lend history shows more)");
      }
      return ExitCode.DONE;
    } catch (UnwritableException full) {
      return Unwritten.end(full, context, workshop);
    } catch (JournalException unusable) {
      throw new UsageException(String.valueOf(unusable.getMessage()));
    }
  }
}
