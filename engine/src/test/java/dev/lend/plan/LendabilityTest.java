package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciId;
import dev.lend.model.SriovRole;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LendabilityTest {
  private static final String NIC = "0000:01:00.0";
  private static final String MATE = "0000:01:00.1";
  private static final Binding IGB = new Binding(Optional.of("igb"), Optional.empty());

  private static Lendability of(HostFixture fixture) {
    HostSnapshot host = fixture.build();
    return Lendability.of(host, host.function(at(NIC)).orElseThrow());
  }

  private static List<String> reasons(HostFixture fixture) {
    assertThat(of(fixture)).isInstanceOf(Lendability.No.class);
    return ((Lendability.No) of(fixture)).reasons();
  }

  @Test
  void lendsAFunctionAloneInItsGroupAndPassesOverBridges() {
    assertThat(
            of(
                new HostFixture()
                    .nic(NIC, 1)
                    .nic(MATE, 2)
                    .function("00:01.0", HostFixture.BRIDGE, 1, "pcieport")))
        .isEqualTo(new Lendability.Yes());
  }

  @Test
  void lendsNothingThatIsInQuarantineAndWhatHasTakenItsPlace() {
    HostSnapshot host = new HostFixture().nic(NIC, 1).build();
    PciId id = new PciId(0x8086, 0x10c9);
    HostSnapshot apart = host.withQuarantined(Map.of(at(NIC), id));
    assertThat(Lendability.of(apart, apart.function(at(NIC)).orElseThrow()))
        .isEqualTo(
            new Lendability.No(
                List.of(
                    "is in quarantine: its reset failed when it came back (lend clean 01:00.0)")));
    HostSnapshot other = host.withQuarantined(Map.of(at(NIC), new PciId(1, 2)));
    assertThat(Lendability.of(other, other.function(at(NIC)).orElseThrow()))
        .isEqualTo(new Lendability.Yes());
  }

  @Test
  void lendsNothingThatAWriteHoldsUpNorWhatGoesWithIt() {
    String stuck = "is stuck: the kernel has not answered a write to it (lend status)";
    HostSnapshot host =
        new HostFixture().nic(NIC, 1).nic(MATE, 1).build().withStuck(Set.of(at(NIC)));
    assertThat(Lendability.of(host, host.function(at(NIC)).orElseThrow()))
        .isEqualTo(new Lendability.No(List.of(stuck)));
    assertThat(Lendability.of(host, host.function(at(MATE)).orElseThrow()))
        .isEqualTo(
            new Lendability.No(List.of("shares its IOMMU group with 01:00.0, which " + stuck)));
    HostSnapshot pf =
        new HostFixture()
            .role(new SriovRole.Physical(7, List.of(at(MATE))))
            .nic(NIC, 1)
            .role(new SriovRole.Virtual(at(NIC), 0))
            .nic(MATE, 2)
            .build()
            .withStuck(Set.of(at(NIC)));
    assertThat(Lendability.of(pf, pf.function(at(MATE)).orElseThrow()))
        .isEqualTo(new Lendability.No(List.of("is a VF of 01:00.0, which " + stuck)));
  }

  @Test
  void lendsNoneOfAGroupOfWhichOneIsInQuarantine() {
    HostSnapshot host =
        new HostFixture()
            .nic(NIC, 1)
            .nic(MATE, 1)
            .build()
            .withQuarantined(Map.of(at(MATE), new PciId(0x8086, 0x10c9)));
    assertThat(Lendability.of(host, host.function(at(NIC)).orElseThrow()))
        .isInstanceOf(Lendability.No.class)
        .asString()
        .contains("shares its IOMMU group with 01:00.1, which is in quarantine");
  }

  @Test
  void lendsTheGroupTogether() {
    assertThat(of(new HostFixture().nic(NIC, 1).nic(MATE, 1)))
        .isEqualTo(new Lendability.WithGroup(List.of(at(MATE))));
  }

  @Test
  void refusesForWhatAGroupMateCarries() {
    HostFixture host =
        new HostFixture().nic(NIC, 1).nic(MATE, 1).net("eth0", MATE, true, List.of());
    assertThat(reasons(host))
        .containsExactly(
            "shares its IOMMU group with 01:00.1, which carries this host's default route (eth0)");
  }

  @Test
  void refusesWithoutAnIommuGroupAndWhereItCannotBeRead() {
    assertThat(reasons(new HostFixture().function(NIC, HostFixture.NIC, Fact.absent(), IGB)))
        .containsExactly("has no IOMMU group: the IOMMU is off (see lend check)");
    Fact<Integer> unreadable = new Fact.Unreadable<>("sys/x", "Permission denied");
    assertThat(reasons(new HostFixture().function(NIC, HostFixture.NIC, unreadable, IGB)))
        .containsExactly("has an IOMMU group that cannot be read (/sys/x: Permission denied)");
  }

  @Test
  void refusesABridgeForThatAlone() {
    assertThat(reasons(new HostFixture().function(NIC, HostFixture.BRIDGE, 1, "pcieport")))
        .containsExactly("is a bridge: it carries other devices");
  }

  @Test
  void refusesWhileAProcessHoldsTheGroup() {
    assertThat(reasons(new HostFixture().function(NIC, HostFixture.NIC, 1, "vfio-pci").holder(1)))
        .containsExactly("is held by qemu-system-x86 (pid 4242, guest web1)");
    assertThat(of(new HostFixture().nic(NIC, 1).holder(2))).isEqualTo(new Lendability.Yes());
  }

  @Test
  void namesEveryReasonAtOnce() {
    HostFixture host =
        new HostFixture()
            .nic(NIC, 1)
            .nic(MATE, 1)
            .net("eth0", MATE, true, List.of())
            .net("eth1", NIC, true, List.of())
            .holder(1);
    assertThat(reasons(host)).hasSize(3);
  }
}
