package dev.lend.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.model.Fact;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PfFilter;
import dev.lend.model.SriovRole;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class BridgeFdbPlanTest {
  private static final String MAC = "52:54:00:aa:00:01";
  private static final Guest WEB = new Guest.Qemu("/run/web");
  private static final PciAddress PF = HostFixture.at("01:00.0");
  private static final PciAddress VF = HostFixture.at("01:10.0");

  private static HostSnapshot host(String type, Fact<PfFilter> filter) {
    HostSnapshot host =
        new HostFixture()
            .role(new SriovRole.Physical(7, List.of(VF)))
            .nic("01:00.0", 1)
            .net("eth1", "01:00.0", false, List.of("br0"))
            .role(new SriovRole.Virtual(PF, 0))
            .function("01:10.0", HostFixture.NIC, 2, "")
            .about("br0", type)
            .build();
    return host.with(host.surroundings().withFilter(PF, filter));
  }

  private static Fact<PfFilter> knows(boolean told, String... macs) {
    return Fact.known(
        new PfFilter(
            "eth1", Optional.of("br0"), told, new TreeSet<>(List.of(macs)), new TreeSet<>()));
  }

  private static Plan plan(HostSnapshot host, boolean bridgeFdb) {
    return Planner.plan(
        host,
        Ledger.empty(),
        Optional.of(new GuestView(WEB, new GuestView.Answering("web", List.of("rp0"), Set.of()))),
        new Request.Attach(VF, WEB, new Request.Consent(false, false), bridgeFdb),
        Instant.EPOCH);
  }

  private static List<String> notes(Plan plan) {
    return plan.consequences().stream()
        .filter(one -> one.kind() == Consequence.Kind.BRIDGED_PF)
        .map(Consequence::text)
        .toList();
  }

  @Test
  void whoIsNotReachedIsSaidWithWhatHelps() {
    Plan plan = plan(host("bridge", knows(true, MAC)), false);
    assertThat(notes(plan))
        .singleElement()
        .asString()
        .contains("cannot talk to guests on br0", "a bridge on its PF eth1", "--bridge-fdb");
    assertThat(plan.steps()).noneMatch(step -> step instanceof VfStep.Forward);
  }

  @Test
  void whoIsReachedIsEnteredBeforeTheGuestHasTheVfAndIsInItsLoan() {
    Plan plan = plan(host("bridge", knows(true, MAC)), true);
    assertThat(notes(plan))
        .singleElement()
        .asString()
        .contains("br0 knows one address now, " + MAC, "lend vf set eth1 --bridge-fdb");
    int at = plan.steps().indexOf(new VfStep.Forward(PF, List.of(MAC), true));
    assertThat(at).isBetween(0, plan.steps().size() - 2);
    assertThat(plan.loans().getFirst().forwards()).containsExactly(MAC);
  }

  @Test
  void aBridgeThatKnowsNobodyYetIsNoReasonToRefuse() {
    Plan plan = plan(host("bridge", knows(true)), true);
    assertThat(notes(plan)).singleElement().asString().contains("knows no address of a guest now");
    assertThat(plan.steps()).noneMatch(step -> step instanceof VfStep.Forward);
  }

  @Test
  void openVswitchTellsNobodyWhomItKnowsAndThatIsSaid() {
    assertThat(plan(host("openvswitch", knows(false)), true).objections())
        .singleElement()
        .extracting(Objection::text)
        .asString()
        .contains("br0, which is Open vSwitch", "ovs-appctl fdb/show");
  }

  @Test
  void aFilterThatCannotBeReadIsNotGuessedAt() {
    assertThat(plan(host("bridge", new Fact.Unreadable<>("netlink", "EPERM")), true).objections())
        .singleElement()
        .extracting(Objection::text)
        .asString()
        .contains("The filter of", "cannot be read: netlink: EPERM");
  }
}
