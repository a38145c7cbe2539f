package dev.lend.act;

import static dev.lend.act.Soundness.require;

import dev.lend.gen.Gen;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.PciAddress;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Request;
import dev.lend.plan.Request.Consent;
import dev.lend.plan.Request.Homecoming;
import dev.lend.sysfs.BindingReader;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a host between a Lend that died, or had done its work, and the next one: a start
 * of the host, another device at the address, another person at work. What Lend did not do it does
 * not undo: it says so, and a person chooses.
 */
final class Mishaps {
  private static final String DEVICES = "sys/bus/pci/devices/";
  private static final Optional<String> VFIO = Optional.of("vfio-pci");
  private static final Binding LENT = new Binding(VFIO, VFIO);
  private static final Binding OFF = new Binding(Optional.empty(), Optional.of("none"));

  private final Estate estate;
  private final Request request;
  private final Soundness soundness;
  private final PciAddress target;
  private final Gen gen;
  private House last;

  Mishaps(Estate estate, Request request, Soundness soundness, Gen gen) {
    this.estate = estate;
    this.request = request;
    this.soundness = soundness;
    this.target = request.address();
    this.gen = gen;
    this.last = estate.house();
  }

  /** The host as the last one left it, for a message. */
  House last() {
    return last;
  }

  /** One of them, and what must hold after it; says which. */
  String befall(House struck) {
    last = struck;
    if (request instanceof Request.ShapeVfs) {
      return started(struck);
    }
    boolean meddle = !struck.kernel.busy() && struck.guests.owners(target).isEmpty();
    return switch (gen.between(0, meddle ? 4 : 2)) {
      case 0 -> started(struck);
      case 1, 2 -> replaced(struck);
      default -> meddled(struck);
    };
  }

  private House booted(House struck) {
    House house = estate.booted().copy();
    house.lines.addAll(struck.lines);
    house.now = struck.now;
    house.guests.keepDefinitions(struck.guests);
    last = house;
    return house;
  }

  /** The host starts anew: drivers and overrides as at its first start, no guests, no VFs. */
  private String started(House struck) {
    House house = booted(struck);
    for (PciAddress address : estate.lendable()) {
      if (house.driver(address).equals("none")
          && house.kernel.exists(DEVICES + address)
          && gen.oneIn(2)) {
        // Nobody keeps the drivers off it as somebody did before.
        house.kernel.byHand("sys/bus/pci/drivers_probe", address.toString());
      }
    }
    if (request instanceof Request.ShapeVfs) {
      soundness.mayBe(target, house);
      house.recover();
      soundness.always(house);
      soundness.whole(house, target);
      return "start of the host";
    }
    House fresh = house.copy();
    house.recover();
    restored(house.copy());
    last = house;
    allHome(house);
    for (PciAddress address : estate.home().keySet()) {
      // VFs that a PF had before are made again, as far as what was begun leads there.
      require(
          estate.vfs().containsKey(address)
              || house.driver(address).equals(fresh.driver(address))
                  && house.override(address).equals(fresh.override(address)),
          () ->
              address
                  + " was "
                  + fresh.state(address)
                  + " after the start, and is "
                  + house.state(address));
    }
    require(
        house.written().stream().noneMatch(text -> text.contains("unbind")),
        () -> "something was unbound after a start of the host: " + house.written());
    return "start of the host";
  }

  /** What definitions have is there for guests that start then. */
  private void restored(House house) {
    last = house;
    for (Loan loan : house.known().ledger().loans().values()) {
      if (loan.defined() && house.kernel.exists(DEVICES + loan.address())) {
        Outcome outcome = house.carryOut(new Request.Restore(loan.address()));
        require(outcome instanceof Outcome.Done, () -> "not for its guest: " + outcome);
        require(
            house.state(loan.address()).startsWith("vfio-pci, vfio-pci"),
            () -> "for its guest, and " + house.state(loan.address()));
        dev.lend.model.Guest guest = loan.inGuest().orElseThrow().guest();
        house.guests.stop(guest);
        house.guests.start(guest, 9_000, "again");
        require(
            house.guests.owners(loan.address()).equals(List.of(guest)),
            () -> "its guest has started without: " + house.guests.refused);
      }
    }
    soundness.always(house);
    allHome(house);
  }

  /** Another device sits at the address after a start of the host. */
  private String replaced(House struck) {
    House house = booted(struck);
    if (!house.kernel.exists(DEVICES + target)) {
      return started(struck);
    }
    boolean known = !house.state(target).contains("none,") && house.state(target).contains(":");
    house.kernel.replace(target.toString(), known && gen.flag());
    String before = house.state(target);
    house.recover();
    allHome(house);
    require(
        house.state(target).equals(before) && untouched(house),
        () -> "another device at " + target + " was touched: " + house.written());
    return "another device";
  }

