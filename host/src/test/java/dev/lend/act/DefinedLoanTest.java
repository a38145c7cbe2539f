package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Loan;
import dev.lend.plan.Lasting;
import dev.lend.plan.Request;
import dev.lend.sysfs.Fault;
import dev.lend.sysfs.KernelRefusal.Reason;
import org.junit.jupiter.api.Test;

/** What guests have by their definitions, over their starts and those of the host. */
class DefinedLoanTest {
  private final House house = new House();

  private Outcome attach(House where, Lasting lasting) {
    return where.carryOut(
        new Request.Attach(House.NIC, SimulatedGuests.GUEST, House.ALL, false, lasting));
  }

  private static Loan loan(House where) {
    return where.known().ledger().loan(House.NIC).orElseThrow();
  }

  /** The host has started anew: the kernel gave the card to its own driver. */
  private House startedAnew(House before) {
    House booted = new House();
    booted.guests.stop(SimulatedGuests.GUEST);
    booted.lines.addAll(before.lines);
    booted.guests.keepDefinitions(before.guests);
    return booted;
  }

  private static void started(House where) {
    where.guests.start(SimulatedGuests.GUEST, 5_555, "web1");
  }

  @Test
  void aGuestThatIsStartedAnewHasItAgainAndItCanBeTakenBackThen() {
    assertThat(attach(house, Lasting.ALWAYS)).isInstanceOf(Outcome.Done.class);
    house.guests.stop(SimulatedGuests.GUEST);
    assertThat(house.driver(House.NIC)).isEqualTo("vfio-pci");

    started(house);

    assertThat(house.guests.owners(House.NIC)).containsExactly(SimulatedGuests.GUEST);
    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(house.guests.owners(House.NIC)).isEmpty();
    assertThat(house.guests.definedFor(House.NIC)).isEmpty();
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
  }

  @Test
  void aGuestThatRefusesKeepsItsDefinitionToo() {
    attach(house, Lasting.ALWAYS);
    house.guests.manner = SimulatedGuests.Manner.REFUSES;

    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.PutBack.class);

    assertThat(loan(house).defined()).isTrue();
    assertThat(house.guests.definedFor(House.NIC)).containsExactly(SimulatedGuests.GUEST);
  }

  @Test
  void aDefinitionThatCannotBeChangedKeepsTheLoanAndAPersonIsToldSo() {
    attach(house, Lasting.NEXT_START);
    house.guests.manner = SimulatedGuests.Manner.REFUSES;

    Outcome outcome = house.detach(House.NIC);

    assertThat(outcome).isInstanceOf(Outcome.Stranded.class);
    assertThat(((Outcome.Stranded) outcome).why())
        .anyMatch(text -> text.contains("It stays lent"))
        .anyMatch(text -> text.contains("lend detach 02:00.0"));
    assertThat(loan(house).defined()).isTrue();
    assertThat(house.driver(House.NIC)).isEqualTo("vfio-pci");
    house.guests.calm();
    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
  }

  @Test
  void whatTheGuestDoesNotTakeIsInNoDefinitionEither() {
    house.guests.takes = false;

    assertThat(attach(house, Lasting.ALWAYS)).isInstanceOf(Outcome.PutBack.class);

    assertThat(house.guests.definedFor(House.NIC)).isEmpty();
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
  }

  @Test
  void whatMayHoldSomethingOfAnotherGuestDoesNotGoIntoADefinition() {
    house.reserve(House.NIC);
    house.kernel.resetWipes(House.NIC.toString(), "pm");

    Outcome outcome = attach(house, Lasting.NEXT_START);

    assertThat(outcome).isInstanceOf(Outcome.PutBack.class);
    assertThat(((Outcome.PutBack) outcome).why()).contains("is not given to");
    assertThat(house.guests.definedFor(House.NIC)).isEmpty();
  }

  @Test
  void afterAStartOfTheHostItIsPutBackAndTheGuestStartsWithIt() {
    attach(house, Lasting.ALWAYS);
    House booted = startedAnew(house);
    Loan before = loan(booted);

    assertThat(booted.carryOut(new Request.Restore(House.NIC))).isInstanceOf(Outcome.Done.class);

    assertThat(booted.driver(House.NIC)).isEqualTo("vfio-pci");
    assertThat(loan(booted)).isEqualTo(before);
    started(booted);
    assertThat(booted.guests.owners(House.NIC)).containsExactly(SimulatedGuests.GUEST);
    assertThat(booted.detach(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(booted.state(House.NIC)).isEqualTo(new House().state(House.NIC));
  }

  @Test
  void aRestoreThatTheKernelRefusesLeavesTheCardToTheHostAndTheLoanAsItWas() {
    attach(house, Lasting.ALWAYS);
    House booted = startedAnew(house);
    booted.kernel.onWriteTo("driver_override", new Fault.Refuse(Reason.EIO));

    assertThat(booted.carryOut(new Request.Restore(House.NIC))).isInstanceOf(Outcome.PutBack.class);

    assertThat(booted.driver(House.NIC)).isEqualTo("e1000e");
    assertThat(loan(booted).defined()).isTrue();
    booted.calm();
    assertThat(booted.carryOut(new Request.Restore(House.NIC))).isInstanceOf(Outcome.Done.class);
  }

  @Test
  void aRestoreThatDiesAtAnyMomentIsPutBackAndDoneByTheNext() {
    attach(house, Lasting.ALWAYS);
    House booted = startedAnew(house);
    House whole = booted.copy();
    int before = whole.moment.passed();
    whole.carryOut(new Request.Restore(House.NIC));
    int moments = whole.moment.passed() - before;
    assertThat(moments).isGreaterThan(5);
    for (int moment = 1; moment <= moments; moment++) {
      House struck = booted.copy();
      struck.moment.killAt(moment);
      assertThat(struck.attempt(new Request.Restore(House.NIC))).isEmpty();
      struck.calm();

      struck.recover();

      assertThat(loan(struck)).as("moment %s", moment).isEqualTo(loan(booted));
      assertThat(struck.carryOut(new Request.Restore(House.NIC)))
          .as("moment %s", moment)
          .isInstanceOf(Outcome.Done.class);
      assertThat(struck.driver(House.NIC)).isEqualTo("vfio-pci");
    }
  }
}
