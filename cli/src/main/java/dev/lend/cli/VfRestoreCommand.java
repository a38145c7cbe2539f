package dev.lend.cli;

import dev.lend.act.DeclaredPlaces;
import dev.lend.act.Outcome;
import dev.lend.act.Patience;
import dev.lend.act.PfReader;
import dev.lend.act.Progress;
import dev.lend.config.Declarations;
import dev.lend.config.Problem;
import dev.lend.journal.JournalException;
import dev.lend.journal.StateFolder;
import dev.lend.model.DeclaredPf;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.plan.Names;
import dev.lend.plan.Objection;
import dev.lend.plan.PfPlace;
import dev.lend.plan.Request;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * {@code lend vf restore}: what files say is made so at boot. Nobody is there to be asked, so what
 * can be done is done, and one line says of each PF what that was.
 */
final class VfRestoreCommand implements Command {
  private static final String WAIT = "--wait";

  /** A card that loads its firmware takes half a minute to have its interface. */
  private static final int SECONDS = 60;

  private static final Duration UNPLUG = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "vf restore";
  }

  @Override
  public Group group() {
    return Group.SETTINGS;
  }

  @Override
  public String summary() {
    return "At boot: make the VFs as the files of " + Declarations.FOLDER + " say";
  }

  @Override
  public List<String> examples() {
    return List.of("lend vf restore", "what lend-boot.service does; one line for each PF");
  }

  @Override
  public Syntax syntax() {
    return Context.state(
        Syntax.none()
            .taking(
                new Syntax.Words.AtMostOne(
                    "FILE", "a file, or a folder with *.yaml (else " + Declarations.FOLDER + ")"))
            .option(WAIT, "SECONDS", "how long to wait for cards whose driver is slow (60)"));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    int wait = arguments.number(WAIT, SECONDS);
    if (wait < 0 || wait > 3600) {
      throw new UsageException(WAIT + " takes 0 to 3600 seconds, not " + wait);
    }
    Declarations declared =
        arguments.word().isEmpty()
            ? Declarations.inFolder(Declarations.FOLDER)
            : Declarations.named(Path.of(arguments.word()));
    for (Problem problem : declared.problems()) {
      context.err().println("lend: " + problem);
    }
    Workshop workshop = Workshop.of(arguments, context, UNPLUG);
    ExitCode worst = declared.sound() ? ExitCode.DONE : ExitCode.USAGE;
    for (DeclaredPf pf : declared.pfs()) {
      ExitCode code = restore(pf, Duration.ofSeconds(wait), arguments, context, workshop);
      worst = code.compareTo(worst) > 0 ? code : worst;
    }
    return worst;
  }

  private static ExitCode restore(
      DeclaredPf pf, Duration wait, Arguments arguments, Context context, Workshop workshop) {
    Places seen = new Places(pf, workshop);
    boolean ready = Patience.polling().until(seen::ready, wait);
    if (!(seen.place instanceof PfPlace.Found found)) {
      say(context, pf.source() + ": " + seen.place.words());
      return ExitCode.NO;
    }
    String name =
        seen.host.function(found.address()).map(new Names(seen.host)::of).orElse("")
            + (found.from().isPresent() ? " (" + found.words() + ")" : "");
    if (!ready) {
      say(context, name + ": has no driver that is ready for it after " + wait.toSeconds() + " s");
      return ExitCode.PUT_BACK;
    }
    Request request =
        new Request.ShapeVfs(
            found.address(), pf.wish(), new Request.Consent(false, false), "vf restore");
    try (StateFolder folder = workshop.lock(arguments, who -> {})) {
      Outcome outcome = workshop.lender().carryOut(folder.journal(), request, Progress.silent());
      say(context, name + ": " + words(outcome, pf));
      return code(outcome);
    } catch (JournalException unusable) {
      say(context, name + ": " + unusable.getMessage());
      return ExitCode.NEEDS_PERSON;
    }
  }

  private static void say(Context context, String line) {
    context.out().println(Text.printable(line));
    context.out().flush();
  }

  private static String words(Outcome outcome, DeclaredPf pf) {
    String wanted =
        pf.wish().count().map(count -> count + (count == 1 ? " VF" : " VFs")).orElse("its VFs");
    return switch (outcome) {
      case Outcome.Done done when done.plan().steps().isEmpty() -> wanted + ", as they are";
      case Outcome.Done done -> wanted + ", restored";
      case Outcome.Refused refused ->
          "refused: "
              + String.join(
                  " ", refused.plan().objections().stream().map(Objection::text).toList());
      case Outcome.PutBack putBack -> "failed, and put back: " + putBack.why();
      case Outcome.Stuck stuck -> "stuck: " + String.join(" ", stuck.why());
      case Outcome.Stranded stranded -> "needs a person: " + String.join(" ", stranded.why());
    };
  }

  private static ExitCode code(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> ExitCode.DONE;
      case Outcome.Refused refused -> ExitCode.NO;
      case Outcome.PutBack putBack -> ExitCode.PUT_BACK;
      case Outcome.Stuck stuck -> ExitCode.NEEDS_PERSON;
      case Outcome.Stranded stranded -> ExitCode.NEEDS_PERSON;
    };
  }

  /** Where a PF is, looked at again and again until its driver is ready. */
  private static final class Places {
    private final DeclaredPf pf;
    private final Workshop workshop;
    private HostSnapshot host;
    private PfPlace place;

    Places(DeclaredPf pf, Workshop workshop) {
      this.pf = pf;
      this.workshop = workshop;
      this.host = workshop.everything();
      this.place = places(host).find(pf);
    }

    private DeclaredPlaces places(HostSnapshot of) {
      return workshop.places(of, List.of(pf));
    }

    /** Looks again only where the last look, the first one included, did not find it ready. */
    boolean ready() {
      if (seenReady()) {
        return true;
      }
      host = workshop.everything();
      place = places(host).find(pf);
      return seenReady();
    }

    private boolean seenReady() {
      return place instanceof PfPlace.Found found && driven(found.address());
    }

    private boolean driven(PciAddress address) {
      Optional<PciFunction> function = host.function(address);
      return function.isPresent()
          && function.get().driver().isPresent()
          && PfReader.ready(workshop.kernel(), function.get())
          && (!function.get().network() || !host.netsOf(address).isEmpty());
    }
  }
}
