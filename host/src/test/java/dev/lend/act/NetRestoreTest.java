package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.linux.NetChange;
import dev.lend.linux.VfOrder;
import dev.lend.model.NetAddress;
import dev.lend.model.NetRoute;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import dev.lend.plan.Request;
import dev.lend.sysfs.Fault;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What of the network comes back with a device, and what is said of the rest. */
class NetRestoreTest {
  private static final PciAddress VF = PciAddress.parse("01:10.2").orElseThrow();
  private static final String MAC = "52:54:00:aa:00:01";

  private final House house = new House().live();
  private final String before = house.network("lan0");

  private void homeAgain(String... notPutBack) {
    assertThat(house.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(house.driver(House.NIC)).isEqualTo("e1000e");
    assertThat(house.journal().ledger().loans()).isEmpty();
    assertThat(house.left).containsExactly(notPutBack);
  }

  private void reserved() {
    assertThat(house.reserve(House.NIC)).isInstanceOf(Outcome.Done.class);
    assertThat(house.kernel.links()).noneMatch(link -> link.name().equals("lan0"));
  }

  private void elsewhere(String name, NetChange change) {
    house.kernel.byHand(change);
    assertThat(house.kernel.links()).anyMatch(link -> link.name().equals(name));
  }

  @Test
  void everythingIsAsItWas() {
    assertThat(before)
        .isEqualTo(
            "lan0 true 9000 52:54:00:99:00:01 0[10.0.0.0/8 via 192.0.2.9, 192.0.2.0/24,"
                + " 192.0.2.1/24, 2001:db8::/64, 2001:db8::1/64, fe80::/64,"
                + " fe80::5054:ff:fe99:1/64]");
    reserved();
    homeAgain();
    assertThat(house.network("lan0")).isEqualTo(before);
  }

  @Test
  void aSecondTimeChangesNothing() {
    reserved();
    homeAgain();
    int writes = house.kernel.writes().size();
    house.journal().records();
    assertThat(house.recover()).isEmpty();
    assertThat(house.kernel.writes()).hasSize(writes);
  }

  @Test
  void anAddressThatAnotherInterfaceHasNowStaysThere() {
    reserved();
    int other = house.kernel.index("enp1s0");
    elsewhere("enp1s0", new NetChange.AddAddress(other, NetAddress.of(House.ip("192.0.2.1"), 24)));
    homeAgain(
        "lan0: 192.0.2.1/24 is not put back: enp1s0 has it now",
        "lan0: could not be put back: add the route 10.0.0.0/8 via 192.0.2.9: Network is"
            + " unreachable");
    assertThat(house.network("lan0")).contains("2001:db8::1/64").doesNotContain("192.0.2.1/24");
  }

  @Test
  void aNameThatAnotherInterfaceHasNowStaysThere() {
    reserved();
    elsewhere("lan0", new NetChange.Rename(house.kernel.index("ens1"), "lan0"));
    homeAgain("lan0: is called enp2s0 now: another interface has its name");
    assertThat(house.network("enp2s0")).isEqualTo(before.replace("lan0", "enp2s0"));
  }

  @Test
  void aLeaseGoesOnFromWhereItWasOrHasRunOut() {
    int nic = house.kernel.index("lan0");
    house.kernel.byHand(
        new NetChange.AddAddress(nic, NetAddress.of(House.ip("10.1.0.1"), 16).lasting(3600, 1800)));
    house.kernel.byHand(
        new NetChange.AddAddress(nic, NetAddress.of(House.ip("10.2.0.1"), 16).lasting(100, 50)));
    reserved();
    house.now = house.now.plus(Duration.ofSeconds(2400));
    homeAgain("lan0: 10.2.0.1/16 is not put back: its time has run out");
    assertThat(house.kernel.addresses())
        .anySatisfy(one -> {
          assertThat(one.address().local()).isEqualTo(House.ip("10.1.0.1"));
          assertThat(one.address().valid()).isEqualTo(1200);
          assertThat(one.address().preferred()).isZero();
        });
  }

  @Test
  void whatIsRefusedIsNamedAndTheRestIsPutBack() {
    for (String change :
        List.of("call it lan0", "set the MTU 9000", "set the address 52", "set it up", "add the")) {
      House other = new House().live();
      other.reserve(House.NIC);
      int nth = nth(change);
      other.kernel.onWrite(nth, new Fault.Refuse(Reason.EBUSY));
      assertThat(other.giveBack(House.NIC)).as(change).isInstanceOf(Outcome.Done.class);
      assertThat(other.left)
          .as(change)
          .anyMatch(text -> text.contains(change) && text.contains("Device or resource busy"));
      assertThat(other.journal().ledger().loans()).isEmpty();
      assertThat(other.journal().records().getLast().toString()).contains(change);
    }
  }

  /** Which write of the way home that is, from where it begins. */
  private static int nth(String change) {
    House whole = new House().live();
    whole.reserve(House.NIC);
    int before = whole.kernel.writes().size();
    whole.giveBack(House.NIC);
    for (int i = before; i < whole.kernel.writes().size(); i++) {
      if (whole.kernel.writes().get(i).value().contains(change)) {
        return i - before + 1;
      }
    }
    throw new AssertionError("nobody writes " + change);
  }

  @Test
  void whatIsTakenAndNotKeptIsNoticed() {
    for (String change :
        List.of("call it lan0", "set the MTU 9000", "set it up", "add the route")) {
      House other = new House().live();
      other.reserve(House.NIC);
      other.kernel.onWrite(nth(change), new Fault.Ignore());
      assertThat(other.giveBack(House.NIC)).isInstanceOf(Outcome.Done.class);
      assertThat(other.left).as(change).isNotEmpty();
    }
  }

  @Test
  void whatAChangeThatFailsTookIsPutBackToo() {
    house.guests.takes = false;
    assertThat(house.attach(House.NIC)).isInstanceOf(Outcome.PutBack.class);
    assertThat(house.network("lan0")).isEqualTo(before);
    assertThat(house.left).isEmpty();
  }

  @Test
  void aResetThatIsTriedOutKeepsTheName() {
    House idle = new House();
    int nic = idle.kernel.index("enp2s0");
    idle.kernel.byHand(new NetChange.Rename(nic, "spare0"));
    idle.kernel.byHand(new NetChange.Mtu(nic, 1400));
    String spare = idle.network("spare0");
    assertThat(idle.carryOut(new Request.TryReset(House.NIC))).isInstanceOf(Outcome.Done.class);
    assertThat(idle.network("spare0")).isEqualTo(spare);
  }

  private void vfs() {
    try {
      house.kernel.write("sys/bus/pci/devices/0000:01:00.0/sriov_numvfs", "3");
    } catch (KernelRefusal refusal) {
      throw new IllegalStateException(refusal);
    }
    set(new VfSetting.Mac(MAC), new VfSetting.Vlan(new VfSettings.Vlan(7, 2, 0x8100)));
  }

  private void set(VfSetting... settings) {
    house.kernel.byHand(
        new NetChange.SetVfs(
            house.kernel.index("enp1s0"), List.of(new VfOrder(1, List.of(settings)))));
  }

  private Optional<VfSettings> settings() throws Exception {
    return Optional.ofNullable(house.kernel.vfs(house.kernel.index("enp1s0")).get(1));
  }

  @Test
  void aVfIsHeldToWhatItWasBeforeItsDriverAsks() throws Exception {
    vfs();
    Optional<VfSettings> wanted = settings();
    assertThat(house.attach(VF)).isInstanceOf(Outcome.Done.class);
    set(
        new VfSetting.Mac("52:54:00:bb:00:01"),
        new VfSetting.Vlan(VfSettings.Vlan.none()),
        new VfSetting.Trust(true));
    int writes = house.kernel.writes().size();
    assertThat(house.detach(VF)).isInstanceOf(Outcome.Done.class);
    assertThat(settings()).isEqualTo(wanted);
    assertThat(house.left).isEmpty();
    assertThat(house.kernel.writes().subList(writes, house.kernel.writes().size()))
        .extracting(write -> write.path().replaceAll(".*/", "") + " " + write.value().strip())
        .containsSubsequence(
            "enp1s0 set VF 1 to mac " + MAC,
            "enp1s0 set VF 1 to vlan 7 qos 2",
            "enp1s0 set VF 1 to trust off",
            "drivers_probe 0000:01:10.2");
  }

  @Test
  void aVfThatIsAsItWasIsNotSetAgain() {
    vfs();
    house.reserve(VF);
    int writes = house.kernel.writes().size();
    assertThat(house.giveBack(VF)).isInstanceOf(Outcome.Done.class);
    assertThat(house.kernel.writes().subList(writes, house.kernel.writes().size()))
        .noneMatch(write -> write.path().startsWith("netlink/enp1s0"));
  }

  @Test
  void aVfWhoseNumberIsGoneIsNamed() throws Exception {
    vfs();
    house.reserve(VF);
    house.kernel.byHand(new NetChange.Up(house.kernel.index("enp1s0"), false));
    house.kernel.onWriteTo("netlink/enp1s0", new Fault.Refuse(Reason.EOPNOTSUPP));
    set(new VfSetting.Mac("52:54:00:bb:00:01"));
    assertThat(house.giveBack(VF)).isInstanceOf(Outcome.Done.class);
    assertThat(house.left)
        .containsExactly(
            "VF 1 of 01:00.0: could not be put back: set VF 1 to mac "
                + MAC
                + ": Operation not supported");
  }

  @Test
  void aRouteThatSomebodyElseMadeMeanwhileIsLeft() {
    reserved();
    int other = house.kernel.index("enp1s0");
    house.kernel.byHand(
        new NetChange.AddAddress(other, NetAddress.of(House.ip("203.0.113.1"), 24)));
    house.kernel.byHand(
        new NetChange.AddRoute(
            other, NetRoute.of(House.ip("10.0.0.0"), 8, Optional.of(House.ip("203.0.113.9")))));
    homeAgain("lan0: could not be put back: add the route 10.0.0.0/8 via 192.0.2.9: File exists");
  }
}
