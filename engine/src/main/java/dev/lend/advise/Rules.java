package dev.lend.advise;

import java.util.ArrayList;
import java.util.List;

/** The table of rules, {@code rules.txt}. */
public final class Rules {
  private static final String TABLE = "rules.txt";
  private static final int COLUMNS = 5;

  private Rules() {}

  /** All rules, in the order of the table. */
  public static List<Rule> all() {
    return read(RuleTable.text(TABLE));
  }

  /**
   * Reads a table.
   *
   * @throws IllegalArgumentException a row is no rule
   */
  static List<Rule> read(String table) {
    List<Rule> rules = new ArrayList<>();
    for (List<String> cells : RuleTable.read(table, COLUMNS)) {
      rules.add(
          new Rule(
              circumstance(cells.get(0)),
              paths(cells.get(1)),
              effect(cells.get(2)),
              cells.get(3),
              cells.get(4)));
    }
    return List.copyOf(rules);
  }

  private static Circumstance circumstance(String id) {
    return Circumstance.find(id)
        .orElseThrow(() -> new IllegalArgumentException("no such circumstance: " + id));
  }

  private static List<IoPath> paths(String ids) {
    List<IoPath> paths = new ArrayList<>();
    for (String id : ids.split(" ", -1)) {
      paths.add(
          IoPath.find(id).orElseThrow(() -> new IllegalArgumentException("no such path: " + id)));
    }
    return paths;
  }

  private static Rule.Effect effect(String sign) {
    return List.of(Rule.Effect.values()).stream()
        .filter(effect -> effect.sign().equals(sign))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such effect: " + sign));
  }
}
