package dev.lend.cli;

import dev.lend.model.PciAddress;
import dev.lend.plan.Lendability;
import java.util.List;

/** Says in few words whether a function can be lent. */
final class Verdict {
  /** More than that is for {@code lend show}. */
  private static final int MOST = 2;

  private Verdict() {}

  static boolean lendable(Lendability lendability) {
    return !(lendability instanceof Lendability.No);
  }

  /** {@code yes}, {@code with 02:00.1}, or {@code no: carries swap in use (sda2)}. */
  static String brief(Lendability lendability) {
    if (lendability instanceof Lendability.WithGroup(List<PciAddress> others)) {
      StringBuilder text = new StringBuilder("with ");
      int shown = Math.min(others.size(), MOST);
      for (int i = 0; i < shown; i++) {
        text.append(i > 0 ? ", " : "").append(others.get(i).brief());
      }
      return more(text, others.size() - shown).toString();
    }
    if (lendability instanceof Lendability.No(List<String> reasons)) {
      StringBuilder text = new StringBuilder("no: ");
      int shown = Math.min(reasons.size(), MOST);
      for (int i = 0; i < shown; i++) {
        text.append(i > 0 ? "; " : "").append(withoutAdvice(reasons.get(i)));
      }
      return more(text, reasons.size() - shown).toString();
    }
    return "yes";
  }

  private static StringBuilder more(StringBuilder text, int count) {
    return count > 0 ? text.append(" and ").append(count).append(" more") : text;
  }

  /** A reason may explain itself after a colon; in a table the reason is enough. */
  private static String withoutAdvice(String reason) {
    int colon = reason.indexOf(": ");
    return colon < 0 || reason.lastIndexOf('(', colon) >= 0 ? reason : reason.substring(0, colon);
  }
}
