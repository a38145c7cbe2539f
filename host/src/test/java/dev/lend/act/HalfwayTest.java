package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Loan;
import dev.lend.model.PciAddress;
import dev.lend.plan.Request;
import dev.lend.sysfs.Fault;
import dev.lend.sysfs.KernelRefusal.Reason;
import org.junit.jupiter.api.Test;

/** Changes that broke off half-way and left something untrue behind, as {@link Campaign} found. */
class HalfwayTest {
  private static final String METHODS = "/sys/bus/pci/devices/" + House.NIC + "/reset_method";

  private static final PciAddress USB = PciAddress.parse("07:00.0").orElseThrow();

  private final House house = new House();

  /** The journal cannot take the nth line from here, and can take the next. */
  private void fullForOneLine(int nth) {
    new Blow.Disk(nth, 1).arm(house);
  }

  private Loan.Holder holder() {
    return house.journal().ledger().loan(House.NIC).orElseThrow().holder();
  }

  @Test
  void aGuestThatHasLetGoIsNotSaidToHaveTheDevice() {
    house.attach(House.NIC);
    fullForOneLine(3);

    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.Stranded.class);

    assertThat(house.guests.devices()).isEmpty();
    assertThat(holder()).isEqualTo(new Loan.Reserved());
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
    CrashTest.sound(house);
  }

  @Test
  void whatGotHomeBeforeACrashIsNotSaidToBeReserved() {
    house.reserve(USB);
    House whole = house.copy();
    whole.giveBack(USB);
    // After the line that its only step is done.
    new Blow.Death(whole.moment.passed() - 2).arm(house);
    assertThat(house.attempt(new Request.Return(USB))).isEmpty();
    house.calm();
    fullForOneLine(1);

    assertThat(house.recover()).contains(JournalRecord.Outcome.DONE);

    assertThat(house.journal().ledger().loans()).isEmpty();
    CrashTest.sound(house);
  }

  @Test
  void aGuestThatLetGoWithoutAnAnswerDoesNotKeepTheDevice() {
    house.guests.unheard = true;
    assertThat(house.attach(House.NIC)).isInstanceOf(Outcome.PutBack.class);
    CrashTest.sound(house);
    assertThat(house.journal().ledger().loans()).isEmpty();
  }

  @Test
  void aFunctionThatStaysOffItsDriverAfterATrialCanBeReturned() {
    house.kernel.refuseToProbe("e1000e", House.NIC.toString(), Reason.EIO);
    assertThat(house.carryOut(new Request.TryReset(House.NIC)))
        .isInstanceOf(Outcome.Stranded.class);
    assertThat(holder()).isEqualTo(new Loan.Reserved());

    house.kernel.probesAgain();

    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
    assertThat(house.journal().ledger().loans()).isEmpty();
  }

  @Test
  void resetMethodsThatCannotBePutBackAreNamed() {
    // The sixth write chooses the next method, the seventh puts them all back.
    new Blow.Answer(6, new Fault.Refuse(Reason.EIO)).arm(house);
    new Blow.Answer(7, new Fault.Refuse(Reason.EIO)).arm(house);

    Outcome outcome = house.carryOut(new Request.TryReset(House.NIC));

    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Stranded.class,
            stranded -> assertThat(stranded.why()).contains("By hand: echo 'pm bus' > " + METHODS));
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
  }
}
