package dev.lend.model;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Finds what a person may have meant. */
public final class Nearest {
  private Nearest() {}

  /** The one that needs the fewest changes, if that is few enough to be a slip. */
  public static Optional<String> of(String typed, Collection<String> all) {
    List<String> found = several(typed, all, 1);
    return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
  }

  /** The nearest ones, the nearest first, at most {@code most}. */
  public static List<String> several(String typed, Collection<String> all, int most) {
    int bound = Math.max(1, Math.min(3, typed.length() / 3));
    List<String> found = new ArrayList<>();
    for (int distance = 0; distance <= bound; distance++) {
      for (String other : all) {
        if (found.size() < most
            && Math.abs(other.length() - typed.length()) <= bound
            && distance(typed, other) == distance) {
          found.add(other);
        }
      }
    }
    return found;
  }

  /** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
  public static int distance(String a, String b) {
    int[] older = new int[b.length() + 1];
    int[] old = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      old[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        int best = Math.min(old[j - 1] + (same ? 0 : 1), Math.min(old[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          best = Math.min(best, older[j - 2] + 1);
        }
        row[j] = best;
      }
      int[] free = older;
      older = old;
      old = row;
      row = free;
    }
    return old[b.length()];
  }
}
