package dev.lend.journal;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that says who has what is lent, one function to a line, so that libvirt's hook can look it
 * up with neither Java nor the journal. Only a copy: plans go by the journal.
 *
 * <pre>
 * 0000:01:10.0 domain web1
 * 0000:01:10.2 other qmp:/run/web2/qmp.sock
 * 0000:02:00.0 reserved
 * </pre>
 *
 * {@code domain} is one of the system's libvirt, {@code other} anybody else who has it. What came
 * along with a function is with whoever has that.
 */
final class LentMark {
  private static final String NAME = "lent";

  private LentMark() {}

  /** Makes the file say so. */
  static void write(Path folder, Ledger ledger) {
    StringBuilder lines = new StringBuilder();
    for (Loan loan : ledger.loans().values()) {
      lines.append(loan.address()).append(' ').append(holder(loan, ledger)).append('\n');
    }
    Mark.write(folder, NAME, lines.toString());
  }

  private static String holder(Loan loan, Ledger ledger) {
    return switch (loan.holder()) {
      case Loan.InGuest(Guest.Domain domain, String id, boolean defined)
          when domain.uri().equals(Guest.Domain.SYSTEM) ->
          "domain " + domain.name();
      case Loan.InGuest in -> "other " + line(in.guest().toString());
      case Loan.InProcess in -> "other " + line(in.describe());
      case Loan.Reserved reserved -> "reserved";
      case Loan.Along(PciAddress with) -> {
        Optional<Loan> first =
            ledger.loan(with).filter(one -> !(one.holder() instanceof Loan.Along));
        yield first.map(one -> holder(one, ledger)).orElse("reserved");
      }
    };
  }

  /** A path may have line breaks in it. */
  private static String line(String text) {
    StringBuilder clean = new StringBuilder(text);
    for (int i = 0; i < clean.length(); i++) {
      if (Character.isISOControl(clean.charAt(i))) {
        clean.setCharAt(i, '?');
      }
    }
    return clean.toString();
  }
}
