package dev.lend.cli;

import dev.lend.model.Nearest;
import java.util.List;
import java.util.Optional;

/** Finds the command, reads its arguments, runs it, and turns what goes wrong into one line. */
final class Cli {
  private Cli() {}

  /** Runs what was typed after {@code lend}. Never throws. */
  static int run(List<String> args, Context context) {
    try {
      return dispatch(args, context);
    } catch (UsageException e) {
      return fail(context, args, e, e.getMessage() + "", ExitCode.USAGE);
    } catch (DeclinedException e) {
      return fail(context, args, e, e.getMessage() + "", ExitCode.NO);
    } catch (FailedException e) {
      return fail(context, args, e, e.getMessage() + "", ExitCode.PUT_BACK);
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
      return run(command.get(), List.of("--help"), context);
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
    Optional<Arguments> arguments = read(command, args, context);
    return arguments.isEmpty() ? ExitCode.DONE.status() : command.status(arguments.get(), context);
  }

  /** What the command makes of these words; empty where they ask for help, which is given. */
  static Optional<Arguments> read(Command command, List<String> args, Context context) {
    Syntax syntax = command.syntax().flag("--debug", "show where an error comes from");
    Optional<Arguments> plain = PlainLine.read(syntax, args);
    if (plain.isPresent()) {
      return plain;
    }
    Grammar grammar = new Grammar(command, syntax);
    Optional<Arguments> arguments = grammar.read(args);
    if (arguments.isEmpty()) {
      grammar.help(context.out());
    }
    return arguments;
  }

  private static String version() {
    String version = Cli.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