  private boolean untouched(House house) {
    return house.written().stream().noneMatch(text -> text.contains(target.toString()));
  }

  /** Somebody else changes driver and override. */
  private String meddled(House struck) {
    Binding origin = binding(estate.house());
    Optional<String> driver = Optional.of(struck.driver(target)).filter(it -> !it.equals("none"));
    struck.kernel.byHand(DEVICES + target + "/driver_override", gen.oneOf("igb", "\n", "pci-stub"));
    if (driver.isPresent() && gen.chance(80)) {
      struck.kernel.byHand("sys/bus/pci/drivers/" + driver.get() + "/unbind", target.toString());
      if (gen.flag()) {
        struck.kernel.byHand("sys/bus/pci/drivers_probe", target.toString());
      }
    }
    Binding now = binding(struck);
    if (now.between(origin, LENT) || now.between(origin, OFF)) {
      struck.recover();
      soundness.always(struck);
      allHome(struck);
      // Where Lend had nothing to do any more, what that person did stands.
      require(
          binding(struck).equals(origin) || binding(struck).equals(now),
          () -> target + " was " + now + " and came home as " + struck.state(target));
      return "another person, in passing";
    }
    int before = struck.kernel.writes().size();
    struck.recover();
    left(struck, now, before);
    House taken = struck.copy();
    last = taken;
    Consent all =
        new Consent(true, true, Set.of(Kind.CHANGED, Kind.VIRTUAL_FUNCTIONS, Kind.QUARANTINE));
    Ledger ledger = taken.known().ledger();
    boolean inGuests = ledger.loans().values().stream().anyMatch(one -> one.inGuest().isPresent());
    Optional<Loan> loan = ledger.loan(target).filter(one -> !inGuests);
    if (loan.isPresent()) {
      Outcome outcome = taken.carryOut(home(loan.get(), new Homecoming(false, all)));
      require(outcome instanceof Outcome.Done, () -> "it cannot be taken back: " + outcome);
      require(
          binding(taken).equals(origin), () -> "it was taken back, and is " + taken.state(target));
    }
    last = struck;
    allHome(struck);
    left(struck, now, before);
    return "another person";
  }

  private void left(House house, Binding as, int before) {
    require(
        binding(house).equals(as)
            && house.kernel.writes().stream()
                .skip(before)
                .filter(write -> (write.path() + " " + write.value()).contains(target.toString()))
                // Lend's own choice of a reset method is nobody else's: it is put back.
                .allMatch(write -> write.path().equals(DEVICES + target + "/reset_method")),
        () -> "somebody else's " + as + " was fought over: " + house.state(target));
  }

  private Binding binding(House house) {
    return new BindingReader(house.kernel).binding(target);
  }

  private static Request home(Loan loan, Homecoming how) {
    return loan.inGuest().isPresent()
        ? new Request.Detach(loan.address(), how)
        : new Request.Return(loan.address(), how);
  }

  /** Every loan ends: the device comes home, or a person is given the choice to leave it. */
  private void allHome(House house) {
    Homecoming leave = new Homecoming(true, new Consent(false, false));
    for (int rounds = 0; !house.known().ledger().loans().isEmpty(); rounds++) {
      int round = rounds;
      require(round < 20, () -> "loans do not end: " + house.known().ledger().loans());
      Ledger now = house.known().ledger();
      List<Loan> loans =
          now.loans().values().stream()
              .sorted((a, b) -> Boolean.compare(b.inGuest().isPresent(), a.inGuest().isPresent()))
              .toList();
      for (Loan loan : loans) {
        if (house.known().ledger().loan(loan.address()).isEmpty()) {
          continue;
        }
        Outcome outcome = house.carryOut(home(loan, Homecoming.plain()));
        if (outcome instanceof Outcome.Refused(dev.lend.plan.Plan plan)
            && plan.objections().toString().contains("--leave")) {
          // It may be one of its group that has changed.
          house.known().ledger().loans().values().forEach(one -> house.carryOut(home(one, leave)));
        } else {
          require(
              outcome instanceof Outcome.Done || outcome instanceof Outcome.Refused,
              () -> "no way home: " + outcome);
        }
      }
    }
    for (PciAddress address : estate.home().keySet()) {
      require(
          house.guests.definedFor(address).isEmpty(),
          () -> address + " is forgotten in the definition of a guest");
    }
  }
}
