package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.linux.Link;
import dev.lend.linux.NetChange;
import dev.lend.linux.VfOrder;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetRoute;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import dev.lend.plan.Consequence;
import dev.lend.plan.Objection;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.sysfs.Fault;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

  /** A VLAN with the way out on it, and one more VLAN on that, as hosts are managed by. */
  private void vlans() {
    house.kernel.byHand(new NetChange.AddName(house.kernel.index("lan0"), "the-card"));
    stack("lan0", "lan0.100", new NetForm.Vlan(100, 0x8100, 3, new TreeMap<>(), new TreeMap<>()));
    house.kernel.byHand(new NetChange.Mtu(house.kernel.index("lan0.100"), 1400));
    up("lan0.100");
    house.kernel.byHand(
        new NetChange.AddAddress(
            house.kernel.index("lan0.100"), NetAddress.of(House.ip("203.0.113.5"), 24)));
    house.kernel.byHand(
        new NetChange.AddRoute(
            house.kernel.index("lan0.100"), wayOut("203.0.113.1", NetRoute.MAIN)));
    stack("lan0.100", "inner", NetForm.Vlan.of(7));
    stack("lan0", "mv0", new NetForm.Macvlan(4, 0));
    house.kernel.byHand(new NetChange.Mac(house.kernel.index("mv0"), "52:54:00:99:00:0a"));
    up("mv0");
  }

  /** A default route, which comes after the one that the house has. */
  private static NetRoute wayOut(String gateway, int table) {
    return new NetRoute(
        House.ip("0.0.0.0"),
        0,
        Optional.of(House.ip(gateway)),
        Optional.empty(),
        table,
        NetRoute.STATIC,
        0,
        50,
        0,
        false,
        0,
        new TreeMap<>());
  }

  private void stack(String on, String name, NetForm form) {
    house.kernel.byHand(new NetChange.AddLink(house.kernel.index(on), name, form));
  }

  private void up(String name) {
    house.kernel.byHand(new NetChange.Up(house.kernel.index(name), true));
  }

  private static final Request.Consent BY_NAME =
      new Request.Consent(
          true, true, Set.of(Consequence.Kind.DEFAULT_ROUTE), Optional.of(Duration.ofSeconds(60)));

  private List<String> all() {
    List<String> all = new ArrayList<>();
    for (String name : List.of("lan0", "lan0.100", "inner", "mv0")) {
      all.add(house.network(name));
    }
    return all;
  }

  @Test
  void whatStoodOnItIsMadeAgain() {
    vlans();
    List<String> whole = all();
    assertThat(whole.get(1))
        .contains("true 1400 52:54:00:99:00:01", "default via 203.0.113.1", "203.0.113.5/24");
    assertThat(house.carryOut(new Request.Reserve(House.NIC, BY_NAME)))
        .isInstanceOf(Outcome.Done.class);
    assertThat(house.kernel.links()).noneMatch(link -> link.name().equals("lan0.100"));
    homeAgain();
    assertThat(all()).isEqualTo(whole);
    Link vlan = link("lan0.100");
    assertThat(vlan.form())
        .contains(new NetForm.Vlan(100, 0x8100, 3, new TreeMap<>(), new TreeMap<>()));
    assertThat(vlan.lower()).isEqualTo(house.kernel.index("lan0"));
    assertThat(link("inner").lower()).isEqualTo(vlan.index());
    assertThat(link("lan0").altNames()).containsExactly("the-card");
  }

  private Link link(String name) {
    return house.kernel.links().stream()
        .filter(link -> link.called(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aChangeThatNobodyConfirmsGivesTheVlanWithTheWayOutBack() {
    vlans();
    List<String> whole = all();
    house.carryOut(new Request.Reserve(House.NIC, BY_NAME));
    house.now = house.now.plusSeconds(61);
    house.recover();
    assertThat(all()).isEqualTo(whole);
    assertThat(house.left).isEmpty();
  }

  @Test
  void whatSomebodyElseHasMadeAgainIsTakenForIt() {
    vlans();
    List<String> whole = all();
    house.carryOut(new Request.Reserve(House.NIC, BY_NAME));
    house.beforeWrite =
        path -> {
          boolean there =
              house.kernel.links().stream().anyMatch(one -> one.name().equals("enp2s0"));
          if (there && house.kernel.links().stream().noneMatch(one -> one.called("lan0.100"))) {
            stack("enp2s0", "lan0.100", NetForm.Vlan.of(100));
          }
        };
    homeAgain();
    assertThat(all()).isEqualTo(whole);
  }

  @Test
  void aNameThatIsTakenMeanwhileIsSaidOfWhatStoodOnItToo() {
    vlans();
    house.carryOut(new Request.Reserve(House.NIC, BY_NAME));
    elsewhere("mv0", new NetChange.Rename(house.kernel.index("ens1"), "mv0"));
    homeAgain("lan0: mv0: is not made again: another interface has its name");
    assertThat(house.network("lan0.100")).contains("203.0.113.5/24");
  }

  @Test
  void aDefaultRouteOfAnotherTableIsRefused() {
    int nic = house.kernel.index("lan0");
    house.kernel.byHand(new NetChange.AddRoute(nic, wayOut("192.0.2.9", 1000)));
    assertThat(house.reserve(House.NIC)).isInstanceOf(Outcome.Refused.class);
    Outcome.Refused refused = (Outcome.Refused) house.reserve(House.NIC);
    assertThat(refused.plan().objections().getFirst().text())
        .contains("carries a default route of table 1000 (lan0)", "--accept default-route");
  }

  @Test
  void whatCannotBeMadeAgainIsShownBeforeAndNoWayBackIsPromised() {
    stack("lan0", "through", new NetForm.Macvlan(8, 0));
    up("through");
    house.kernel.byHand(
        new NetChange.AddAddress(
            house.kernel.index("through"), NetAddress.of(House.ip("203.0.113.5"), 24)));
    house.kernel.byHand(
        new NetChange.AddRoute(
            house.kernel.index("through"), wayOut("203.0.113.1", NetRoute.MAIN)));
    Outcome outcome = house.carryOut(new Request.Reserve(House.NIC, BY_NAME));
    assertThat(outcome).isInstanceOf(Outcome.Refused.class);
    Plan plan = ((Outcome.Refused) outcome).plan();
    assertThat(plan.consequences())
        .extracting(Consequence::text)
        .anyMatch(text -> text.contains("loses the interface through (macvlan) on it (lan0)"));
    assertThat(plan.objections())
        .extracting(Objection::text)
        .anyMatch(text -> text.contains("--confirm-within promises nothing here"));
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
