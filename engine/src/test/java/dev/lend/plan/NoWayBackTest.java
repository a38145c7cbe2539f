package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.model.NetForm;
import dev.lend.model.NetLoss;
import dev.lend.model.NetState;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Consequence.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What of a network card does not come back: shown before, and no ground for a promise. */
class NoWayBackTest {
  private static final String NIC = "0000:01:00.0";

  private static NetState state(String name, List<NetLoss> lost, NetState.Stacked... stacked) {
    return new NetState(
        name,
        4,
        Optional.empty(),
        true,
        1500,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        lost,
        List.of(),
        List.of(stacked));
  }

  private static List<String> objections(HostFixture host, Optional<Duration> within) {
    Plan plan =
        Planner.plan(
            host.build(),
            Ledger.empty(),
            Optional.empty(),
            new Request.Reserve(
                at(NIC), new Request.Consent(false, true, EnumSet.allOf(Kind.class), within)),
            Instant.EPOCH);
    return plan.objections().stream().map(Objection::text).toList();
  }

  private static HostFixture tunnelled(boolean route, String... through) {
    return new HostFixture()
        .nic(NIC, 1)
        .net("eth1", NIC, false, List.of("vx0"), "192.0.2.5/24")
        .net("vx0", "", false, List.of("br0"))
        .net("br0", "", route, List.of(), "198.51.100.5/24")
        .setUp(
            NIC,
            state(
                "eth1", List.of(new NetLoss("the interface vx0 (vxlan) on it", List.of(through)))));
  }

  @Test
  void showsWhatDoesNotComeBackBeforeItGoes() {
    HostFixture host =
        new HostFixture()
            .nic(NIC, 1)
            .net("eth1", NIC, false, List.of("eth1.7"))
            .setUp(
                NIC,
                state(
                    "eth1",
                    List.of(NetLoss.of("its XDP program 12")),
                    new NetState.Stacked(
                        NetForm.Vlan.of(7),
                        state("eth1.7", List.of(NetLoss.of("the queueing discipline htb"))))));
    assertThat(BlastRadius.of(host.build(), at(NIC)))
        .filteredOn(one -> one.kind() == Kind.NOT_PUT_BACK && one.severity() == Severity.WARNING)
        .extracting(Consequence::text)
        .containsExactly(
            "loses its XDP program 12 (eth1), which does not come back with it",
            "loses the queueing discipline htb (eth1.7), which does not come back with it");
    assertThat(BlastRadius.of(host.build(), at(NIC)))
        .filteredOn(one -> one.severity() == Severity.NOTE)
        .extracting(Consequence::text)
        .singleElement()
        .asString()
        .contains("ethtool");
  }

  @Test
  void promisesNoWayBackWhereItCouldNotMakeTheWayOutAgain() {
    Optional<Duration> minute = Optional.of(Duration.ofMinutes(1));
    assertThat(objections(tunnelled(true, "vx0"), minute))
        .singleElement()
        .asString()
        .startsWith(
            "01:00.0 (eth1, igb) loses the interface vx0 (vxlan) on it (eth1) for good, and with it"
                + " a default route (vx0 > br0). To take the change back would not bring that back");
    assertThat(objections(tunnelled(true, "vx0"), Optional.empty()))
        .as("without the promise, what was accepted by name stands")
        .isEmpty();
    assertThat(objections(tunnelled(false, "vx0"), minute)).isEmpty();
    assertThat(objections(tunnelled(true), minute)).isEmpty();
    assertThat(objections(tunnelled(false, "vx0").session("198.51.100.5"), minute))
        .singleElement()
        .asString()
        .contains("your own SSH session (vx0 > br0)");
    assertThat(objections(tunnelled(false, "vx0").defaultsOf("br0", "VRF mgmt"), minute))
        .hasSize(1);
  }

  @Test
  void looksAtWhatIsLostOfWhatIsMadeAgainToo() {
    HostFixture host =
        new HostFixture()
            .nic(NIC, 1)
            .net("eth1", NIC, false, List.of("eth1.7"))
            .net("eth1.7", "", true, List.of())
            .setUp(
                NIC,
                state(
                    "eth1",
                    List.of(),
                    new NetState.Stacked(
                        NetForm.Vlan.of(7),
                        state(
                            "eth1.7",
                            List.of(
                                new NetLoss(
                                    "the route default over several next hops",
                                    List.of("eth1.7")))))));
    assertThat(objections(host, Optional.of(Duration.ofMinutes(1)))).hasSize(1);
  }

  @Test
  void refusesADefaultRouteOfAnotherTable() {
    HostFixture host =
        new HostFixture()
            .nic(NIC, 1)
            .net("eth1", NIC, false, List.of("mgmt"), "192.0.2.5/24")
            .defaultsOf("eth1", "the VRF mgmt", "table 1000");
    assertThat(BlastRadius.of(host.build(), at(NIC)))
        .filteredOn(Consequence::refuses)
        .extracting(Consequence::kind, Consequence::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                Kind.DEFAULT_ROUTE, "carries a default route of the VRF mgmt (eth1)"),
            org.assertj.core.groups.Tuple.tuple(
                Kind.DEFAULT_ROUTE, "carries a default route of table 1000 (eth1)"));
  }

  @Test
  void followsAWayThroughOpenVSwitchToThePortsOfTheHost() {
    HostFixture host =
        new HostFixture()
            .nic(NIC, 1)
            .net("eth1", NIC, false, List.of("ovs-system"))
            .net("ovs-system", "", false, List.of())
            .net("br-ex", "", true, List.of(), "192.0.2.5/24")
            .net("br0", "", true, List.of(), "198.51.100.5/24")
            .about("ovs-system", "openvswitch")
            .about("br-ex", "openvswitch")
            .about("br0", "bridge")
            .session("192.0.2.5");
    assertThat(BlastRadius.of(host.build(), at(NIC)))
        .filteredOn(Consequence::refuses)
        .extracting(Consequence::text)
        .containsExactly(
            "carries this host's default route (eth1 > ovs-system > br-ex)",
            "carries your own SSH session (eth1 > ovs-system > br-ex, 192.0.2.5)");
  }
}
