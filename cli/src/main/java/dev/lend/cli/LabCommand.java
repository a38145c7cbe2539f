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
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.ParserSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

/** The commands of the lab, an emulated KVM host. */
final class LabCommand implements Command {
  /** Which of them. */
  enum Verb {
    UP("Start the lab: an emulated KVM host with VT-d and an Intel 82576", "lend lab up"),
    DOWN("End the lab", "lend lab down"),
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
    return List.of(
        verb.example,
        verb == Verb.RUN
            ? "the program as it was built on this machine, run in the lab"
            : "this machine needs no KVM, no IOMMU and no special hardware for it");
  }

  @Override
  public CommandSpec spec() {
    CommandSpec spec =
        CommandSpec.create()
            .addOption(
                OptionSpec.builder("--name")
                    .paramLabel("NAME")
                    .type(String.class)
                    .description("which lab, where several run side by side (lab)")
                    .build());
    if (verb == Verb.UP) {
      spec.addOption(
          OptionSpec.builder("--profile")
              .paramLabel("NAME")
              .type(String.class)
              .description(
                  "standard: one of each kind; scale: eight NVMe controllers with 127 VFs each")
              .build());
    }
    if (verb == Verb.RUN) {
      spec.parser(new ParserSpec().stopAtPositional(true));
      spec.addPositional(
          PositionalParamSpec.builder()
              .paramLabel("COMMAND")
              .type(String[].class)
              .index("0..*")
              .arity("1..*")
              .description("the command and its arguments, taken as they are")
              .build());
    }
    if (verb == Verb.STATUS) {
      spec.addOption(Context.jsonOption());
    }
    return spec;
  }

  @Override
  public ExitCode run(ParseResult arguments, Context context) {
    throw new UnsupportedOperationException("the lab's commands give back statuses of their own");
  }

  @Override
  public int status(ParseResult arguments, Context context) {
    try {
      Lab lab = lab(arguments, context);
      return switch (verb) {
        case UP -> up(lab, context);
        case DOWN -> down(lab, context);
        case STATUS -> show(lab, context, Context.flag(arguments, "--json"));
        case SSH -> lab.ssh();
        case RUN -> lab.exec(command(arguments), false);
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

  private Lab lab(ParseResult arguments, Context context) {
    LabOptions options = LabOptions.defaults();
    Optional<String> name = Context.option(arguments, "--name");
    if (name.isPresent()) {
      options = options.withName(name.get());
    }
    if (verb == Verb.UP) {
      options = options.withProfile(profile(Context.option(arguments, "--profile")));
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

  private static int down(Lab lab, Context context) {
    context.out().println(lab.down() ? "The lab is down." : "The lab was not up.");
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
      case LabStatus.Up(String name, long pid, Instant since, String image) -> {
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
                        + "\"}"
                    : "The lab is up for "
                        + Duration.between(since, Instant.now()).toMinutes()
                        + " min (since "
                        + second
                        + ", pid "
                        + pid
                        + ", image "
                        + image
                        + ").");
        return ExitCode.DONE.status();
      }
    }
    return ExitCode.NO.status();
  }

  private static List<String> command(ParseResult arguments) {
    return arguments.matchedPositional(0) == null
        ? List.of()
        : List.of(arguments.matchedPositionalValue(0, new String[0]));
  }
}
