package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.journal.JournalException;
import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.PciAddress;
import dev.lend.model.StuckWrite;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.sysfs.Fault;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.KernelRefusal.Reason;
import dev.lend.sysfs.SimulatedCrash;
import dev.lend.sysfs.SimulatedKernel;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LenderTest {
  private final House house = new House();

  private List<String> paths() {
    return house.kernel.writes().stream()
        .map(write -> write.path() + " " + write.value().strip())
        .toList();
  }

  @Test
  void attachesInAnOrderThatLeavesNoChanceToAnotherDriver() {
    assertThat(house.attach(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(paths())
        .containsExactly(
            "sys/module/vfio-pci vfio-pci",
            "sys/bus/pci/devices/0000:02:00.0/driver_override vfio-pci",
            "sys/bus/pci/drivers/e1000e/unbind 0000:02:00.0",
            "sys/bus/pci/drivers_probe 0000:02:00.0");
    CrashTest.sound(house);
    assertThat(house.guests.devices()).containsValue(House.NIC);
  }

  @Test
  void detachesBackToTheDriverItCameFrom() {
    List<String> start = house.bindings();
    house.attach(House.TWIN);
    assertThat(house.detach(House.TWIN)).isInstanceOf(Outcome.Done.class);
    assertThat(house.bindings()).isEqualTo(start);
    assertThat(house.journal().ledger().loans()).isEmpty();
    CrashTest.sound(house);
  }

  @Test
  void reservesAGroupAndReturnsItByAnyOfItsFunctions() {
    List<String> start = house.bindings();
    assertThat(house.reserve(House.TWIN)).isInstanceOf(Outcome.Done.class);
    CrashTest.sound(house);
    assertThat(house.giveBack(House.OTHER_TWIN)).isInstanceOf(Outcome.Done.class);
    assertThat(house.bindings()).isEqualTo(start);
  }

  @Test
  void changesNothingWhereThePlanIsRefused() {
    PciAddress uplink = PciAddress.parse("00:03.0").orElseThrow();
    assertThat(house.attach(uplink)).isInstanceOf(Outcome.Refused.class);
    assertThat(house.kernel.writes()).isEmpty();
    assertThat(house.lines).isEmpty();
  }

  @Test
  void doesNothingWhereTheJournalCannotBeWritten() {
    house.appendsLeft = 0;
    assertThatThrownBy(() -> house.attach(House.NIC)).isInstanceOf(JournalException.class);
    assertThat(house.kernel.writes()).isEmpty();
  }

  @Test
  void putsEverythingBackWhereverTheDiskFillsUp() {
    house.attach(House.TWIN);
    int lines = house.lines.size();
    for (int room = 1; room < lines; room++) {
      House full = new House();
      List<String> start = full.bindings();
      full.appendsLeft = room;
      Outcome outcome = full.attach(House.TWIN);
      if (room == lines - 1) {
        assertThat(outcome)
            .as("only the last line is missing")
            .isInstanceOf(Outcome.Stranded.class);
      } else {
        assertThat(outcome).isInstanceOf(Outcome.PutBack.class);
        assertThat(full.bindings()).as("room for %d lines", room).isEqualTo(start);
      }
      full.appendsLeft = Integer.MAX_VALUE;
      full.recover();
      assertThat(full.bindings()).isEqualTo(start);
      CrashTest.sound(full);
    }
  }

  @Test
  void putsEverythingBackWhereTheGuestDoesNotTakeIt() {
    List<String> start = house.bindings();
    house.guests.takes = false;
    assertThat(house.attach(House.TWIN))
        .isInstanceOfSatisfying(
            Outcome.PutBack.class,
            back ->
                assertThat(back.why())
                    .isEqualTo("Guest qmp:/run/web1.qmp did not take 0000:04:01.0."));
    assertThat(house.bindings()).isEqualTo(start);
    CrashTest.sound(house);
  }

  @Test
  void leavesALoanAsItIsWhereTheGuestRefusesToLetGo() {
    house.attach(House.NIC);
    Ledger lent = house.journal().ledger();
    house.guests.manner = SimulatedGuests.Manner.REFUSES;
    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.PutBack.class);
    assertThat(house.journal().ledger()).isEqualTo(lent);
    CrashTest.sound(house);
    house.guests.manner = SimulatedGuests.Manner.LETS_GO;
    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.Done.class);
    CrashTest.sound(house);
  }

  @Test
  void stopsAGuestThatRefusesOnlyWhereThePersonAsksForItAndThenTakesTheDeviceHome() {
    List<String> start = house.bindings();
    house.attach(House.NIC);
    house.guests.manner = SimulatedGuests.Manner.REFUSES;
    Request.Homecoming force =
        new Request.Homecoming(false, new Request.Consent(false, false), true);

    assertThat(house.carryOut(new Request.Detach(House.NIC, force)))
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done ->
                assertThat(done.plan().consequences())
                    .extracting(consequence -> consequence.kind().id())
                    .contains("guest-stops"));

    assertThat(house.guests.runs(SimulatedGuests.GUEST)).isFalse();
    assertThat(house.bindings()).isEqualTo(start);
    CrashTest.sound(house);
  }

  @Test
  void keepsALoanWhereTheGuestRefusesToLetGoOfWhatACrashLeftInIt() {
    house.moment.killAt(momentsOfAttach() - 1);
    try {
      house.attach(House.NIC);
    } catch (SimulatedCrash death) {
      house.moment.spare();
    }
    assertThat(house.guests.devices()).containsValue(House.NIC);
    house.guests.manner = SimulatedGuests.Manner.REFUSES;
    assertThat(house.recover()).contains(JournalRecord.Outcome.STRANDED);
    CrashTest.sound(house);
    assertThat(house.said.getLast())
        .contains("needs a person: Guest qmp:/run/web1.qmp refused.")
        .contains("lend detach 02:00.0");
    house.guests.manner = SimulatedGuests.Manner.LETS_GO;
    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.Done.class);
    CrashTest.sound(house);
  }

  private static int momentsOfAttach() {
    House other = new House();
    other.attach(House.NIC);
    return other.moment.passed();
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"EBUSY", "EIO", "ENODEV", "EPERM"})
  void putsBackOrNamesWhateverARefusedWriteLeftHalfWay(Reason reason) {
    eachWriteFails(new Fault.Refuse(reason));
  }

  @Test
  void noticesAWriteThatWasTakenAndHadNoEffect() {
    eachWriteFails(new Fault.Ignore());
  }

  @Test
  void doesNotWaitForAWriteThatNeverReturnsNorReadsWhatItHolds() {
    eachWriteFails(new Fault.HappenLater());
    eachWriteFails(new Fault.AnswerLate());
    eachWriteFails(new Fault.NeverHappen());
  }

  private record Scenario(Consumer<House> before, Function<House, Outcome> command) {}

  private static void eachWriteFails(Fault fault) {
    List<Scenario> scenarios =
        List.of(
            new Scenario(none -> {}, some -> some.attach(House.TWIN)),
            new Scenario(none -> {}, some -> some.reserve(House.NIC)),
            new Scenario(some -> some.attach(House.TWIN), some -> some.detach(House.TWIN)),
            new Scenario(some -> some.reserve(House.NIC), some -> some.giveBack(House.NIC)));
    for (Scenario scenario : scenarios) {
      for (int nth = 1; fails(scenario, nth, fault); nth++) {
        continue;
      }
    }
  }

  /** True where the command has an {@code nth} write. */
  private static boolean fails(Scenario scenario, int nth, Fault fault) {
    House house = new House();
    scenario.before.accept(house);
    List<String> start = house.bindings();
    Ledger startLedger = house.journal().ledger();
    int before = house.kernel.writes().size();
    house.kernel.onWrite(nth, fault);
    Outcome outcome = scenario.command.apply(house);
    if (house.kernel.writes().size() - before < nth) {
      return false;
    }
    house.kernel.calm();
    String where = fault + " at " + house.kernel.writes().get(before + nth - 1);
    assertThat(house.journal().unfinished()).as(where).isEmpty();
    switch (outcome) {
      case Outcome.Refused refused -> throw new AssertionError(where);
      case Outcome.Done done -> CrashTest.sound(house);
      case Outcome.PutBack(var plan, String why) -> {
        assertThat(why).as(where).isNotBlank();
        assertThat(house.bindings()).as(where).isEqualTo(start);
        assertThat(house.journal().ledger().loans()).as(where).isEqualTo(startLedger.loans());
      }
      case Outcome.Stuck(var plan, List<String> why, List<StuckWrite> writes) -> {
        assertThat(why).as(where).isNotEmpty();
        othersGoOn(house, plan, writes, where);
        house.kernel.settle();
        house.recover();
        if (!plan.request().homeward()) {
          assertThat(house.bindings()).as(where).isEqualTo(start);
          assertThat(house.journal().ledger().loans()).as(where).isEqualTo(startLedger.loans());
        }
      }
      case Outcome.Stranded(var plan, List<String> why) -> {
        Ledger ledger = house.journal().ledger();
        assertThat(ledger.loans()).as(where + " keeps a way back").isNotEmpty();
        for (Loan loan : ledger.loans().values()) {
          assertThat(String.join(" ", why))
              .as(where)
              .contains("lend return " + loan.address().brief());
        }
      }
    }
    mended(house, where);
    return true;
  }

  /** While a write is stuck, what does not need it goes on, and what needs it is told why. */
  private static void othersGoOn(House house, Plan plan, List<StuckWrite> writes, String where) {
    PciAddress device = plan.request().address();
    PciAddress other = device.equals(House.NIC) ? House.TWIN : House.NIC;
    boolean module = writes.getFirst().write().loadsModule();
    assertThat(house.lender().waiting(house.journal())).as(where).hasSameSizeAs(writes);
    if (module && house.kernel.exists("sys/bus/pci/drivers/vfio-pci")) {
      // It came late, and nothing needs it loaded again.
      return;
    }
    int before = house.kernel.writes().size();
    assertThat(house.reserve(device))
        .as(where)
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            no ->
                assertThat(no.plan().objections().getFirst().text())
                    .contains("is held up", "has not answered", "lend recover"));
    assertThat(house.kernel.writes()).as(where).hasSize(before);
    assertThat(house.reserve(other))
        .as(where)
        .isInstanceOf(module ? Outcome.Refused.class : Outcome.Done.class);
    if (!module) {
      assertThat(house.giveBack(other)).as(where).isInstanceOf(Outcome.Done.class);
    }
  }

  /** When the cause is gone, the advice that was given brings everything home. */
  private static void mended(House house, String where) {
    house.kernel.settle();
    for (Loan loan : house.journal().ledger().loans().values()) {
      if (house.journal().ledger().loan(loan.address()).isPresent()) {
        Outcome home =
            loan.inGuest().isPresent()
                ? house.detach(loan.address())
                : house.giveBack(loan.address());
        assertThat(home).as(where).isInstanceOf(Outcome.Done.class);
      }
    }
    CrashTest.sound(house);
    assertThat(house.journal().ledger().loans()).as(where).isEmpty();
  }

  @Test
  void doesNotUnbindWhatAStrangerHolds() throws KernelRefusal {
    house.reserve(House.NIC);
    house.kernel.startGuest(7, "stranger", false);
    house.kernel.guestTakes(7, House.NIC.toString());
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Refused.class);
    int writes = house.kernel.writes().size();
    house.kernel.stopGuest(7);
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(house.kernel.writes().size()).isGreaterThan(writes);
    CrashTest.sound(house);
  }

  @Test
  void waitsUntilTheProcessLetTheGroupGoBeforeItTouchesAnything() throws KernelRefusal {
    house.attach(House.NIC);
    house.kernel.startGuest(7, "stranger", false);
    int writes = house.kernel.writes().size();
    house.guests.devices();
    SimulatedKernel kernel = house.kernel;
    kernel.stopGuest(SimulatedGuests.PID);
    kernel.startGuest(SimulatedGuests.PID, "web1", false);
    kernel.guestTakes(7, House.NIC.toString());
    assertThat(house.detach(House.NIC))
        .isInstanceOfSatisfying(
            Outcome.Stranded.class,
            back ->
                assertThat(back.why().getFirst()).contains("still held by qemu-system-x86 (pid 7"));
    assertThat(house.kernel.writes()).hasSize(writes);
    assertThat(house.journal().ledger().loan(House.NIC).map(Loan::holder))
        .as("its own guest has it no more")
        .contains(new Loan.Reserved());
  }

  @Test
  void keepsTheLoansOfAGroupOfWhichOneIsStuckAndTheOtherIsAsItWasBefore() {
    Fault refuse = new Fault.Refuse(Reason.EIO);
    house.reserve(House.TWIN);
    house.kernel.onWriteTo("04:02.0/driver_override", refuse);
    assertThat(house.giveBack(House.TWIN)).isInstanceOf(Outcome.Stranded.class);
    assertThat(house.journal().ledger().loans().keySet()).containsExactly(House.OTHER_TWIN);
    house.kernel.onWriteTo("8139cp/unbind", refuse).onWriteTo("04:01.0/driver_override", refuse);
    assertThat(house.reserve(House.TWIN)).isInstanceOf(Outcome.PutBack.class);
    house.kernel.calm();
    house.kernel.onWriteTo("drivers_probe", refuse).onWrite(4, refuse);
    assertThat(house.reserve(House.TWIN)).isInstanceOf(Outcome.Stranded.class);
    assertThat(house.journal().ledger().loans().keySet())
        .containsExactly(House.TWIN, House.OTHER_TWIN);
    house.kernel.calm();
    mended(house, "both go home");
  }

  @Test
  void doesNotPullAFunctionFromAStrangerWhoTookItAfterACrash() throws KernelRefusal {
    House other = new House();
    other.reserve(House.NIC);
    house.moment.killAt(other.moment.passed() - 1);
    assertThatThrownBy(() -> house.reserve(House.NIC)).isInstanceOf(SimulatedCrash.class);
    house.moment.spare();
    house.kernel.startGuest(7, "stranger", false);
    house.kernel.guestTakes(7, House.NIC.toString());
    int writes = house.kernel.writes().size();
    assertThat(house.recover()).contains(JournalRecord.Outcome.STRANDED);
    assertThat(house.kernel.writes()).hasSize(writes);
    assertThat(house.said.getLast()).contains("still held by qemu-system-x86 (pid 7");
    house.kernel.stopGuest(7);
    mended(house, "the stranger went");
  }

  @Test
  void endsTheLoanOfAFunctionThatVanished() throws KernelRefusal {
    house.reserve(House.NIC);
    house.kernel.write("sys/bus/pci/devices/0000:02:00.0/remove", "1");
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(house.journal().ledger().loans()).isEmpty();
  }
}
