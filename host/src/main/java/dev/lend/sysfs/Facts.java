package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What attribute files hold, taken apart. */
final class Facts {
  private Facts() {}

  /** A hexadecimal number up to 64 bits, with or without {@code 0x}. */
  static Optional<Long> hex(String text) {
    String digits = text.startsWith("0x") ? text.substring(2) : text;
    try {
      return Optional.of(Long.parseUnsignedLong(digits, 16));
    } catch (NumberFormatException noNumber) {
      return Optional.empty();
    }
  }

  /** A decimal number. */
  static Optional<Long> decimal(String text) {
    try {
      return Optional.of(Long.parseLong(text));
    } catch (NumberFormatException noNumber) {
      return Optional.empty();
    }
  }

  /** The hexadecimal number in a file. */
  static Fact<Integer> number(KernelReader kernel, String path) {
    return switch (kernel.read(path)) {
      case Fact.Known<String>(String text) ->
          hex(text)
              .<Fact<Integer>>map(value -> Fact.known(value.intValue()))
              .orElseGet(() -> new Fact.Unreadable<>(path, "no number: " + text));
      case Fact.Absent<String>() -> Fact.absent();
      case Fact.Unreadable<String>(String where, String why) -> new Fact.Unreadable<>(where, why);
    };
  }

  /** The words of a text, split at spaces, tabs and line ends. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean gap = i == text.length() || text.charAt(i) <= ' ';
      if (gap && start >= 0) {
        words.add(text.substring(start, i));
        start = -1;
      } else if (!gap && start < 0) {
        start = i;
      }
    }
    return words;
  }

  /** The numeric names in a directory, in order; none where it is not there. */
  static List<Integer> numbers(KernelReader kernel, String directory) {
    List<Integer> numbers = new ArrayList<>();
    for (String name : kernel.list(directory).or(List.of())) {
      try {
        numbers.add(Integer.parseUnsignedInt(name));
      } catch (NumberFormatException noNumber) {
        continue;
      }
    }
    numbers.sort(null);
    return numbers;
  }

  /** The names in a directory, in order; none where it is not there. */
  static List<String> names(KernelReader kernel, String directory) {
    List<String> names = new ArrayList<>(kernel.list(directory).or(List.of()));
    names.sort(null);
    return names;
  }
}
