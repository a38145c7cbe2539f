package dev.lend.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was typed after the name of a command; it fits the command's {@link Syntax}.
 *
 * @param options the options that were given, by name, each with its values; none for an option
 *     that takes none
 * @param words what is no option
 */
public record Arguments(Map<String, List<String>> options, List<String> words) {
  /** Keeps copies. */
  public Arguments {
    options = Map.copyOf(options);
    words = List.copyOf(words);
  }

  /** True where the option was given. */
  public boolean has(String name) {
    return options.containsKey(name);
  }

  /** The value of an option. */
  public Optional<String> option(String name) {
    List<String> values = values(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** The values of an option that may be given several times. */
  public List<String> values(String name) {
    return options.getOrDefault(name, List.of());
  }

  /** The value of an option as a number. */
  public int number(String name, int otherwise) {
    Optional<String> text = option(name);
    try {
      return text.isEmpty() ? otherwise : Integer.parseInt(text.get());
    } catch (NumberFormatException e) {
      throw new UsageException(name + " takes a whole number, not " + text.get());
    }
  }

  /** The first word; empty text where there is none. */
  public String word() {
    return words.isEmpty() ? "" : words.getFirst();
  }
}
