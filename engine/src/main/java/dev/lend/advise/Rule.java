package dev.lend.advise;

import java.util.List;

/**
 * One line of the table of rules.
 *
 * @param when it counts if this is so
 * @param paths what it is about
 * @param effect what it does to them
 * @param why in words that follow the path's name
 * @param source who says so: a document, or a file of QEMU or the kernel
 */
public record Rule(
    Circumstance when, List<IoPath> paths, Effect effect, String why, String source) {
  /** What a rule does to a path. */
  public enum Effect {
    /** It is out of the question. */
    EXCLUDES("excludes", 0),
    /** Speaks much against it. */
    MUCH_AGAINST("--", -2),
    /** Speaks against it. */
    AGAINST("-", -1),
    /** Nothing to choose by, but worth knowing. */
    NOTE("note", 0),
    /** Speaks for it. */
    FOR("+", 1),
    /** Speaks much for it. */
    MUCH_FOR("++", 2);

    private final String sign;
    private final int points;

    Effect(String sign, int points) {
      this.sign = sign;
      this.points = points;
    }

    /** How the table writes it. */
    public String sign() {
      return sign;
    }

    /** What it adds to the path's points. */
    public int points() {
      return points;
    }

    boolean against() {
      return this == EXCLUDES || points < 0;
    }
  }

  /** Copies the list. */
  public Rule {
    paths = List.copyOf(paths);
  }
}
