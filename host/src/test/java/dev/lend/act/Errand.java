package dev.lend.act;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import dev.lend.plan.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the real program is sent to do on the real kernel.
 *
 * @param kind what it is counted under
 * @param request the same as the words of {@link #words}
 * @param devices the functions that it moves
 */
record Errand(String kind, Request request, List<PciAddress> devices) {
  private static final Request.Consent ALL = new Request.Consent(true, true);

  /** Where a device is between two errands. */
  enum Place {
    HOME,
    RESERVED,
    IN_GUEST
  }

  /** To a guest and back, to vfio-pci and back. */
  static List<Errand> all(String device, String what, List<String> along, Guest guest) {
    List<Errand> errands = new ArrayList<>(toGuest(device, what, guest));
    errands.addAll(aside(device, what, along));
    return errands;
  }

  /** To a guest, and back. */
  static List<Errand> toGuest(String device, String what, Guest guest) {
    PciAddress address = at(device);
    return List.of(
        new Errand("attach " + what, new Request.Attach(address, guest, ALL), List.of(address)),
        new Errand("detach " + what, new Request.Detach(address), List.of(address)));
  }

  /** To vfio-pci, with what shares its group, and back. */
  static List<Errand> aside(String device, String what, List<String> along) {
    PciAddress address = at(device);
    List<PciAddress> devices = new ArrayList<>(List.of(address));
    along.forEach(one -> devices.add(at(one)));
    return List.of(
        new Errand("reserve " + what, new Request.Reserve(address, ALL), devices),
        new Errand("return " + what, new Request.Return(address), devices));
  }

  private static PciAddress at(String text) {
    return PciAddress.parse(text).orElseThrow();
  }

  /** The command line without the program's name. */
  List<String> words() {
    List<String> words = new ArrayList<>(List.of(request.verb(), request.address().brief()));
    if (request instanceof Request.Attach attach) {
      words.addAll(List.of("--guest", attach.guest().toString()));
    }
    if (!request.homeward()) {
      words.addAll(List.of("--yes", "--with-group"));
    }
    return words;
  }

  /** Where its device has to be before it. */
  Place from() {
    return switch (request) {
      case Request.Detach detach -> Place.IN_GUEST;
      case Request.Return giveBack -> Place.RESERVED;
      default -> Place.HOME;
    };
  }

  /** Where its device is after it. */
  Place to() {
    return switch (request) {
      case Request.Attach attach -> Place.IN_GUEST;
      case Request.Reserve reserve -> Place.RESERVED;
      default -> Place.HOME;
    };
  }

  /** Where a ledger says that its device is. */
  Place place(Ledger ledger) {
    Optional<Loan> loan = ledger.loan(request.address());
    return loan.isEmpty()
        ? Place.HOME
        : loan.get().inGuest().isPresent() ? Place.IN_GUEST : Place.RESERVED;
  }
}
