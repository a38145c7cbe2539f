package dev.lend.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Gathers what is wrong in one file. */
final class Problems {
  /** More lines nobody reads; a file of another kind would give thousands. */
  static final int MOST = 100;

  private final String file;
  private final Set<Problem> found = new LinkedHashSet<>();
  private int count;

  /**
   * @param file as it was named
   */
  Problems(String file) {
    this.file = file;
  }

  /** The file that this is about. */
  String file() {
    return file;
  }

  /**
   * Takes one; the same one twice is one.
   *
   * @param line counted from 1; 0 for the whole file
   */
  void add(int line, String text) {
    count++;
    if (!full()) {
      found.add(new Problem(file, line, text));
    }
  }

  /** How many there were, those that are not kept included. */
  int count() {
    return count;
  }

  /** True where no more are kept. */
  boolean full() {
    return found.size() == MOST;
  }

  /** What is kept, in the order of lines. */
  List<Problem> list() {
    List<Problem> sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparingInt(Problem::line));
    if (full()) {
      sorted.add(new Problem(file, 0, "no more than " + MOST + " are shown; there may be others"));
    }
    return sorted;
  }
}
