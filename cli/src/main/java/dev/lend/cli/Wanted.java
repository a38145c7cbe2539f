package dev.lend.cli;

import dev.lend.advise.Circumstance;
import dev.lend.model.Nearest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a guest needs, by the words of a line.
 *
 * @param needs what is asked for
 * @param guests for how many guests
 */
record Wanted(Set<Circumstance> needs, int guests) {
  private static final String NEEDS = "--needs";
  private static final String GUESTS = "--guests";
  private static final int MOST_GUESTS = 100_000;

  /**
   * A need with an option of its own.
   *
   * @param word the value that asks for it
   */
  private record Short(String option, String word, Circumstance need) {}

  private static final List<Short> SHORTS =
      List.of(
          new Short("--throughput", "high", Circumstance.THROUGHPUT),
          new Short("--pps", "high", Circumstance.PPS),
          new Short("--latency", "low", Circumstance.LATENCY),
          new Short("--host-cpu", "low", Circumstance.HOST_CPU));

  Wanted {
    needs = Set.copyOf(needs);
  }

  static Syntax options(Syntax syntax) {
    Syntax all = syntax.repeatable(NEEDS, "WORDS", "what it needs, of: " + words());
    for (Short one : SHORTS) {
      all = all.option(one.option(), one.word(), "the same as " + NEEDS + " " + one.need().id());
    }
    return all.option(GUESTS, "N", "for how many guests on this host (1)");
  }

  private static String words() {
    return String.join(", ", Circumstance.needs().stream().map(Circumstance::id).toList());
  }

  static Wanted of(Arguments arguments) {
    Set<Circumstance> needs = EnumSet.noneOf(Circumstance.class);
    for (String value : arguments.values(NEEDS)) {
      for (String word : value.split(",", -1)) {
        needs.add(need(word.strip()));
      }
    }
    for (Short one : SHORTS) {
      arguments
          .option(one.option())
          .ifPresent(value -> {
            if (!value.equals(one.word())) {
              throw new UsageException(
                  one.option() + " takes " + one.word() + " or is left out, not " + value);
            }
            needs.add(one.need());
          });
    }
    int guests = arguments.number(GUESTS, 1);
    if (guests < 1 || guests > MOST_GUESTS) {
      throw new UsageException(GUESTS + " takes 1 to " + MOST_GUESTS + ", not " + guests);
    }
    return new Wanted(needs, guests);
  }

  private static Circumstance need(String word) {
    List<String> all = new ArrayList<>();
    for (Circumstance need : Circumstance.needs()) {
      all.add(need.id());
      if (need.id().equals(word)) {
        return need;
      }
    }
    throw new UsageException(
        "nothing that a guest can need is called "
            + word
            + Nearest.of(word, all).map(near -> ". Did you mean " + near + "?").orElse(".")
            + " There are: "
            + String.join(", ", all));
  }
}
