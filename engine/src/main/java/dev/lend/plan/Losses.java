package dev.lend.plan;

import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Consequence.Severity;
import java.util.ArrayList;
import java.util.List;

/** The consequences of losing one function, as they are found. */
final class Losses {
  final HostSnapshot host;
  final PciFunction function;
  private final List<Consequence> found = new ArrayList<>();

  Losses(HostSnapshot host, PciFunction function) {
    this.host = host;
    this.function = function;
  }

  void refuse(Kind kind, String text) {
    add(Severity.REFUSAL, kind, text);
  }

  void warn(Kind kind, String text) {
    add(Severity.WARNING, kind, text);
  }

  void note(Kind kind, String text) {
    add(Severity.NOTE, kind, text);
  }

  private void add(Severity severity, Kind kind, String text) {
    // Not by the record's equals: Java puts that together at run time, which costs the start of
    // every
    // list six milliseconds. All are of this one function.
    for (Consequence other : found) {
      if (other.severity() == severity && other.kind() == kind && other.text().equals(text)) {
        return;
      }
    }
    found.add(new Consequence(function.address(), severity, kind, text));
  }

  /** True where a refusal of that kind was found. */
  boolean refused(Kind kind) {
    for (Consequence one : found) {
      if (one.kind() == kind && one.refuses()) {
        return true;
      }
    }
    return false;
  }

  int count() {
    return found.size();
  }

  /** The worst first, else in the order in which they were found. */
  List<Consequence> worstFirst() {
    if (found.size() > 1) {
      found.sort((a, b) -> a.severity().compareTo(b.severity()));
    }
    return List.copyOf(found);
  }
}
