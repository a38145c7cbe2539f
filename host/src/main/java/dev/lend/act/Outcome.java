package dev.lend.act;

import dev.lend.model.StuckWrite;
import dev.lend.plan.Objection;
import dev.lend.plan.Plan;
import java.util.List;

/** How a request ended. */
public sealed interface Outcome {
  /** Why it was not done, for a person; empty text where it was. */
  default String reason() {
    return switch (this) {
      case Refused(Plan plan) ->
          String.join(" ", plan.objections().stream().map(Objection::text).toList());
      case Done done -> "";
      case PutBack(Plan plan, String why) -> why;
      case Stuck(Plan plan, List<String> why, List<StuckWrite> writes) -> String.join(" ", why);
      case Stranded(Plan plan, List<String> why) -> String.join(" ", why);
    };
  }

  /** The plan may not be carried out; nothing was changed. */
  record Refused(Plan plan) implements Outcome {}

  /** It was done. */
  record Done(Plan plan) implements Outcome {}

  /**
   * It failed, and everything is as it was before.
   *
   * @param why what failed
   */
  record PutBack(Plan plan, String why) implements Outcome {}

  /**
   * The kernel did not answer in time. What could be put back is; the rest follows when it has.
   *
   * @param why what failed and how things are left
   * @param writes what the kernel has not answered
   */
  record Stuck(Plan plan, List<String> why, List<StuckWrite> writes) implements Outcome {
    /** Copies the lists. */
    public Stuck {
      why = List.copyOf(why);
      writes = List.copyOf(writes);
    }
  }

  /**
   * It failed, and not everything could be put back: a person must look.
   *
   * @param why what failed, then what could not be put back and what to do about it
   */
  record Stranded(Plan plan, List<String> why) implements Outcome {
    /** Copies the list. */
    public Stranded {
      why = List.copyOf(why);
    }
  }
}
