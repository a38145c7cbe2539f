package dev.lend.plan;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Severity;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.model.TrustFacts;
import java.util.List;
import java.util.Optional;

/**
 * Whether a function can be trusted to a guest: that the guest cannot reach through it to the host
 * or to others, and that the next one finds nothing of the last.
 *
 * @param grade the worst that one of the marks allows
 * @param marks what was looked at
 * @param trials the resets of it that Lend remembers, oldest first
 */
public record Trust(Grade grade, List<Mark> marks, List<ResetTrial> trials) {
  /** Copies the lists. */
  public Trust {
    marks = List.copyOf(marks);
    trials = List.copyOf(trials);
  }

  /** The grades, best first. */
  public enum Grade {
    /** Nothing is left to wish for. */
    A("A", "isolated, and its reset was tried here and works"),
    /** Sound, but something was not tried, or could not be seen. */
    B("B", "sound, as far as it was seen and tried"),
    /** A limit that the guest, or what shares with it, will notice. */
    C("C", "usable, within the limits shown"),
    /** Something of one guest may reach another, or it will not work in a guest. */
    D("D", "only where what the warnings say is acceptable"),
    /** It cannot be given to a guest, or must not. */
    NO("no", "not to be given to a guest as things stand");

    private final String id;
    private final String meaning;

    Grade(String id, String meaning) {
      this.id = id;
      this.meaning = meaning;
    }

    /** As it is shown, and as JSON has it. */
    public String id() {
      return id;
    }

    /** What it says, for a person. */
    public String meaning() {
      return meaning;
    }
  }

  /**
   * One thing that was looked at.
   *
   * @param finding what was found
   * @param atMost the best grade that it allows
   */
  public record Mark(Finding finding, Grade atMost) {}

  /**
   * The grade of a function.
   *
   * @param ledger what Lend remembers; empty where that could not be read
   */
  public static Trust of(HostSnapshot host, TrustFacts facts, Optional<Ledger> ledger) {
    PciFunction function = facts.detail().function();
    List<Mark> marks = TrustMarks.of(host, facts, ledger);
    Grade worst = Grade.A;
    for (Mark mark : marks) {
      if (mark.atMost().compareTo(worst) > 0) {
        worst = mark.atMost();
      }
    }
    return new Trust(
        worst, marks, ledger.map(known -> known.trialsOf(function)).orElseGet(List::of));
  }

  /** What a finding allows whose severity says it all. */
  static Mark mark(Finding finding) {
    return new Mark(
        finding,
        switch (finding.severity()) {
          case OK, NOTE, NOT_APPLICABLE -> Grade.A;
          case UNKNOWN -> Grade.B;
          case WARNING -> Grade.C;
          case BLOCKER -> Grade.NO;
        });
  }

  /** True where it may go to a guest, whatever the limits. */
  public boolean lendable() {
    return marks.stream().noneMatch(mark -> mark.finding().severity() == Severity.BLOCKER);
  }
}
