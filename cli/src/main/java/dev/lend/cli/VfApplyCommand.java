package dev.lend.cli;

import dev.lend.act.DeclaredPlaces;
import dev.lend.config.Declarations;
import dev.lend.config.Problem;
import dev.lend.journal.JournalException;
import dev.lend.journal.UnwritableException;
import dev.lend.model.DeclaredPf;
import dev.lend.model.HostSnapshot;
import dev.lend.plan.PfPlace;
import dev.lend.plan.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code lend vf apply}: what files say is made so. */
final class VfApplyCommand implements Command {
  private static final Duration UNPLUG = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "vf apply";
  }

  @Override
  public Group group() {
    return Group.SETTINGS;
  }

  @Override
  public String summary() {
    return "Make the VFs as files say; what is so already is left alone";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend vf apply hosts.yaml --dry-run",
        "show the difference to what is",
        "lend vf apply",
        "all files of " + Declarations.FOLDER);
  }

  @Override
  public Syntax syntax() {
    Syntax syntax =
        Syntax.none()
            .taking(
                new Syntax.Words.AtMostOne(
                    "FILE", "a file, or a folder with *.yaml (else " + Declarations.FOLDER + ")"))
            .flag("--yes", "what is in use on the host, as shown, may stop")
            .repeatable(
                "--accept", "NAME", "what Lend would refuse because of NAME, as shown, may happen")
            .option(Workshop.TIMEOUT, "SECONDS", "how long the kernel may take to answer a write")
            .flag("--dry-run", "show what would be done; change nothing");
    return Context.state(Context.json(Workshop.noWait(syntax)));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    Declarations declared = read(arguments.word());
    if (!declared.sound()) {
      throw new UsageException(
          String.join("\n", declared.problems().stream().map(Problem::toString).toList()));
    }
    Duration limit = arguments.has(Workshop.TIMEOUT) ? ChangeCommand.timeout(arguments) : UNPLUG;
    Workshop workshop = Workshop.of(arguments, context, limit);
    HostSnapshot host = workshop.everything();
    DeclaredPlaces places = workshop.places(host, declared.pfs());
    List<Request> requests = new ArrayList<>();
    for (DeclaredPf pf : declared.pfs()) {
      PfPlace place = places.find(pf);
      if (!(place instanceof PfPlace.Found found)) {
        throw new UsageException(pf.source() + ": " + place.words());
      }
      if (found.from().isPresent()) {
        context.err().println("lend: " + Text.printable(pf.source() + ": " + found.words()));
      }
      requests.add(
          new Request.ShapeVfs(
              found.address(), pf.wish(), ChangeCommand.consent(arguments), name()));
    }
    return all(requests, host, arguments, context, workshop);
  }

  private static Declarations read(String word) {
    return word.isEmpty()
        ? Declarations.inFolder(Declarations.FOLDER)
        : Declarations.named(Path.of(word));
  }

  /** One PF after the other; what goes wrong with one does not keep the others from theirs. */
  private static ExitCode all(
      List<Request> requests,
      HostSnapshot host,
      Arguments arguments,
      Context context,
      Workshop workshop) {
    ExitCode worst = ExitCode.DONE;
    for (Request request : requests) {
      try {
        ExitCode code = ChangeCommand.perform(request, host, arguments, context, workshop);
        worst = code.compareTo(worst) > 0 ? code : worst;
      } catch (UnwritableException full) {
        return Unwritten.end(full, context, workshop);
      } catch (JournalException unusable) {
        throw new UsageException(String.valueOf(unusable.getMessage()));
      }
    }
    if (requests.isEmpty() && !arguments.has("--json")) {
      context.out().println("Nothing is declared.");
    }
    return worst;
  }
}
