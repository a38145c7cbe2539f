package dev.lend.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** {@code lend boot}: has the host run Lend by itself when it starts. */
final class BootCommand implements Command {
  /** What is wanted of the unit. */
  enum Verb {
    INSTALL("Have this host end at boot what was cut off, and make the VFs that are declared"),
    REMOVE("Have this host do nothing of that at boot any more"),
    STATUS("Say whether this host does that at boot, and how it went");

    private final String summary;

    Verb(String summary) {
      this.summary = summary;
    }

    String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private static final String DRY_RUN = "--dry-run";

  private final Verb verb;

  BootCommand(Verb verb) {
    this.verb = verb;
  }

  @Override
  public String name() {
    return "boot " + verb.id();
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
              "sudo lend boot install",
              "before networks and guests start: lend recover, vf restore, boot restore",
              "lend boot install --dry-run",
              "shows the unit that systemd would get");
      case REMOVE -> List.of("sudo lend boot remove", "before Lend itself is taken away");
      case STATUS -> List.of("lend boot status", "exit status 1 where it is not set up, or failed");
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
    return run(BootUnit.of(context.state(arguments)), arguments.has(DRY_RUN), context);
  }

  /** The same for a unit of the caller's. */
  ExitCode run(BootUnit unit, boolean dry, Context context) {
    try {
      return switch (verb) {
        case INSTALL -> install(unit, dry, context);
        case REMOVE -> remove(unit, dry, context);
        case STATUS -> status(unit, context);
      };
    } catch (IOException failed) {
      throw new UsageException(
          unit.file() + " cannot be changed: " + failed.getMessage() + ". Are you root?");
    }
  }

  private static void mustHaveSystemd(BootUnit unit) {
    if (!unit.systemdRuns()) {
      throw new DeclinedException(
          "systemd does not run this host. Have its init run this once, before networks and"
              + " guests start: sh "
              + unit.dist().resolve("boot.sh"));
    }
  }

  private static ExitCode install(BootUnit unit, boolean dry, Context context) throws IOException {
    if (dry) {
      context.out().println("cat > " + unit.file() + " << 'END'");
      context.out().print(unit.text());
      context.out().println("END");
      context.out().println("systemctl daemon-reload");
      context.out().println("systemctl enable " + BootUnit.NAME);
      return ExitCode.DONE;
    }
    mustHaveSystemd(unit);
    unit.install();
    reload();
    context
        .out()
        .println("From the next boot on, " + BootUnit.NAME + " runs before networks and guests.");
    return ExitCode.DONE;
  }

  private static ExitCode remove(BootUnit unit, boolean dry, Context context) throws IOException {
    if (dry) {
      context.out().println("systemctl disable " + BootUnit.NAME);
      context.out().println("rm " + unit.file());
      context.out().println("systemctl daemon-reload");
      return ExitCode.DONE;
    }
    boolean was = unit.remove();
    if (was && unit.systemdRuns()) {
      reload();
    }
    context
        .out()
        .println(was ? "Nothing runs at boot any more." : "Nothing was set up to run at boot.");
    return ExitCode.DONE;
  }

  private static void reload() throws IOException {
    BootUnit.Said said = BootUnit.systemctl("daemon-reload");
    if (said.exit() != 0) {
      throw new IOException("systemctl daemon-reload: " + said.text());
    }
  }

  private static ExitCode status(BootUnit unit, Context context) throws IOException {
    if (!unit.installed() || !unit.enabled()) {
      context
          .out()
          .println(
              unit.installed()
                  ? BootUnit.NAME + " is there and not enabled: lend boot install"
                  : "Nothing runs at boot: lend boot install");
      return ExitCode.NO;
    }
    if (!unit.current()) {
      context
          .out()
          .println(
              BootUnit.NAME
                  + " is not the one of this Lend in "
                  + unit.dist()
                  + ": lend boot install");
      return ExitCode.NO;
    }
    if (!unit.systemdRuns()) {
      context.out().println(BootUnit.NAME + " is set up; systemd does not run here now.");
      return ExitCode.DONE;
    }
    String state = BootUnit.systemctl("is-active", BootUnit.NAME).text();
    context.out().println(words(state));
    return state.equals("failed") ? ExitCode.NO : ExitCode.DONE;
  }

  /** What systemd's word for the unit means (systemctl(1), is-active). */
  private static String words(String state) {
    return switch (state) {
      case "active" -> BootUnit.NAME + " ran at this boot, and all went well.";
      case "failed" ->
          BootUnit.NAME
              + " ran at this boot, and something needs a person: journalctl -b -u "
              + BootUnit.NAME;
      case "activating" -> BootUnit.NAME + " is at work.";
      default -> BootUnit.NAME + " is set up, and has not run since this boot.";
    };
  }
}
