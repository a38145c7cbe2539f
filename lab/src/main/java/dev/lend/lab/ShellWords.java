package dev.lend.lab;

import java.util.List;
import java.util.stream.Collectors;

/** Words for a POSIX shell, so that it gives each back exactly as it was. */
final class ShellWords {
  private ShellWords() {}

  /** One command line whose words the shell splits into exactly these arguments. */
  static String join(List<String> words) {
    return words.stream().map(ShellWords::quote).collect(Collectors.joining(" "));
  }

  /** Single quotes keep everything but themselves; NUL cannot be in an argument at all. */
  static String quote(String word) {
    if (word.indexOf('\0') >= 0) {
      throw new LabException("An argument of a command cannot contain a NUL character.");
    }
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
