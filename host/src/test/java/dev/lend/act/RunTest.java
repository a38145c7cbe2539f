package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Loan;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.plan.Request;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.SimulatedCrash;
import dev.lend.sysfs.Tasks;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Devices that a process has until it ends. */
class RunTest {
  private static final long LEND = 77;
  private static final long QEMU = 78;

  private final House house = new House().live();
  private final List<String> start = house.bindings();

  private static KernelTask process(House house, long pid) {
    if (new Tasks(house.kernel).find(pid).isEmpty()) {
      house.kernel.startGuest(pid, "web1", false);
    }
    return new Tasks(house.kernel).find(pid).orElseThrow();
  }

  private static Loan.InProcess holder(House house, long pid) {
    return new Loan.InProcess(process(house, pid), "web1");
  }

  private static Request take(House house, PciAddress address) {
    return new Request.Run(address, House.ALL, holder(house, LEND), Optional.empty());
  }

  private static Request passOn(House house, PciAddress address) {
    return new Request.Run(
        address, House.ALL, holder(house, QEMU), Optional.of(process(house, LEND)));
  }

  private void runs(PciAddress address) throws KernelRefusal {
    assertThat(house.carryOut(take(house, address))).isInstanceOf(Outcome.Done.class);
    assertThat(house.carryOut(passOn(house, address))).isInstanceOf(Outcome.Done.class);
    house.kernel.guestTakes(QEMU, address.toString());
  }

  private Optional<Loan.Holder> holder(PciAddress address) {
    return house.journal().ledger().loan(address).map(Loan::holder);
  }

  @Test
  void whatAProcessHasIsNobodyElsesAsLongAsItRuns() throws KernelRefusal {
    runs(House.NIC);
    assertThat(holder(House.NIC)).contains(holder(house, QEMU));
    CrashTest.sound(house);

    for (Request request :
        List.of(
            new Request.Return(House.NIC),
            new Request.Detach(House.NIC),
            new Request.Reserve(House.NIC, House.ALL),
            new Request.TryReset(House.NIC),
            take(house, House.NIC),
            new Request.Attach(House.NIC, SimulatedGuests.GUEST, House.ALL))) {
      Outcome outcome = house.carryOut(request);
      assertThat(outcome).as(request.verb()).isInstanceOf(Outcome.Refused.class);
      assertThat(outcome.reason()).contains("comes back when it ends");
    }
    assertThat(house.recover()).isEmpty();
    assertThat(holder(House.NIC)).contains(holder(house, QEMU));
  }

  @Test
  void whatAProcessHadGoesHomeWithTheNextChangeAfterItsEnd() throws KernelRefusal {
    runs(House.NIC);
    house.kernel.stopGuest(LEND);
    house.kernel.stopGuest(QEMU);

    house.reserve(House.TWIN);

    assertThat(house.said).hasSize(1);
    assertThat(house.said.getFirst()).contains("web1 (pid 78)", "has ended; it is given back.");
    assertThat(holder(House.NIC)).isEmpty();
    house.giveBack(House.TWIN);
    assertThat(house.bindings()).isEqualTo(start);
    CrashTest.sound(house);
  }

  @Test
  void aLendThatDiesBeforeItStartsAnythingLeavesNothingLent() {
    house.carryOut(take(house, House.TWIN));
    assertThat(house.recover()).isEmpty();
    assertThat(house.driver(House.OTHER_TWIN)).isEqualTo("vfio-pci");
    house.kernel.stopGuest(LEND);

    assertThat(house.recover()).contains(JournalRecord.Outcome.DONE);

    assertThat(house.bindings()).isEqualTo(start);
    assertThat(house.journal().ledger().loans()).isEmpty();
    assertThat(house.recover()).isEmpty();
  }

  @Test
  void aLendThatDiesBeforeItCanSayWhatItStartedLeavesThatTheDeviceUntilItEnds()
      throws KernelRefusal {
    house.carryOut(take(house, House.NIC));
    process(house, QEMU);
    house.kernel.guestTakes(QEMU, House.NIC.toString());
    house.kernel.stopGuest(LEND);

    assertThat(house.recover()).contains(JournalRecord.Outcome.STRANDED);
    assertThat(house.said.getLast()).contains("giving it back did not work", "is held by", "web1");
    assertThat(house.driver(House.NIC)).isEqualTo("vfio-pci");
    house.kernel.stopGuest(QEMU);

    assertThat(house.recover()).contains(JournalRecord.Outcome.DONE);
    assertThat(house.bindings()).isEqualTo(start);
  }

  @Test
  void aProcessWithTheSameNumberAfterAStartOfTheHostIsAnother() {
    KernelTask before = new KernelTask(QEMU, process(house, QEMU).started(), "another-boot");
    house.carryOut(
        new Request.Run(
            House.NIC, House.ALL, new Loan.InProcess(before, "web1"), Optional.empty()));

    assertThat(house.recover()).contains(JournalRecord.Outcome.DONE);

    assertThat(house.bindings()).isEqualTo(start);
  }

  @Test
  void whatIsReservedIsTakenOverAndGoesHomeInTheEnd() throws KernelRefusal {
    house.reserve(House.TWIN);
    assertThat(house.carryOut(take(house, House.OTHER_TWIN)).reason()).contains("reserved already");
    runs(House.TWIN);
    house.kernel.stopGuest(QEMU);

    house.recover();

    assertThat(house.bindings()).isEqualTo(start);
  }

  @Test
  void whoStartedItGivesBackWithoutEarlierWorkToTellOf() throws KernelRefusal {
    runs(House.NIC);
    house.carryOut(take(house, House.TWIN));
    house.carryOut(passOn(house, House.TWIN));
    house.kernel.stopGuest(QEMU);

    assertThat(house.giveBack(House.TWIN)).isInstanceOf(Outcome.Done.class);
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);

    assertThat(house.said).isEmpty();
    assertThat(house.bindings()).isEqualTo(start);
  }

  @Test
  void whoTookADeviceAndStartsNothingMayGiveItBack() {
    house.carryOut(take(house, House.NIC));
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Refused.class);

    Outcome outcome =
        house
            .lender()
            .taking(List.of(process(house, LEND)))
            .carryOut(house.journal(), new Request.Return(House.NIC), Progress.silent());

    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(house.bindings()).isEqualTo(start);
  }

  @Test
  void whereverLendDiesTheDeviceIsHomeOnceTheProcessesAreGone() {
    for (int moment = 1; passes(moment); moment++) {
      assertThat(moment).isLessThan(200);
    }
  }

  /** False where that many moments do not come any more. */
  private boolean passes(int moment) {
    House other = new House().live();
    process(other, LEND);
    other.moment.killAt(moment);
    boolean died = false;
    try {
      other.carryOut(take(other, House.TWIN));
      other.carryOut(passOn(other, House.TWIN));
      other.kernel.guestTakes(QEMU, House.TWIN.toString());
      other.kernel.stopGuest(QEMU);
      other.giveBack(House.TWIN);
    } catch (SimulatedCrash death) {
      died = true;
    } catch (KernelRefusal never) {
      throw new IllegalStateException(never);
    }
    other.moment.spare();
    other.kernel.stopGuest(LEND);
    other.kernel.stopGuest(QEMU);
    other.recover();
    assertThat(other.bindings()).as("death at %d", moment).isEqualTo(start);
    assertThat(other.journal().ledger().loans()).isEmpty();
    CrashTest.sound(other);
    return died;
  }
}
