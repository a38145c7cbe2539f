package dev.lend.advise;

import java.util.ArrayList;
import java.util.List;

/**
 * One point of virtio against direct assignment, by the table {@code compare.txt}.
 *
 * @param point what is compared
 * @param virtio how virtio-net with vhost has it
 * @param vf how a VF has it
 * @param card how a whole card has it
 * @param source who says so
 */
public record Comparison(Point point, String virtio, String vf, String card, String source) {
  private static final String TABLE = "compare.txt";

  /** What is compared. */
  public enum Point {
    /** Who moves the packets. */
    OPERATION,
    /** How the guest is told. */
    INTERRUPTS,
    /** Whether a running guest can move. */
    MIGRATION,
    /** For how many guests. */
    SCALABILITY,
    /** How fast. */
    PERFORMANCE,
    /** What it costs the host. */
    HOST_LOAD,
    /** What of a cloud's network works with it. */
    CLOUD_FIT;

    /** What it is called in the table and in JSON. */
    public String id() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /** All points, in the order of the table. */
  public static List<Comparison> all() {
    List<Comparison> all = new ArrayList<>();
    for (List<String> cells : RuleTable.read(RuleTable.text(TABLE), 5)) {
      all.add(
          new Comparison(
              point(cells.get(0)), cells.get(1), cells.get(2), cells.get(3), cells.get(4)));
    }
    return List.copyOf(all);
  }

  private static Point point(String id) {
    return List.of(Point.values()).stream()
        .filter(point -> point.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such point: " + id));
  }
}
