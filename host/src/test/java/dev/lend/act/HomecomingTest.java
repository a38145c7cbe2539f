package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Loan;
import dev.lend.linux.NetChange;
import dev.lend.linux.VfOrder;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Objection;
import dev.lend.plan.Request;
import dev.lend.plan.Request.Consent;
import dev.lend.plan.Request.Homecoming;
import dev.lend.sysfs.HostBuilder;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.SimulatedHosts;
import dev.lend.sysfs.SimulatedKernel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * What comes home, or is recovered, on a host that has changed since: started anew, another device
 * at the address, another person at work.
 */
class HomecomingTest {
  private static final PciAddress PF = PciAddress.parse("01:00.0").orElseThrow();
  private static final String NIC = "sys/bus/pci/devices/0000:02:00.0/";
  private static final Homecoming LEAVE = new Homecoming(true, new Consent(false, false));

  private static HostBuilder around() {
    return SimulatedKernel.host()
        .function("0000:00:00.0", 0x060000, 0x8086, 0x29c0)
        .rootPort("0000:00:11.0");
  }

  /** Another start of the host: an NVMe controller with the root disk sits where the NIC sat. */
  private static SimulatedKernel moved() {
    return around()
        .nvme("0000:02:00.0")
        .under("0000:00:11.0")
        .disk("nvme0n1", 64)
        .mount("/")
        .build();
  }

  private static House started(SimulatedKernel kernel, House before) {
    House house = new House(kernel);
    house.lines.addAll(before.lines);
    return house;
  }

  private static Homecoming accepting(Kind... kinds) {
    return new Homecoming(false, new Consent(false, false, Set.of(kinds)));
  }

  private static String objections(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    return ((Outcome.Refused) outcome)
        .plan().objections().stream().map(Objection::text).collect(Collectors.joining("\n"));
  }

  private static House cutOffReserve(int momentsBeforeTheEnd) {
    House whole = new House();
    whole.reserve(House.NIC);
    House house = new House();
    house.moment.killAt(whole.moment.passed() - momentsBeforeTheEnd);
    assertThat(house.attempt(new Request.Reserve(House.NIC, House.ALL))).isEmpty();
    house.calm();
    return house;
  }

  private static void onto(House house, String driver) throws KernelRefusal {
    house.kernel.write(NIC + "driver_override", driver);
    house.kernel.write("sys/bus/pci/drivers/vfio-pci/unbind", "0000:02:00.0");
    house.kernel.write("sys/bus/pci/drivers_probe", "0000:02:00.0");
  }

  @Test
  void anotherDeviceAtTheAddressIsNotTakenForTheLentOne() {
    House lent = new House();
    lent.reserve(House.NIC);
    House house = started(moved(), lent);
    int before = house.kernel.writes().size();
    assertThat(objections(house.giveBack(House.NIC)))
        .contains("is not the device that Lend took: that was 8086:10d3, and 1b36:0010 sits there")
        .contains("lend return 02:00.0 --leave")
        .contains("--accept changed");
    assertThat(house.kernel.writes()).hasSize(before);
    assertThat(house.carryOut(new Request.Return(House.NIC, LEAVE)))
        .isInstanceOf(Outcome.Done.class);
    assertThat(house.kernel.writes()).hasSize(before);
    assertThat(house.journal().ledger().loans()).isEmpty();
  }

  @Test
  void acceptingTheChangeDoesNotAcceptTheLossOfTheRootDisk() {
    House lent = new House();
    lent.reserve(House.NIC);
    House house = started(moved(), lent);
    int before = house.kernel.writes().size();
    Outcome outcome = house.carryOut(new Request.Return(House.NIC, accepting(Kind.CHANGED)));
    assertThat(objections(outcome)).contains("nvme0n1").contains("root-storage");
    assertThat(house.kernel.writes()).hasSize(before);
  }

  @Test
  void recoveryLeavesAnotherDeviceAtTheAddressAlone() {
    House house = started(moved(), cutOffReserve(2));
    int before = house.kernel.writes().size();
    assertThat(house.recover()).contains(JournalRecord.Outcome.STRANDED);
    assertThat(house.kernel.writes()).hasSize(before);
    assertThat(house.said.toString())
        .contains("02:00.0 is not the device that this was begun with")
        .contains("lend return 02:00.0 --leave");
    assertThat(house.carryOut(new Request.Return(House.NIC, LEAVE)))
        .isInstanceOf(Outcome.Done.class);
    assertThat(house.kernel.writes()).hasSize(before);
  }

  @Test
  void aCardOfTheSameModelIsKnownByItsHardwareAddress() {
    House lent =
        new House(around().nic("0000:02:00.0", "e1000e").under("0000:00:11.0").net("eth0").build());
    lent.reserve(House.NIC);
    SimulatedKernel swapped =
        around()
            .rootPort("0000:00:12.0")
            .nic("0000:02:00.0", "e1000e")
            .under("0000:00:11.0")
            .net("eth0")
            .build();
    House house = started(swapped, lent);
    assertThat(objections(house.giveBack(House.NIC))).contains("is not the device that Lend took");
  }

