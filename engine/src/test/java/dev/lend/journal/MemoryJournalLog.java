package dev.lend.journal;

import java.util.ArrayList;
import java.util.List;

/** Keeps a journal's lines in memory. */
public final class MemoryJournalLog implements JournalLog {
  /** As they are kept, for tests that damage them. */
  final List<String> lines = new ArrayList<>();

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void append(String line) {
    lines.add(line);
  }
}
