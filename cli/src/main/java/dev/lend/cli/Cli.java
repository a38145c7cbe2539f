package dev.lend.cli;

import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Finds the command, reads its arguments, runs it, and turns what goes wrong into one line. */
final class Cli {
  private Cli() {}

  /** Runs what was typed after {@code lend}. Never throws. */
  static int run(List<String> args, Context context) {
    try {
      return dispatch(args, context);
    } catch (UsageException e) {
      return fail(context, args, e, e.getMessage() + "", ExitCode.USAGE);
    } catch (OutOfMemoryError e) {
      return fail(context, args, e, "out of memory", ExitCode.NEEDS_PERSON);
    } catch (RuntimeException | StackOverflowError e) {
      String message = "this is a bug in lend: " + e + " (--debug shows where)";
      return fail(context, args, e, message, ExitCode.NEEDS_PERSON);
    }
  }

  private static int fail(
      Context context, List<String> args, Throwable e, String message, ExitCode code) {
    context.out().flush();
    context.err().println("lend: " + Text.printable(message));
    if (args.contains("--debug")) {
      e.printStackTrace(context.err());
    }
    return code.status();
  }

  private static int dispatch(List<String> args, Context context) {
    if (args.isEmpty()) {
      Help.overview(context.err());
      return ExitCode.USAGE.status();
    }
    String first = args.getFirst();
    switch (first) {
      case "--help", "-h" -> {
        Help.overview(context.out());
        return ExitCode.DONE.status();
      }
      case "--version", "-V" -> {
        context.out().println("lend " + version());
        return ExitCode.DONE.status();
      }
      case "help" -> {
        return help(args.subList(1, args.size()), context);
      }
      default -> {}
    }
    if (args.size() > 1) {
      Optional<Command> command = CommandTable.find(first + " " + args.get(1));
      if (command.isPresent()) {
        return run(command.get(), args.subList(2, args.size()), context);
      }
    }
    Optional<Command> command = CommandTable.find(first);
    if (command.isPresent()) {
      return run(command.get(), args.subList(1, args.size()), context);
    }
    if (CommandTable.isFirstWord(first)) {
      return group(first, args, context);
    }
    throw unknown(first);
  }

  private static int help(List<String> words, Context context) {
    String name = String.join(" ", words);
    if (name.isEmpty()) {
      Help.overview(context.out());
      return ExitCode.DONE.status();
    }
    Optional<Command> command = CommandTable.find(name);
    if (command.isPresent()) {
      commandLine(command.get()).usage(context.out(), CommandLine.Help.Ansi.OFF);
      return ExitCode.DONE.status();
    }
    if (CommandTable.isFirstWord(name)) {
      Help.group(context.out(), name);
      return ExitCode.DONE.status();
    }
    throw unknown(name);
  }

  /** {@code lend vf} alone, or with a second word that is none of its commands. */
  private static int group(String first, List<String> args, Context context) {
    String second = args.size() > 1 ? args.get(1) : "";
    if (second.equals("--help") || second.equals("-h")) {
      Help.group(context.out(), first);
      return ExitCode.DONE.status();
    }
    if (second.isEmpty() || second.startsWith("-")) {
      Help.group(context.err(), first);
      return ExitCode.USAGE.status();
    }
    throw unknown(first + " " + second);
  }

  private static UsageException unknown(String name) {
    Optional<String> near = Nearest.of(name, CommandTable.NAMES);
    return new UsageException(
        (name.startsWith("-") ? "unknown option: " : "no such command: ")
            + name
            + near.map(other -> ". Did you mean: lend " + other + "?")
                .orElse(". lend --help lists what there is"));
  }

  private static int run(Command command, List<String> args, Context context) {
    CommandLine line = commandLine(command);
    ParseResult result;
    try {
      result = line.parseArgs(args.toArray(new String[0]));
    } catch (ParameterException e) {
      throw new UsageException(wrong(command, e));
    }
    if (result.isUsageHelpRequested()) {
      line.usage(context.out(), CommandLine.Help.Ansi.OFF);
      return ExitCode.DONE.status();
    }
    return command.status(result, context);
  }

  /** What the command makes of these arguments. */
  static ParseResult parse(Command command, List<String> args) {
    return commandLine(command).parseArgs(args.toArray(new String[0]));
  }

  private static CommandLine commandLine(Command command) {
    // Lend's options are texts and numbers. Without this, picocli looks up the types of java.time
    // and java.sql at each
    // start, which takes a sixth of the whole time that a list takes.
    System.setProperty("picocli.converters.excludes", "java.*");
    CommandSpec spec = command.spec();
    spec.name("lend " + command.name());
    spec.addOption(
        OptionSpec.builder("--debug").description("show where an error comes from").build());
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("show this").build());
    Help.describe(command, spec);
    return new CommandLine(spec);
  }

  private static String wrong(Command command, ParameterException e) {
    String more = " (lend " + command.name() + " --help shows how)";
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String word = unmatched.getUnmatched().getFirst();
      if (!unmatched.isUnknownOption()) {
        return "too much: " + word + more;
      }
      Optional<String> near =
          Nearest.of(word, e.getCommandLine().getCommandSpec().optionsMap().keySet());
      return "unknown option: "
          + word
          + near.map(other -> ". Did you mean " + other + "?").orElse("")
          + more;
    }
    String message = e.getMessage() == null ? "wrong arguments" : e.getMessage();
    String start = message.substring(0, 1).toLowerCase(java.util.Locale.ROOT);
    return start + message.substring(1) + more;
  }

  private static String version() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