  @Test
  void aNicThatTheHostLivesOnNowIsNotTakenBackToNoDriver() {
    House lent =
        new House(
            around()
                .nic("0000:02:00.0", "e1000e")
                .under("0000:00:11.0")
                .net("eth0")
                .driverless()
                .build());
    lent.reserve(House.NIC);
    SimulatedKernel kernel =
        around()
            .nic("0000:02:00.0", "e1000e")
            .under("0000:00:11.0")
            .net("eth0")
            .address("10.0.0.2/24")
            .defaultRoute("10.0.0.1")
            .build();
    House house = started(kernel, lent);
    assertThat(objections(house.giveBack(House.NIC))).contains("is on e1000e");
    assertThat(objections(house.carryOut(new Request.Return(House.NIC, accepting(Kind.CHANGED)))))
        .contains("default-route");
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
    assertThat(
            house.carryOut(
                new Request.Return(
                    House.NIC,
                    new Homecoming(
                        false,
                        new Consent(false, true, Set.of(Kind.CHANGED, Kind.DEFAULT_ROUTE))))))
        .isInstanceOf(Outcome.Done.class);
    assertThat(house.driver(House.NIC)).isEqualTo("none");
  }

  @Test
  void whatIsHomeAfterAStartOfTheHostIsHome() {
    House lent = new House();
    lent.reserve(House.NIC);
    House house = started(SimulatedHosts.lab(), lent);
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
  }

