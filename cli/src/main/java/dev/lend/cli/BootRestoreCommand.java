package dev.lend.cli;

import dev.lend.act.Outcome;
import dev.lend.act.Progress;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.StateFolder;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.HostSnapshot;
import dev.lend.plan.Names;
import dev.lend.plan.Objection;
import dev.lend.plan.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code lend boot restore}: what definitions of guests have is put back on vfio-pci at boot. The
 * kernel has given it to drivers of the host, and a guest cannot start with it there. libvirt is
 * not asked: it waits for this to be over.
 */
final class BootRestoreCommand implements Command {
  private static final Duration UNPLUG = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "boot restore";
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return "At boot: put devices that are in guests' definitions back on vfio-pci";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend boot restore", "what lend-boot.service does last; one line for each device");
  }

  @Override
  public Syntax syntax() {
    return Context.state(Workshop.noWait(Syntax.none()));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    return run(arguments, context, Workshop.of(arguments, context, UNPLUG));
  }

  /** Runs it in a workshop of the caller's. */
  ExitCode run(Arguments arguments, Context context, Workshop workshop) {
    try {
      List<Loan> loans = defined(workshop.lookAtJournal());
      if (loans.isEmpty()) {
        return ExitCode.DONE;
      }
      HostSnapshot host = workshop.everything();
      ExitCode worst = ExitCode.DONE;
      try (StateFolder folder = workshop.lock(arguments, who -> {})) {
        for (Loan loan : loans) {
          ExitCode code = restore(loan, host, folder.journal(), context, workshop);
          worst = code.compareTo(worst) > 0 ? code : worst;
        }
      }
      return worst;
    } catch (JournalException unusable) {
      throw new UsageException(String.valueOf(unusable.getMessage()));
    }
  }

  private static List<Loan> defined(Journal journal) {
    List<Loan> found = new ArrayList<>();
    for (Loan loan : journal.ledger().loans().values()) {
      if (loan.defined()) {
        found.add(loan);
      }
    }
    return found;
  }

  private static ExitCode restore(
      Loan loan, HostSnapshot host, Journal journal, Context context, Workshop workshop) {
    String guest = loan.inGuest().map(Loan.InGuest::guest).map(Guest::toString).orElse("");
    if (host.function(loan.address()).isEmpty()) {
      say(
          context,
          loan.address().brief()
              + ": is gone from this host, and "
              + guest
              + " cannot start without it. A VF is made at boot if a file in /etc/lend says so:"
              + " lend vf create PF N --persist");
      return ExitCode.NO;
    }
    String name = host.function(loan.address()).map(new Names(host)::of).orElse("");
    Outcome outcome =
        workshop.lender().carryOut(journal, new Request.Restore(loan.address()), Progress.silent());
    say(context, name + ": " + words(outcome, guest));
    return switch (outcome) {
      case Outcome.Done done -> ExitCode.DONE;
      case Outcome.Refused refused -> ExitCode.NO;
      case Outcome.PutBack putBack -> ExitCode.PUT_BACK;
      case Outcome.Stuck stuck -> ExitCode.NEEDS_PERSON;
      case Outcome.Stranded stranded -> ExitCode.NEEDS_PERSON;
    };
  }

  private static String words(Outcome outcome, String guest) {
    return switch (outcome) {
      case Outcome.Done done when done.plan().steps().isEmpty() ->
          "on vfio-pci for " + guest + ", as it is";
      case Outcome.Done done -> "on vfio-pci for " + guest + ", restored";
      case Outcome.Refused refused ->
          "refused: "
              + String.join(
                  " ", refused.plan().objections().stream().map(Objection::text).toList());
      case Outcome.PutBack putBack -> "failed, and put back: " + putBack.why();
      case Outcome.Stuck stuck -> "stuck: " + String.join(" ", stuck.why());
      case Outcome.Stranded stranded -> "needs a person: " + String.join(" ", stranded.why());
    };
  }

  private static void say(Context context, String line) {
    context.out().println(Text.printable(line));
    context.out().flush();
  }
}
