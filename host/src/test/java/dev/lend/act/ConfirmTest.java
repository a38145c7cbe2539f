package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.journal.JournalRecord;
import dev.lend.plan.Request;
import dev.lend.sysfs.Fault;
import dev.lend.sysfs.KernelRefusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Changes that are taken back unless a person confirms them. */
class ConfirmTest {
  private static final Request.Consent FOR_A_MINUTE =
      new Request.Consent(true, true, Set.of(), Optional.of(Duration.ofSeconds(60)));

  private final House house = new House();
  private final List<String> start = house.bindings();

  private void reserveForAMinute() {
    assertThat(house.carryOut(new Request.Reserve(House.NIC, FOR_A_MINUTE)))
        .isInstanceOf(Outcome.Done.class);
  }

  private void passes(int seconds) {
    house.now = house.now.plusSeconds(seconds);
  }

  @Test
  void takesBackWhatIsNotConfirmedInTime() {
    reserveForAMinute();
    passes(59);
    house.recover();
    assertThat(house.bindings()).isNotEqualTo(start);
    passes(1);
    house.recover();
    assertThat(house.bindings()).isEqualTo(start);
    assertThat(house.said.getLast())
        .endsWith("was not confirmed by 2026-11-22T12:01:00Z; it is taken back.");
    assertThat(house.journal().ledger().loans()).isEmpty();
    int lines = house.lines.size();
    house.recover();
    assertThat(house.lines).as("once").hasSize(lines);
  }

  @Test
  void takesADeviceBackFromItsGuest() {
    house.carryOut(new Request.Attach(House.NIC, SimulatedGuests.GUEST, FOR_A_MINUTE));
    assertThat(house.guests.devices()).containsValue(House.NIC);
    passes(60);
    house.recover();
    assertThat(house.guests.devices()).isEmpty();
    assertThat(house.bindings()).isEqualTo(start);
  }

  @Test
  void leavesWhatWasConfirmed() {
    reserveForAMinute();
    assertThat(house.lender().confirm(house.journal(), Optional.of(House.TWIN))).isEmpty();
    assertThat(house.lender().confirm(house.journal(), Optional.empty())).hasSize(1);
    assertThat(house.lender().confirm(house.journal(), Optional.empty())).isEmpty();
    passes(3600);
    house.recover();
    assertThat(house.bindings()).isNotEqualTo(start);
  }

  @Test
  void forgetsWhatCameHomeAnyway() {
    reserveForAMinute();
    house.giveBack(House.NIC);
    assertThat(house.journal().confirmations().pending()).isEmpty();
    house.reserve(House.NIC);
    passes(60);
    house.recover();
    assertThat(house.bindings()).as("the later one stands").isNotEqualTo(start);
  }

  @Test
  void forgetsWhatCameHomeThoughAnotherOfItsGroupGotStuck() {
    house.carryOut(new Request.Reserve(House.TWIN, FOR_A_MINUTE));
    passes(60);
    house.kernel.onWriteTo(
        House.OTHER_TWIN + "/driver_override", new Fault.Refuse(KernelRefusal.Reason.EIO));
    house.recover();
    assertThat(house.journal().ledger().loans()).containsOnlyKeys(House.OTHER_TWIN);
    assertThat(house.journal().confirmations().pending()).isEmpty();
  }

  @Test
  void saysWhyItCouldNotBeTakenBackAndThatAPersonIsNeeded() throws KernelRefusal {
    reserveForAMinute();
    String nic = "sys/bus/pci/devices/0000:02:00.0/";
    house.kernel.write("sys/bus/pci/drivers/vfio-pci/unbind", "0000:02:00.0");
    house.kernel.write(nic + "driver_override", "igb");
    passes(60);
    assertThat(house.recover()).contains(JournalRecord.Outcome.STRANDED);
    assertThat(house.said.getLast())
        .contains("taking it back did not work: 02:00.0 is on no driver, with the override igb")
        .contains("lend return 02:00.0 --leave");
    house.lender().takeBack(house.journal(), House.NIC, progress());
    assertThat(told)
        .last()
        .asString()
        .contains("taking it back did not work: 02:00.0 is on no driver, with the override igb")
        .doesNotContain("Refused[");
  }

  private final List<String> told = new ArrayList<>();

  private Progress progress() {
    return new Progress() {
      @Override
      public void recovered(String what) {
        told.add(what);
      }
    };
  }

  /** Dies at every moment of the change and of taking it back; recovery always gets home. */
  @Test
  void getsHomeWhereverLendIsKilled() {
    for (int at = 0; at < 40; at++) {
      House other = new House();
      List<String> before = other.bindings();
      for (int killed = 0; killed < 2; killed++) {
        other.moment.killAt(at + killed);
        try {
          if (killed == 0) {
            other.carryOut(new Request.Reserve(House.NIC, FOR_A_MINUTE));
          } else {
            other.recover();
          }
        } catch (dev.lend.sysfs.SimulatedCrash crash) {
          // As it was meant.
        }
        other.now = other.now.plusSeconds(60);
      }
      other.moment.spare();
      other.recover();
      other.now = other.now.plusSeconds(60);
      other.recover();
      assertThat(other.bindings()).as("killed at %d", at).isEqualTo(before);
    }
  }
}