  @Test
  void recoveryDoesNotFightOverAnotherDriver() throws KernelRefusal {
    House house = cutOffReserve(1);
    onto(house, "igb");
    int before = house.kernel.writes().size();
    assertThat(house.recover()).contains(JournalRecord.Outcome.STRANDED);
    assertThat(house.kernel.writes()).hasSize(before);
    assertThat(house.said.toString())
        .contains("02:00.0 is on no driver, with the override igb: somebody else changed it")
        .contains("lend return 02:00.0 --leave")
        .contains("--accept changed");
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Refused.class);
    assertThat(house.carryOut(new Request.Return(House.NIC, accepting(Kind.CHANGED))))
        .isInstanceOf(Outcome.Done.class);
    assertThat(house.driver(House.NIC) + house.override(House.NIC)).isEqualTo("e1000e(null)");
  }

  @Test
  void theWayHomeDoesNotFightOverAnotherDriver() throws KernelRefusal {
    House house = new House();
    house.reserve(House.NIC);
    onto(house, "igb");
    int before = house.kernel.writes().size();
    assertThat(objections(house.giveBack(House.NIC))).contains("somebody else changed it");
    assertThat(house.carryOut(new Request.Return(House.NIC, LEAVE)))
        .isInstanceOf(Outcome.Done.class);
    assertThat(house.kernel.writes()).hasSize(before);
    assertThat(house.override(House.NIC)).isEqualTo("igb");
    assertThat(house.journal().ledger().loans()).isEmpty();
  }

  @Test
  void whatIsAsLendLeftItIsNotForgotten() {
    House house = new House();
    house.reserve(House.NIC);
    assertThat(objections(house.carryOut(new Request.Return(House.NIC, LEAVE))))
        .contains("is as Lend left it");
    assertThat(house.journal().ledger().loan(House.NIC)).isPresent();
  }

  /** A PF with three VFs: settings, an interface that is named and up, and one with no driver. */
  private static House withVfs() throws KernelRefusal {
    House house = new House();
    house.kernel.write("sys/bus/pci/devices/" + PF + "/sriov_numvfs", "3");
    int pf = house.kernel.index("enp1s0");
    VfSetting mac = new VfSetting.Mac("02:00:00:00:00:07");
    VfSetting vlan = new VfSetting.Vlan(new VfSettings.Vlan(7, 2, VfSettings.Vlan.Q));
    house.kernel.byHand(
        new NetChange.SetVfs(
            pf,
            List.of(
                new VfOrder(0, List.of(mac, vlan)),
                new VfOrder(2, List.of(new VfSetting.Trust(true))))));
    house.kernel.write("sys/bus/pci/drivers/igbvf/unbind", "0000:01:10.2");
    return house;
  }

  private static final Consent VFS = new Consent(true, true, Set.of(Kind.VIRTUAL_FUNCTIONS));

  @Test
  void aPfComesBackWithItsVfs() throws KernelRefusal {
    House house = withVfs();
    List<String> before = house.vfs(PF);
    assertThat(before.toString()).contains("count 3").contains("vlan 7 qos 2");
    assertThat(house.carryOut(new Request.Reserve(PF, VFS))).isInstanceOf(Outcome.Done.class);
    assertThat(house.vfs(PF).toString()).contains("count 0");
    assertThat(house.giveBack(PF)).isInstanceOf(Outcome.Done.class);
    assertThat(house.vfs(PF)).isEqualTo(before);
    assertThat(house.left).isEmpty();
  }

  @Test
  void aPfThatIsNotConfirmedComesBackWithItsVfs() throws KernelRefusal {
    House house = withVfs();
    List<String> before = house.vfs(PF);
    Consent within =
        new Consent(
            true, true, Set.of(Kind.VIRTUAL_FUNCTIONS), Optional.of(Duration.ofSeconds(60)));
    assertThat(house.carryOut(new Request.Reserve(PF, within))).isInstanceOf(Outcome.Done.class);
    house.now = house.now.plusSeconds(61);
    assertThat(house.recover()).contains(JournalRecord.Outcome.DONE);
    assertThat(house.vfs(PF)).isEqualTo(before);
  }

  @Test
  void aCutOffReserveOfAPfPutsItsVfsBack() throws KernelRefusal {
    House house = withVfs();
    List<String> before = house.vfs(PF);
    House whole = house.copy();
    whole.carryOut(new Request.Reserve(PF, VFS));
    for (int moment = 1; moment <= whole.moment.passed(); moment++) {
      House cut = house.copy();
      cut.moment.killAt(moment);
      cut.attempt(new Request.Reserve(PF, VFS));
      cut.calm();
      cut.recover();
      if (cut.journal().ledger().loan(PF).isEmpty()) {
        assertThat(cut.vfs(PF)).as("after moment " + moment).isEqualTo(before);
      }
    }
  }

  @Test
  void vfsThatSomebodyElseHasMadeMeanwhileStay() throws KernelRefusal {
    House house = withVfs();
    house.carryOut(new Request.Reserve(PF, VFS));
    house.kernel.write("sys/bus/pci/devices/" + PF + "/driver_override", "\n");
    house.kernel.write("sys/bus/pci/drivers/vfio-pci/unbind", PF.toString());
    house.kernel.write("sys/bus/pci/drivers_probe", PF.toString());
    house.kernel.write("sys/bus/pci/devices/" + PF + "/sriov_numvfs", "2");
    assertThat(house.giveBack(PF)).isInstanceOf(Outcome.Done.class);
    assertThat(house.vfs(PF).toString()).contains("count 2");
  }

  @Test
  void aTakeBackThatFailsIsNoSuccessOfTheRecovery() {
    House house = new House();
    Consent within = new Consent(true, true, Set.of(), Optional.of(Duration.ofSeconds(60)));
    house.carryOut(new Request.Attach(House.NIC, SimulatedGuests.GUEST, within));
    house.now = house.now.plusSeconds(61);
    house.guests.manner = SimulatedGuests.Manner.REFUSES;
    assertThat(house.recover()).contains(JournalRecord.Outcome.STRANDED);
    assertThat(house.said.toString()).contains("taking it back did not work");
    house.guests.manner = SimulatedGuests.Manner.LETS_GO;
    assertThat(house.recover()).contains(JournalRecord.Outcome.DONE);
  }

  @Test
  void aWayHomeThatCannotBeFinishedIsNoSuccessOfTheRecovery() {
    House house = new House();
    house.attach(House.NIC);
    house.moment.killAt(3);
    assertThat(house.attempt(new Request.Detach(House.NIC))).isEmpty();
    house.calm();
    house.guests.manner = SimulatedGuests.Manner.REFUSES;
    assertThat(house.recover()).contains(JournalRecord.Outcome.STRANDED);
    assertThat(house.said.toString()).contains("it could not be finished");
  }

  private static final PciAddress MATE = PciAddress.parse("02:00.1").orElseThrow();

  private static House pair() {
    return new House(
        around()
            .nic("0000:02:00.0", "e1000e")
            .under("0000:00:11.0")
            .resets("flr")
            .group(40)
            .nic("0000:02:00.1", "e1000e")
            .under("0000:00:11.0")
            .resets("flr")
            .group(40)
            .build());
  }

  @Test
  void groupMatesAreResetBeforeTheHostGetsThemBack() {
    House house = pair();
    house.attach(House.NIC);
    assertThat(house.journal().ledger().loan(MATE).orElseThrow().holder())
        .isInstanceOf(Loan.Along.class);
    house.detach(House.NIC);
    assertThat(house.journal().ledger().trials()).containsOnlyKeys(House.NIC, MATE);
  }

  @Test
  void aGroupMateInQuarantineIsNotTakenAlong() {
    House house = pair();
    house.kernel.resetFails(MATE.toString(), "flr");
    house.attach(MATE);
    house.detach(MATE);
    assertThat(house.journal().ledger().quarantine(MATE)).isPresent();
    assertThat(objections(house.reserve(House.NIC)))
        .contains("takes 02:00.1")
        .contains("quarantine");
    Consent accepted = new Consent(true, true, Set.of(Kind.QUARANTINE));
    assertThat(house.carryOut(new Request.Reserve(House.NIC, accepted)))
        .isInstanceOf(Outcome.Done.class);
  }
}
