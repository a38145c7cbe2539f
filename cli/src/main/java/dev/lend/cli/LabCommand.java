package dev.lend.cli;

import dev.lend.lab.Lab;
import dev.lend.lab.LabException;
import dev.lend.lab.LabOptions;
import dev.lend.lab.LabPaths;
import dev.lend.lab.LabProfile;
import dev.lend.lab.LabStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The commands of the lab, an emulated KVM host. */
final class LabCommand implements Command {
  /** Which of them. */
  enum Verb {
    UP("Start the lab: an emulated KVM host with VT-d and an Intel 82576", "lend lab up"),
    DOWN("End the lab", "lend lab down"),
    REBOOT("Reboot a lab that keeps its state, in order or by a power cut", "lend lab reboot"),
    STATUS("Say whether the lab is up", "lend lab status"),
    SSH("A shell in the lab", "lend lab ssh"),
    RUN("Run a command in the lab; its output and exit status", "lend lab run -- lend list"),
    REBUILD("Make the lab's image anew from packages", "lend lab rebuild");

    private final String summary;
    private final String example;

    Verb(String summary, String example) {
      this.summary = summary;
      this.example = example;
    }
  }

  private final Verb verb;

  LabCommand(Verb verb) {
    this.verb = verb;
  }

  @Override
  public String name() {
    return "lab " + verb.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public Group group() {
    return Group.LAB;
  }

  @Override
  public String summary() {
    return verb.summary;
  }

  @Override
  public List<String> examples() {
    String anywhere = "this machine needs no KVM, no IOMMU and no special hardware for it";
    return switch (verb) {
      case UP ->
          List.of(
              verb.example,
              anywhere,
              "lend lab up --keep --card-slot 2",
              "what an earlier --keep has left there, with the card in another slot");
      case DOWN -> List.of(verb.example, "what a lab keeps waits for the next: lend lab up --keep");
      case REBOOT ->
          List.of(
              verb.example,
              "in order: units stop, everything is written",
              "lend lab reboot --hard",
              "what a change was in the middle of when the power went");
      case RUN ->
          List.of(verb.example, "the program as it was built on this machine, run in the lab");
      case STATUS, SSH, REBUILD -> List.of(verb.example, anywhere);
    };
  }

  @Override
  public Syntax syntax() {
    Syntax syntax =
        Syntax.none().option("--name", "NAME", "which lab, where several run side by side (lab)");
    return switch (verb) {
      case UP ->
          syntax
              .option(
                  "--profile",
                  "NAME",
                  "standard: one of each kind; scale: eight NVMe controllers with 127 VFs each")
              .option(
                  "--card-slot",
                  "N",
                  "the slot of the SR-IOV card: 1 (address 01:00.0) or 2 (02:00.0) (1)")
              .flag("--keep", "boot with systemd, and keep what is written until it is forgotten");
      case DOWN -> syntax.flag("--forget", "at once, and throw away what it kept");
      case REBOOT -> syntax.flag("--hard", "cut the power: what was not synced to disk is lost");
      case RUN ->
          syntax.taking(
              new Syntax.Words.Rest("COMMAND", "the command and its arguments, taken as they are"));
      case STATUS -> Context.json(syntax);
      case SSH, REBUILD -> syntax;
    };
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    throw new UnsupportedOperationException("the lab's commands give back statuses of their own");
  }

  @Override
  public int status(Arguments arguments, Context context) {
    try {
      Lab lab = lab(arguments, context);
      return switch (verb) {
        case UP -> up(lab, context);
        case DOWN -> down(lab, context, arguments.has("--forget"));
        case REBOOT -> {
          lab.reboot(arguments.has("--hard"));
          context.out().println("The lab is up again.");
          yield ExitCode.DONE.status();
        }
        case STATUS -> show(lab, context, arguments.has("--json"));
        case SSH -> lab.ssh();
        case RUN -> lab.exec(arguments.words(), false);
        case REBUILD -> {
          lab.rebuild();
          context.out().println("The lab's image is new.");
          yield ExitCode.DONE.status();
        }
      };
    } catch (LabException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private Lab lab(Arguments arguments, Context context) {
    LabOptions options = LabOptions.defaults();
    Optional<String> name = arguments.option("--name");
    if (name.isPresent()) {
      options = options.withName(name.get());
    }
    if (verb == Verb.UP) {
      options =
          options
              .withProfile(profile(arguments.option("--profile")))
              .withCardSlot(arguments.number("--card-slot", 1));
      options = arguments.has("--keep") ? options.keeping() : options;
    }
    Optional<Path> dist = Context.dist();
    if (dist.isPresent()) {
      options = options.withDist(dist.get());
    }
    return Lab.of(options, LabPaths.ofUser(context.env()), new LabProgress(context));
  }

  private static LabProfile profile(Optional<String> name) {
    return switch (name.orElse("standard")) {
      case "standard" -> LabProfile.STANDARD;
      case "scale" -> LabProfile.SCALE;
      default ->
          throw new UsageException("no such profile: " + name.get() + " (standard or scale)");
    };
  }

  private static int up(Lab lab, Context context) {
    switch (lab.up()) {
      case NOW ->
          context
              .out()
              .println("The lab is up. Look around: lend lab ssh, or: lend lab run -- lend list");
      case ALREADY_UP -> context.out().println("The lab is up already.");
    }
    return ExitCode.DONE.status();
  }

  private static int down(Lab lab, Context context, boolean forget) {
    String said;
    if (forget) {
      said =
          lab.discard()
              ? "The lab is down, and nothing of it is kept."
              : "The lab was not up and had kept nothing.";
    } else {
      said = lab.down() ? "The lab is down." : "The lab was not up.";
    }
    context.out().println(said);
    return ExitCode.DONE.status();
  }

  private static int show(Lab lab, Context context, boolean json) {
    switch (lab.status()) {
      case LabStatus.Down(String name) ->
          context
              .out()
              .println(
                  json
                      ? "{\"name\": \"" + name + "\", \"up\": false}"
                      : "The lab is down. Start it with: lend lab up");
      case LabStatus.Up(String name, long pid, Instant since, String image, boolean kept) -> {
        Instant second = since.truncatedTo(ChronoUnit.SECONDS);
        context
            .out()
            .println(
                json
                    ? "{\"name\": \""
                        + name
                        + "\", \"up\": true, \"pid\": "
                        + pid
                        + ", \"since\": \""
                        + second
                        + "\", \"image\": \""
                        + image
                        + "\", \"kept\": "
                        + kept
                        + "}"
                    : "The lab is up for "
                        + Duration.between(since, Instant.now()).toMinutes()
                        + " min (since "
                        + second
                        + ", pid "
                        + pid
                        + ", image "
                        + image
                        + (kept ? "), and keeps its state." : ")."));
        return ExitCode.DONE.status();
      }
    }
    return ExitCode.NO.status();
  }
}
