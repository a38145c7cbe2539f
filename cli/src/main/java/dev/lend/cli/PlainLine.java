package dev.lend.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the lines that need no grammar: full names of options, each followed by its value, and
 * words. Loading and starting picocli takes longer than a whole list of a host, and nearly every
 * line is of this kind. Whatever is not (help, mistakes, {@code --name=value}, {@code --}) is left
 * to {@link Grammar}; where both read a line, they read the same.
 */
final class PlainLine {
  private PlainLine() {}

  /** What the line says; empty where it is not as plain as that. */
  static Optional<Arguments> read(Syntax syntax, List<String> line) {
    if (syntax.words() instanceof Syntax.Words.Rest
        || syntax.words() instanceof Syntax.Words.Any
        || syntax.words() instanceof Syntax.Words.WithLine) {
      return Optional.empty();
    }
    Map<String, List<String>> options = new HashMap<>();
    List<String> words = new ArrayList<>();
    for (int i = 0; i < line.size(); i++) {
      String word = line.get(i);
      if (!word.startsWith("-")) {
        words.add(word);
        continue;
      }
      Optional<Syntax.Option> option = syntax.find(word);
      if (option.isEmpty()) {
        return Optional.empty();
      }
      boolean again = options.containsKey(word);
      List<String> values = options.computeIfAbsent(word, name -> new ArrayList<>());
      if (again && option.get().times() != Syntax.Times.REPEATABLE) {
        return Optional.empty();
      }
      if (option.get().takesValue()) {
        i++;
        if (i == line.size() || line.get(i).startsWith("-")) {
          return Optional.empty();
        }
        values.add(line.get(i));
      }
    }
    boolean complete = fits(syntax.words(), words.size()) && hasRequired(syntax, options);
    return complete ? Optional.of(new Arguments(options, words)) : Optional.empty();
  }

  private static boolean fits(Syntax.Words words, int count) {
    if (words instanceof Syntax.Words.One) {
      return count == 1;
    }
    if (words instanceof Syntax.Words.Two) {
      return count == 2;
    }
    return words instanceof Syntax.Words.AtMostOne ? count <= 1 : count == 0;
  }

  private static boolean hasRequired(Syntax syntax, Map<String, List<String>> options) {
    for (Syntax.Option option : syntax.options()) {
      if (option.times() == Syntax.Times.REQUIRED && !options.containsKey(option.name())) {
        return false;
      }
    }
    return true;
  }
}
