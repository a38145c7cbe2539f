package dev.lend.cli;

import dev.lend.act.Guests;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import dev.lend.plan.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes back all that one guest has: one change for each device, so that one does not hold up
 * others.
 */
final class DetachAll {
  static final String OPTION = "--all";

  private final Arguments arguments;
  private final Context context;
  private final Workshop workshop;

  DetachAll(Arguments arguments, Context context, Workshop workshop) {
    this.arguments = arguments;
    this.context = context;
    this.workshop = workshop;
  }

  static Syntax options(Syntax syntax) {
    return syntax
        .option(GuestName.OPTION, "GUEST", "with --all: the guest, as lend status names it")
        .option(GuestName.CONNECT, "URI", "with --all: the libvirt that has the domain")
        .flag(OPTION, "instead of a device: all that are lent to the guest");
  }

  static boolean asked(Arguments arguments) {
    return arguments.has(OPTION) || arguments.has(GuestName.OPTION);
  }

  /** Takes them back, and says how the worst of them ended. */
  ExitCode run(Request.Homecoming how) {
    if (!arguments.has(OPTION) || !arguments.has(GuestName.OPTION)) {
      throw new UsageException("all that a guest has: lend detach --guest GUEST " + OPTION);
    }
    if (!arguments.word().isEmpty()) {
      throw new UsageException("name a device, or " + OPTION + ", but not both");
    }
    ExitCode worst = ExitCode.DONE;
    for (PciAddress address : lent()) {
      // One that came home with another of its group meanwhile is done.
      if (workshop.lookAtJournal().ledger().loan(address).flatMap(Loan::inGuest).isEmpty()) {
        continue;
      }
      ExitCode code =
          ChangeCommand.perform(
              new Request.Detach(address, how),
              workshop.names(address.toString()),
              arguments,
              context,
              workshop);
      worst = code.status() > worst.status() ? code : worst;
    }
    return worst;
  }

  private List<PciAddress> lent() {
    Guest guest = GuestName.parsed(arguments);
    List<PciAddress> found = lentTo(guest);
    if (found.isEmpty() && workshop.guests().named(guest) instanceof Guests.Known(Guest known)) {
      // A domain may be named by its UUID; one that is gone is known by the ledger alone.
      found = lentTo(known);
    }
    if (found.isEmpty()) {
      throw new DeclinedException("nothing is lent to " + guest + ". See what is: lend status");
    }
    return found;
  }

  private List<PciAddress> lentTo(Guest guest) {
    List<PciAddress> found = new ArrayList<>();
    for (Loan loan : workshop.lookAtJournal().ledger().loans().values()) {
      if (loan.inGuest().map(Loan.InGuest::guest).equals(Optional.of(guest))) {
        found.add(loan.address());
      }
    }
    return found;
  }
}
