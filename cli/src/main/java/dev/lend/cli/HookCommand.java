package dev.lend.cli;

import dev.lend.journal.JournalException;
import dev.lend.journal.StateFolder;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.LibvirtRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code lend hook}: has libvirt refuse to start a domain with a device that is lent elsewhere. */
final class HookCommand implements Command {
  /** What is wanted of the hook. */
  enum Verb {
    INSTALL("Have libvirt refuse to start a domain with a device that is lent elsewhere"),
    REMOVE("Have libvirt start domains without looking at what is lent"),
    STATUS("Say whether libvirt looks at what is lent, and when it last did");

    private final String summary;

    Verb(String summary) {
      this.summary = summary;
    }

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String DRY_RUN = "--dry-run";
  private static final String RELOAD = "systemctl reload libvirtd (or virtqemud)";

  private final Verb verb;

  HookCommand(Verb verb) {
    this.verb = verb;
  }

  @Override
  public String name() {
    return "hook " + verb.id();
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return verb.summary;
  }

  @Override
  public List<String> examples() {
    return switch (verb) {
      case INSTALL ->
          List.of(
              "sudo lend hook install",
              "virsh start then says who has the device, and changes nothing",
              "lend hook install --dry-run",
              "shows the script that libvirt would run");
      case REMOVE -> List.of("sudo lend hook remove", "before Lend itself is taken away");
      case STATUS ->
          List.of("lend hook status", "exit status 1 where there is none, or an old one");
    };
  }

  @Override
  public Syntax syntax() {
    Syntax syntax = Context.state(Syntax.none());
    return verb == Verb.STATUS
        ? syntax
        : syntax.flag(DRY_RUN, "only show what would be done, as shell commands");
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    Path root = Path.of("/");
    Path dist =
        Context.dist()
            .filter(folder -> Files.isRegularFile(folder.resolve(HookScript.SOURCE)))
            .orElseThrow(() ->
                new UsageException(
                    "this Lend was not started from where it is installed: there is no "
                        + HookScript.SOURCE
                        + " beside it"));
    HookScript script =
        new HookScript(
            root,
            dist,
            context.state(arguments).toAbsolutePath(),
            LibvirtRelease.readsHookFolders(new FileKernel(root)));
    return run(script, arguments.has(DRY_RUN), context);
  }

  /** The same for a script of the caller's. */
  ExitCode run(HookScript script, boolean dry, Context context) {
    try {
      return switch (verb) {
        case INSTALL -> install(script, dry, context);
        case REMOVE -> remove(script, dry, context);
        case STATUS -> status(script, context);
      };
    } catch (IOException failed) {
      throw new UsageException(
          script.file()
              + (verb == Verb.STATUS ? " cannot be read: " : " cannot be changed: ")
              + failed.getMessage()
              + ". Are you root?");
    }
  }

  private static ExitCode install(HookScript script, boolean dry, Context context)
      throws IOException {
    if (dry) {
      context.out().println("cat > " + script.file() + " << 'END'");
      context.out().print(script.text());
      context.out().println("END");
      context.out().println("chmod 755 " + script.file());
      return ExitCode.DONE;
    }
    if (!script.libvirtIsHere()) {
      throw new DeclinedException("libvirt's daemons are not installed here: no /etc/libvirt");
    }
    if (script.foreign()) {
      throw new DeclinedException(
          script.file()
              + " is somebody else's, and this libvirt (before 6.5.0) runs no other. Lend leaves"
              + " it alone; lend hook install --dry-run shows what would have to be in it");
    }
    copies(script.state(), context);
    script.install();
    context
        .out()
        .println("From now on libvirt asks " + script.file() + " before it starts a domain.");
    context
        .out()
        .println(
            "One that runs already and had no hook for QEMU looks for it when told: " + RELOAD);
    return ExitCode.DONE;
  }

  /** What is lent is written down for the hook with each change, and now. */
  private static void copies(Path state, Context context) {
    try (StateFolder folder =
        StateFolder.lock(
            state,
            "lend hook install",
            who -> context.err().println("lend: waiting for another lend to finish: " + who))) {
      folder.journal();
    } catch (JournalException unusable) {
      throw new UsageException(String.valueOf(unusable.getMessage()));
    }
  }

  private static ExitCode remove(HookScript script, boolean dry, Context context)
      throws IOException {
    if (dry) {
      context.out().println("rm " + script.file());
      return ExitCode.DONE;
    }
    context
        .out()
        .println(
            script.remove()
                ? "libvirt starts domains without looking at what is lent."
                : "There was no hook of Lend's.");
    return ExitCode.DONE;
  }

  private static ExitCode status(HookScript script, Context context) throws IOException {
    if (!script.installed()) {
      context.out().println("libvirt does not look at what is lent: lend hook install");
      return ExitCode.NO;
    }
    if (!script.current()) {
      context
          .out()
          .println(
              script.file()
                  + " is not the one of this Lend in "
                  + script.dist()
                  + ": lend hook install");
      return ExitCode.NO;
    }
    Optional<Instant> last = script.lastCalled();
    context
        .out()
        .println(
            last.isPresent()
                ? script.file() + " is set up; libvirt ran it last at " + seconds(last.get()) + "."
                : script.file()
                    + " is set up, and libvirt has not run it yet. It looks for hooks when it"
                    + " starts, or when told: "
                    + RELOAD);
    return ExitCode.DONE;
  }

  private static Instant seconds(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS);
  }
}
