package dev.lend.act;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts what was survived. */
final class Tally {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final LongAdder all = new LongAdder();
  private final LongAdder refusals = new LongAdder();

  /** A point: the blows that a command of this kind got, after which all was well. */
  void survived(String kind, List<Blow> blows) {
    String second = blows.size() > 1 ? "then " + blows.get(1).kind().title() : "";
    count(kind + "|" + blows.getFirst().kind().title());
    if (!second.isEmpty()) {
      count(kind + "|" + second);
    }
    all.increment();
  }

  /** A request in a random sequence, whatever went wrong with it. */
  void inSequence(String blow) {
    count("sequence|" + blow);
    all.increment();
  }

  /** A point of the real program: when it was killed, after which all was well. */
  void killed(String kind, String when, boolean recoveryKilled) {
    count(kind + "|" + when);
    if (recoveryKilled) {
      count(kind + "|then the recovery");
    }
    all.increment();
  }

  /**
   * A point: a crash, and what became of the host before the next Lend, after which all was well.
   */
  void lived(String kind, String mishap) {
    count(kind + "|then " + mishap);
    all.increment();
  }

  void refused(String kind) {
    refusals.increment();
  }

  private void count(String what) {
    counts.computeIfAbsent(what, key -> new LongAdder()).increment();
  }

  long all() {
    return all.sum();
  }

  long refused() {
    return refusals.sum();
  }

  /** The same as lines of a file: {@code tally|KIND|BLOW|COUNT}. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    table()
        .forEach((kind, blows) ->
            blows.forEach((blow, count) -> lines.add("tally|" + kind + "|" + blow + "|" + count)));
    return lines;
  }

  /** How often, by kind of command and of blow. */
  Map<String, Map<String, Long>> table() {
    Map<String, Map<String, Long>> table = new TreeMap<>();
    counts.forEach((key, count) -> {
      int bar = key.indexOf('|');
      table
          .computeIfAbsent(key.substring(0, bar), kind -> new TreeMap<>())
          .put(key.substring(bar + 1), count.sum());
    });
    return table;
  }
}
