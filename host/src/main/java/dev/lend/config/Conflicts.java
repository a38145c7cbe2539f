package dev.lend.config;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds what cannot be side by side, in whichever files it is. Both are then left out: which of
 * them is meant, nobody knows.
 */
final class Conflicts {
  /** Where something was found first. */
  private record First(Entry entry, int line) {
    String place() {
      return entry.problems().file() + ":" + line;
    }
  }

  private final Map<String, First> seen = new HashMap<>();
  private final Set<Entry> atOdds = new HashSet<>();

  private Conflicts() {}

  /** Notes the problems, and tells which entries have one. */
  static Set<Entry> find(List<Entry> entries) {
    Conflicts conflicts = new Conflicts();
    entries.forEach(conflicts::look);
    return conflicts.atOdds;
  }

  private void look(Entry entry) {
    entry
        .pf()
        .device()
        .ifPresent(device ->
            once(
                entry,
                "device " + PfWords.canonical(device),
                entry.line(),
                device + " is declared already"));
    if (entry.pf().device().isEmpty() && !entry.pf().identity().equals(PfReader.unknown())) {
      once(
          entry, "match " + entry.pf().identity(), entry.line(), "the same PF is declared already");
    }
    // Ports of one card share its serial numbers, and have an address each.
    entry
        .pf()
        .identity()
        .mac()
        .ifPresent(mac ->
            once(
                entry,
                "pf " + mac,
                entry.line(),
                "the PF with the MAC address " + mac + " is declared already"));
    for (Entry.Claim claim : entry.claims()) {
      once(
          entry,
          claim.key() + " " + claim.value(),
          claim.line(),
          claim.key() + ": another VF has " + claim.value() + " already");
    }
  }

  private void once(Entry entry, String what, int line, String otherwise) {
    First first = seen.putIfAbsent(what, new First(entry, line));
    if (first != null) {
      entry.problems().add(line, otherwise + ", in " + first.place());
      atOdds.add(entry);
      atOdds.add(first.entry());
    }
  }
}
