package dev.lend.advise;

import java.util.List;

/**
 * What is advised.
 *
 * @param ranked the paths that come into question, the best first
 * @param excluded the others, each with what excludes it
 */
public record Advice(List<Option> ranked, List<Option> excluded) {
  /**
   * One path.
   *
   * @param points what speaks for it less what speaks against it
   * @param reasons the rules that count here, which add up to the points, or exclude it
   * @param givenUp the rules that would speak against it if somebody asked for what they are about
   */
  public record Option(IoPath path, int points, List<Rule> reasons, List<Rule> givenUp) {
    /** Copies the lists. */
    public Option {
      reasons = List.copyOf(reasons);
      givenUp = List.copyOf(givenUp);
    }
  }

  /** Copies the lists. */
  public Advice {
    ranked = List.copyOf(ranked);
    excluded = List.copyOf(excluded);
  }
}
