package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.Guest;
import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetRoute;
import dev.lend.model.NetState;
import dev.lend.model.PciAddress;
import dev.lend.model.Surroundings;
import dev.lend.model.VfSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What of the network is kept with a plan, and put back on the way home. */
class NetPlanTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final PciAddress VF = at("0000:01:10.0");
  private static final PciAddress PF = at("0000:01:00.0");
  private static final Binding IGBVF = new Binding(Optional.of("igbvf"), Optional.empty());
  private static final Binding LENT = new Binding(Optional.of("vfio-pci"), Optional.of("vfio-pci"));

  private static IpAddress ip(String text) {
    return IpAddress.parse(text).orElseThrow();
  }

  private static final NetState LAN =
      new NetState(
          "lan 0",
          4,
          Optional.empty(),
          true,
          9000,
          Optional.of("52:54:00:00:00:07"),
          Optional.of("br0"),
          List.of(NetAddress.of(ip("192.0.2.1"), 24), NetAddress.of(ip("2001:db8::1"), 64)),
          List.of(
              NetRoute.of(ip("10.0.0.0"), 8, Optional.of(ip("192.0.2.9"))),
              NetRoute.of(ip("::"), 0, Optional.of(ip("fe80::1")))),
          List.of());

  private static final NetOrigin ORIGIN =
      new NetOrigin(
          List.of(LAN),
          Optional.of(
              new NetOrigin.Vf(
                  PF,
                  0,
                  new VfSettings(
                      "52:54:00:00:00:07",
                      new VfSettings.Vlan(7, 2, VfSettings.Vlan.AD),
                      0,
                      2000,
                      Optional.of(true),
                      VfSettings.Link.AUTO,
                      Optional.empty(),
                      Optional.of(false)))));

  private static final Step.RestoreNet NET = new Step.RestoreNet(VF, NOW, List.of(LAN));
  private static final Step.RestoreVf VF_SETTINGS =
      new Step.RestoreVf(VF, ORIGIN.vf().orElseThrow());

  private static Plan reserve(Fact<NetOrigin> read) {
    return Planner.plan(
        new HostFixture()
            .function(VF.toString(), HostFixture.NIC, 5, "igbvf")
            .build()
            .with(Surroundings.none().with(Map.of(VF, read))),
        Ledger.empty(),
        Optional.empty(),
        new Request.Reserve(VF, new Request.Consent(false, false)),
        NOW);
  }

  @Test
  void keepsHowItWasBeforeTheFirstWriteAndInTheLoan() {
    Plan plan = reserve(Fact.known(ORIGIN));
    assertThat(plan.steps())
        .containsExactly(
            new Step.Keep(NET), new Step.Rebind(VF, IGBVF, LENT), new Step.Keep(VF_SETTINGS));
    assertThat(plan.loans()).extracting(Loan::net).containsExactly(ORIGIN);
    assertThat(plan.loans()).extracting(Loan::origin).containsExactly(IGBVF);
  }

  @Test
  void isTakenBackWithTheVfFirstThenItsDriverThenItsInterface() {
    List<Step> steps = reserve(Fact.known(ORIGIN)).steps().reversed();
    assertThat(steps.stream().flatMap(step -> step.inverse().stream()))
        .containsExactly(VF_SETTINGS, new Step.Rebind(VF, LENT, IGBVF), NET);
  }

  @Test
  void goesHomeInThatOrderToo() {
    for (Loan.Holder holder :
        List.of(new Loan.Reserved(), new Loan.InGuest(new Guest.Qemu("/run/x.qmp"), "lend-x"))) {
      Plan plan =
          Planner.plan(
              new HostFixture().function(VF.toString(), HostFixture.NIC, 5, "vfio-pci").build(),
              Ledger.empty().after(List.of(), List.of(new Loan(VF, holder, IGBVF, NOW, ORIGIN))),
              Optional.empty(),
              holder instanceof Loan.Reserved ? new Request.Return(VF) : new Request.Detach(VF),
              NOW.plusSeconds(60));
      assertThat(plan.steps())
          .endsWith(VF_SETTINGS, new Step.Rebind(VF, LENT, IGBVF), NET)
          .noneMatch(step -> step instanceof Step.Keep);
    }
  }

  @Test
  void doesNotTakeWhatItCouldNotPutBack() {
    Plan plan = reserve(new Fact.Unreadable<>("netlink", "Permission denied"));
    assertThat(plan.objections())
        .extracting(Objection::text)
        .containsExactly(
            "How the network of 01:10.0 (igbvf) is set up cannot be read (Permission denied), so it"
                + " could not be put back. Nothing was changed.");
    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void isWrittenAsAPersonWouldTypeIt() {
    assertThat(NET.shell())
        .containsExactly(
            "ip link set dev $(ls /sys/bus/pci/devices/0000:01:10.0/net) name 'lan 0'",
            "ip link set dev 'lan 0' address 52:54:00:00:00:07",
            "ip link set dev 'lan 0' mtu 9000",
            "ip link set dev 'lan 0' master br0",
            "ip link set dev 'lan 0' up",
            "ip address add 192.0.2.1/24 dev 'lan 0'",
            "ip address add 2001:db8::1/64 dev 'lan 0'",
            "ip route add 10.0.0.0/8 via 192.0.2.9 dev 'lan 0' proto 4",
            "ip -6 route add default via fe80::1 dev 'lan 0' proto 4");
    assertThat(VF_SETTINGS.shell())
        .containsExactly(
            "ip link set dev $(ls /sys/bus/pci/devices/0000:01:00.0/net) vf 0 mac"
                + " 52:54:00:00:00:07 vlan 7 qos 2 proto 802.1ad max_tx_rate 2000 min_tx_rate 0"
                + " spoofchk on trust off");
    assertThat(new Step.Keep(NET).shell())
        .containsExactly("ip -d address show dev 'lan 0'", "ip route show table all dev 'lan 0'");
    assertThat(new Step.Keep(VF_SETTINGS).describe())
        .isEqualTo("note how things are, to set VF 0 of 0000:01:00.0 up as before");
    assertThat(NET.describe()).isEqualTo("set lan 0 up as before");
  }
}
