package dev.lend.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What may be typed after the name of a command.
 *
 * @param options in the order in which help lists them
 * @param words what may stand there without a leading dash
 */
record Syntax(List<Option> options, Words words) {
  /** How often an option may stand on a line. */
  enum Times {
    OPTIONAL,
    REQUIRED,
    REPEATABLE
  }

  /**
   * One option.
   *
   * @param name with its dashes
   * @param label what its value is called; empty for an option without a value
   */
  record Option(String name, String label, String description, Times times) {
    boolean takesValue() {
      return !label.isEmpty();
    }
  }

  /** What may stand on a line without being an option. */
  sealed interface Words {
    /** Nothing. */
    record None() implements Words {}

    /** One word, which has to be there. */
    record One(String label, String description) implements Words {}

    /** Two words, which have to be there. */
    record Two(String label, String description, String label2, String description2)
        implements Words {}

    /** One word, which may be left out. */
    record AtMostOne(String label, String description) implements Words {}

    /** Any number of words. From the first on, whatever looks like an option is a word as well. */
    record Any(String label, String description) implements Words {}

    /**
     * At least one word, then {@code --} and a command line that is taken as it is. The {@code --}
     * is a word as well: it says where the one ends and the other begins.
     */
    record WithLine(String label, String description, String line) implements Words {
      /** What stands between the two. */
      static final String BETWEEN = "--";
    }

    /** The rest of the line from the first word on, options of its own included; at least one. */
    record Rest(String label, String description) implements Words {}
  }

  Syntax {
    options = List.copyOf(options);
  }

  /** A command that takes nothing. */
  static Syntax none() {
    return new Syntax(List.of(), new Words.None());
  }

  /** The same, with words. */
  Syntax taking(Words other) {
    return new Syntax(options, other);
  }

  /** One more option without a value. */
  Syntax flag(String name, String description) {
    return with(new Option(name, "", description, Times.OPTIONAL));
  }

  /** One more option with a value. */
  Syntax option(String name, String label, String description) {
    return with(new Option(name, label, description, Times.OPTIONAL));
  }

  /** One more option with a value, which has to be given. */
  Syntax required(String name, String label, String description) {
    return with(new Option(name, label, description, Times.REQUIRED));
  }

  /** One more option with a value, which may be given several times. */
  Syntax repeatable(String name, String label, String description) {
    return with(new Option(name, label, description, Times.REPEATABLE));
  }

  private Syntax with(Option option) {
    List<Option> all = new ArrayList<>(options);
    all.add(option);
    return new Syntax(all, words);
  }

  /** The option of this name. */
  Optional<Option> find(String name) {
    for (Option option : options) {
      if (option.name().equals(name)) {
        return Optional.of(option);
      }
    }
    return Optional.empty();
  }
}
