package dev.lend.journal;

import java.util.List;

/** Where the journal's lines are kept. */
public interface JournalLog {
  /** Where it is, for a person. */
  String name();

  /** All lines but a torn end, oldest first. */
  List<String> lines();

  /**
   * Adds a line. When this returns, the line outlives a power cut.
   *
   * @throws JournalException it could not be written; the log holds it wholly, or not at all when
   *     next read
   */
  void append(String line);
}
