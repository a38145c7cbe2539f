package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Loan;
import dev.lend.model.PciAddress;
import dev.lend.model.StuckWrite;
import dev.lend.sysfs.Fault;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.SimulatedCrash;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writes that the kernel does not answer, and the Lends that come after. */
class StuckTest {
  private static final String NIC = House.NIC.toString();
  private static final PciAddress PF = PciAddress.parse("01:00.0").orElseThrow();

  private final House house = new House();

  private List<StuckWrite> waiting() {
    return house.lender().waiting(house.journal());
  }

  private void returnGetsStuck() {
    house.reserve(House.NIC);
    house.kernel.onWriteTo("vfio-pci/unbind", new Fault.HappenLater());
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Stuck.class);
  }

  @Test
  void showsTheKernelsOwnEvidence() {
    house.reserve(House.NIC);
    house.kernel.onWriteTo("vfio-pci/unbind", new Fault.HappenLater());
    assertThat(house.giveBack(House.NIC))
        .isInstanceOfSatisfying(
            Outcome.Stuck.class,
            stuck -> {
              StuckWrite write = stuck.writes().getFirst();
              assertThat(write.write().device()).contains(House.NIC);
              assertThat(write.evidence().state()).isEqualTo("S");
              assertThat(write.evidence().waitsIn()).isEqualTo("vfio_unregister_group_dev");
              assertThat(write.evidence().stack())
                  .containsExactly("vfio_unregister_group_dev", "unbind_store");
              assertThat(StuckWords.evidence(write))
                  .contains("write: echo '" + NIC + "' > /sys/bus/pci/drivers/vfio-pci/unbind");
              assertThat(stuck.why().getFirst()).startsWith("02:00.0 is stuck: ");
              assertThat(stuck.why().getLast()).contains("lend recover");
            });
  }

  @Test
  void aNewProcessKnowsWhatIsStuckAndLeavesItAlone() {
    returnGetsStuck();
    assertThat(waiting()).hasSize(1);
    int writes = house.kernel.writes().size();
    assertThat(house.recover()).isEmpty();
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Refused.class);
    assertThat(house.kernel.writes()).hasSize(writes);
    assertThat(house.journal().ledger().loan(House.NIC)).isPresent();
  }

  @Test
  void aWayHomeIsFinishedOnceTheKernelHasAnswered() {
    returnGetsStuck();
    house.kernel.settle();
    assertThat(waiting()).isEmpty();
    assertThat(house.recover()).contains(JournalRecord.Outcome.DONE);
    assertThat(house.said)
        .anyMatch(line -> line.endsWith("vfio-pci/unbind: 02:00.0 is on no driver."))
        .anyMatch(line -> line.contains("was held up by the kernel; it is finished now."));
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
    assertThat(house.journal().ledger().loans()).isEmpty();
    int lines = house.lines.size();
    assertThat(house.recover()).as("a second recovery").isEmpty();
    assertThat(house.lines).hasSize(lines);
    CrashTest.sound(house);
  }

  @Test
  void askingForTheWayHomeAgainIsDoneWhenThatEndsIt() {
    returnGetsStuck();
    house.kernel.settle();
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
  }

  @Test
  void aWayOutIsUndoneOnceTheKernelHasAnswered() {
    List<String> start = house.bindings();
    house.kernel.onWriteTo("8139cp/unbind", new Fault.HappenLater());
    assertThat(house.attach(House.TWIN)).isInstanceOf(Outcome.Stuck.class);
    house.kernel.settle();
    assertThat(house.recover()).contains(JournalRecord.Outcome.DONE);
    assertThat(house.bindings()).isEqualTo(start);
    assertThat(house.journal().ledger().loans()).isEmpty();
    CrashTest.sound(house);
  }

  @Test
  void whatIsStuckAgainWhileItIsTakenInWaitsAgain() {
    returnGetsStuck();
    house.kernel.settle();
    house.kernel.onWriteTo("drivers_probe", new Fault.HappenLater());
    assertThat(house.recover()).contains(JournalRecord.Outcome.WAITING);
    assertThat(waiting()).hasSize(1);
    assertThat(house.journal().ledger().loan(House.NIC)).isPresent();
    house.kernel.settle();
    assertThat(house.recover()).contains(JournalRecord.Outcome.DONE);
    CrashTest.sound(house);
  }

  @Test
  void aGroupOfWhichOneIsStuckGoesHomeTogetherLater() {
    house.attach(House.TWIN);
    house.kernel.onWriteTo("vfio-pci/unbind", new Fault.HappenLater());
    assertThat(house.detach(House.TWIN)).isInstanceOf(Outcome.Stuck.class);
    assertThat(house.journal().ledger().loans().keySet())
        .containsExactly(House.TWIN, House.OTHER_TWIN);
    assertThat(house.reserve(House.OTHER_TWIN)).isInstanceOf(Outcome.Refused.class);
    house.kernel.settle();
    house.recover();
    assertThat(house.journal().ledger().loans()).isEmpty();
    CrashTest.sound(house);
  }

  @Test
  void aLendThatIsKilledWhileItsWriteWaitsIsUnderstoodByTheNext() {
    List<String> start = house.bindings();
    for (String part : List.of("vfio-pci", "driver_override", "e1000e/unbind", "drivers_probe")) {
      House other = new House();
      other.kernel.onWriteTo(part, new Fault.CrashWaiting());
      assertThatThrownBy(() -> other.reserve(House.NIC)).isInstanceOf(SimulatedCrash.class);
      int writes = other.kernel.writes().size();
      JournalRecord.Outcome ended = other.recover().orElseThrow();
      assertThat(other.said.getFirst()).as(part).contains("is still under way for a Lend");
      if (part.equals("vfio-pci")) {
        assertThat(ended).as("no device is held up").isEqualTo(JournalRecord.Outcome.UNDONE);
      } else {
        assertThat(ended).as(part).isEqualTo(JournalRecord.Outcome.WAITING);
        assertThat(other.kernel.writes()).as(part).hasSize(writes);
      }
      assertThat(other.lender().waiting(other.journal())).as(part).hasSize(1);
      other.kernel.settle();
      other.recover();
      assertThat(other.bindings()).as(part).isEqualTo(start);
      assertThat(other.journal().ledger().loans()).as(part).isEmpty();
      CrashTest.sound(other);
    }
  }

  @Test
  void aWayHomeThatIsKilledWhileItsWriteWaitsIsFinishedLater() {
    for (String part : List.of("driver_override", "vfio-pci/unbind", "drivers_probe")) {
      House other = new House();
      other.attach(House.NIC);
      other.kernel.onWriteTo(part, new Fault.CrashWaiting());
      assertThatThrownBy(() -> other.detach(House.NIC)).isInstanceOf(SimulatedCrash.class);
      assertThat(other.recover()).as(part).contains(JournalRecord.Outcome.WAITING);
      Loan kept = other.journal().ledger().loan(House.NIC).orElseThrow();
      assertThat(kept.inGuest()).as("the guest has let it go").isEmpty();
      other.kernel.settle();
      assertThat(other.recover()).as(part).contains(JournalRecord.Outcome.DONE);
      assertThat(other.driver(House.NIC)).as(part).isEqualTo("e1000e");
      CrashTest.sound(other);
    }
  }

  @Test
  void takingInMayBeKilledAtEveryMoment() {
    boolean again = true;
    for (int nth = 1; again; nth++) {
      House other = new House();
      List<String> start = other.bindings();
      other.kernel.onWriteTo("e1000/unbind", new Fault.HappenLater());
      other.attach(House.TWIN);
      other.kernel.settle();
      other.moment.killAt(nth);
      try {
        other.recover();
        again = false;
      } catch (SimulatedCrash death) {
        again = true;
      }
      other.moment.spare();
      other.recover();
      assertThat(other.bindings()).as("death at %d", nth).isEqualTo(start);
      CrashTest.sound(other);
    }
  }

  @Test
  void refusesWhatSomebodyElseIsTakingOffItsDriverAndSaysWhoHoldsIt() throws KernelRefusal {
    house.reserve(House.NIC);
    house.kernel.startGuest(7, "stranger", false);
    house.kernel.guestTakes(7, NIC);
    assertThatThrownBy(() -> house.kernel.write("sys/bus/pci/drivers/vfio-pci/unbind", NIC))
        .isInstanceOf(KernelRefusal.class);
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(house.giveBack(House.NIC));
    outcomes.add(house.attach(House.NIC));
    assertThat(outcomes)
        .allSatisfy(outcome ->
            assertThat(outcome)
                .isInstanceOfSatisfying(
                    Outcome.Refused.class,
                    no ->
                        assertThat(no.plan().objections().getFirst().text())
                            .contains("being taken off vfio-pci by somebody else")
                            .contains("held by qemu-system-x86 (pid 7, guest stranger)")));
    assertThat(house.reserve(House.TWIN)).isInstanceOf(Outcome.Done.class);
    house.kernel.stopGuest(7);
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
    house.giveBack(House.TWIN);
    CrashTest.sound(house);
  }

  @Test
  void aBlockedRemovalOfVfsByHandHoldsUpNothingElse() throws KernelRefusal {
    house.kernel.loadModule("vfio-pci");
    house.kernel.write("sys/bus/pci/devices/" + PF + "/sriov_drivers_autoprobe", "0");
    house.kernel.write("sys/bus/pci/devices/" + PF + "/sriov_numvfs", "2");
    PciAddress vf = PciAddress.parse("01:10.0").orElseThrow();
    assertThat(house.reserve(vf)).isInstanceOf(Outcome.Done.class);
    house.kernel.startGuest(7, "stranger", false);
    house.kernel.guestTakes(7, vf.toString());
    assertThatThrownBy(() -> house.kernel.write("sys/bus/pci/devices/" + PF + "/sriov_numvfs", "0"))
        .isInstanceOf(KernelRefusal.class);
    assertThat(house.attach(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(house.giveBack(vf)).isInstanceOf(Outcome.Refused.class);
    assertThat(house.detach(House.NIC)).isInstanceOf(Outcome.Done.class);
    house.kernel.stopGuest(7);
    assertThat(house.giveBack(vf)).isInstanceOf(Outcome.Done.class);
    CrashTest.sound(house);
  }

  @Test
  void keepsEverybodyElseOutOfAGroupWhileItLeavesVfio() {
    house.reserve(House.NIC);
    house.kernel.startGuest(7, "stranger", false);
    List<KernelRefusal.Reason> refused = new ArrayList<>();
    house.beforeWrite =
        path -> {
          try {
            house.kernel.guestTakes(7, NIC);
          } catch (KernelRefusal refusal) {
            refused.add(refusal.reason());
          }
        };
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(refused).startsWith(KernelRefusal.Reason.EBUSY, KernelRefusal.Reason.EBUSY);
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
  }
}
