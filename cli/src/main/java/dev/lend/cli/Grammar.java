package dev.lend.cli;

import dev.lend.model.Nearest;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.ParserSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** Reads any line of a command, explains what is wrong with it, and writes its help: picocli. */
final class Grammar {
  private final Command command;
  private final Syntax syntax;
  private final CommandLine line;

  Grammar(Command command, Syntax syntax) {
    // Lend's options are texts. Without this, picocli looks up the types of java.time and java.sql.
    System.setProperty("picocli.converters.excludes", "java.*");
    this.command = command;
    this.syntax = syntax;
    CommandSpec spec = CommandSpec.create().name("lend " + command.name());
    for (Syntax.Option option : syntax.options()) {
      spec.addOption(option(option));
    }
    words(spec, syntax.words());
    spec.addOption(
        OptionSpec.builder("-h", "--help").usageHelp(true).description("show this").build());
    Help.describe(command, spec);
    // A word that starts with @ is a word: files that a line names are not read into it.
    line = new CommandLine(spec).setExpandAtFiles(false);
  }

  private static OptionSpec option(Syntax.Option option) {
    OptionSpec.Builder builder =
        OptionSpec.builder(option.name())
            .description(Help.escape(option.description()))
            .required(option.times() == Syntax.Times.REQUIRED);
    if (option.takesValue()) {
      builder.paramLabel(option.label()).arity("1");
      boolean many = option.times() == Syntax.Times.REPEATABLE;
      builder.type(many ? String[].class : String.class);
    }
    return builder.build();
  }

  private static void words(CommandSpec spec, Syntax.Words words) {
    switch (words) {
      case Syntax.Words.None() -> {}
      case Syntax.Words.One(String label, String description) ->
          spec.addPositional(word(label, description).index("0").arity("1").build());
      case Syntax.Words.Two(String first, String what, String second, String other) -> {
        spec.addPositional(word(first, what).index("0").arity("1").build());
        spec.addPositional(word(second, other).index("1").arity("1").build());
      }
      case Syntax.Words.AtMostOne(String label, String description) ->
          spec.addPositional(word(label, description).index("0").arity("0..1").build());
      case Syntax.Words.Any(String label, String description) -> {
        // Even the first word may start with a dash: -bash: echo: write error.
        spec.parser(
            new ParserSpec().stopAtPositional(true).unmatchedOptionsArePositionalParams(true));
        spec.addPositional(
            word(label, description).type(String[].class).index("0..*").arity("0..*").build());
      }
      case Syntax.Words.WithLine(String label, String description, String line) ->
          spec.addPositional(
              word(label, description)
                  .paramLabel(label + "... -- " + line)
                  .hideParamSyntax(true)
                  .type(String[].class)
                  .index("0..*")
                  .arity("1..*")
                  .build());
      case Syntax.Words.Rest(String label, String description) -> {
        spec.parser(new ParserSpec().stopAtPositional(true));
        spec.addPositional(
            word(label, description).type(String[].class).index("0..*").arity("1..*").build());
      }
    }
  }

  private static PositionalParamSpec.Builder word(String label, String description) {
    return PositionalParamSpec.builder()
        .paramLabel(label)
        .type(String.class)
        .description(Help.escape(description));
  }

  /** Writes the command's help. */
  void help(PrintStream out) {
    line.usage(out, CommandLine.Help.Ansi.OFF);
  }

  /**
   * What the line says; empty where it asks for help.
   *
   * @throws UsageException the line does not fit
   */
  Optional<Arguments> read(List<String> words) {
    int between = words.indexOf(Syntax.Words.WithLine.BETWEEN);
    if (!(syntax.words() instanceof Syntax.Words.WithLine) || between < 0) {
      return parse(words);
    }
    return parse(words.subList(0, between))
        .map(head -> {
          List<String> all = new ArrayList<>(head.words());
          all.addAll(words.subList(between, words.size()));
          return new Arguments(head.options(), all);
        });
  }

  private Optional<Arguments> parse(List<String> words) {
    try {
      ParseResult result = line.parseArgs(words.toArray(new String[0]));
      return result.isUsageHelpRequested() ? Optional.empty() : Optional.of(arguments(result));
    } catch (ParameterException e) {
      throw new UsageException(wrong(e));
    }
  }

  private Arguments arguments(ParseResult result) {
    Map<String, List<String>> options = new HashMap<>();
    for (Syntax.Option option : syntax.options()) {
      if (result.hasMatchedOption(option.name())) {
        options.put(
            option.name(),
            option.takesValue()
                ? List.copyOf(result.matchedOption(option.name()).originalStringValues())
                : List.of());
      }
    }
    List<String> words =
        result.matchedPositionals().stream()
            .flatMap(positional -> positional.originalStringValues().stream())
            .toList();
    // Of two words, picocli lets the second be missing, and then the first as well.
    if (syntax.words()
            instanceof Syntax.Words.Two(String first, String what, String second, String other)
        && words.size() < 2) {
      throw new UsageException(
          "missing: "
              + (words.isEmpty() ? first + " and " : "")
              + second
              + " (lend "
              + command.name()
              + " --help shows how)");
    }
    return new Arguments(options, words);
  }

  private String wrong(ParameterException e) {
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
    return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1) + more;
  }
}
