package dev.lend.advise;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Ranks the paths for a guest by the rules. Pure: the same question has the same answer. */
public final class Advisor {
  private final List<Rule> rules;

  /**
   * @param rules by which to rank
   */
  public Advisor(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Ranks all paths.
   *
   * @param needs what a person asks for
   * @param guests for how many guests, at least 1
   */
  public Advice advise(Set<Circumstance> needs, int guests, Means means) {
    Set<Circumstance> so = EnumSet.of(Circumstance.ALWAYS);
    so.addAll(needs);
    so.addAll(means.circumstances(guests));
    if (guests > 1) {
      so.add(Circumstance.MANY_GUESTS);
    }
    List<Advice.Option> ranked = new ArrayList<>();
    List<Advice.Option> excluded = new ArrayList<>();
    for (IoPath path : IoPath.values()) {
      Advice.Option option = option(path, so);
      boolean out = option.reasons().stream().anyMatch(Advisor::excludes);
      (out ? excluded : ranked).add(option);
    }
    ranked.sort(
        Comparator.comparingInt(Advice.Option::points)
            .reversed()
            .thenComparing(Advice.Option::path));
    return new Advice(ranked, excluded);
  }

  private Advice.Option option(IoPath path, Set<Circumstance> so) {
    List<Rule> reasons = new ArrayList<>();
    List<Rule> givenUp = new ArrayList<>();
    for (Rule rule : rules) {
      if (!rule.paths().contains(path)) {
        continue;
      }
      if (so.contains(rule.when())) {
        reasons.add(rule);
      } else if (rule.effect().against() && rule.when().whose() == Circumstance.Whose.PERSON) {
        givenUp.add(rule);
      }
    }
    int points = reasons.stream().mapToInt(rule -> rule.effect().points()).sum();
    List<Rule> counting =
        reasons.stream().anyMatch(Advisor::excludes)
            ? reasons.stream().filter(Advisor::excludes).toList()
            : reasons;
    return new Advice.Option(path, points, counting, givenUp);
  }

  private static boolean excludes(Rule rule) {
    return rule.effect() == Rule.Effect.EXCLUDES;
  }
}
