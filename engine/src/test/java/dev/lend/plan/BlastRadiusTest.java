package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.BlockDevice;
import dev.lend.model.SriovRole;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Consequence.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlastRadiusTest {
  private static final String NIC = "0000:01:00.0";

  private static List<Consequence> of(HostFixture host) {
    return BlastRadius.of(host.build(), at(NIC));
  }

  private static HostFixture nic() {
    return new HostFixture().nic(NIC, 1);
  }

  private static HostFixture disk(BlockDevice.Use... uses) {
    return new HostFixture().function(NIC, HostFixture.NVME, 1, "nvme").disk("nvme0n1", NIC, uses);
  }

  @Test
  void findsTheDefaultRouteThroughVlanBridgeAndBond() {
    HostFixture host =
        nic()
            .net("eth1", NIC, false, List.of("bond0"))
            .net("bond0", "", false, List.of("bond0.7"))
            .net("bond0.7", "", false, List.of("br0"))
            .net("br0", "", true, List.of(), "192.0.2.5/24");
    assertThat(of(host))
        .contains(
            new Consequence(
                at(NIC),
                Severity.REFUSAL,
                Kind.DEFAULT_ROUTE,
                "carries this host's default route (eth1 > bond0 > bond0.7 > br0)"),
            new Consequence(
                at(NIC),
                Severity.WARNING,
                Kind.ADDRESS,
                "has the address 192.0.2.5/24 (eth1 > bond0 > bond0.7 > br0)"));
    assertThat(of(host).getFirst().refuses()).as("the worst first").isTrue();
  }

  @Test
  void endsWhereInterfacesAreBuiltOnEachOtherInACircle() {
    HostFixture host =
        nic()
            .net("eth1", NIC, false, List.of("a", "b"))
            .net("a", "", false, List.of("b"))
            .net("b", "", true, List.of("a", "eth1"));
    assertThat(of(host)).filteredOn(Consequence::refuses).hasSize(1);
  }

  @Test
  void findsTheOwnSessionByItsAddressHoweverItIsWritten() {
    for (String session : List.of("192.0.2.5", "::ffff:192.0.2.5", "fe80::1%eth1")) {
      HostFixture host = nic().net("eth1", NIC, false, List.of(), "192.0.2.5/24").session(session);
      assertThat(of(host))
          .as(session)
          .anySatisfy(found -> {
            assertThat(found.kind()).isEqualTo(Kind.SESSION);
            assertThat(found.refuses()).isTrue();
          });
    }
    HostFixture other =
        nic()
            .anotherWayIn()
            .net("eth1", NIC, false, List.of(), "192.0.2.55/24")
            .session("192.0.2.5");
    assertThat(of(other)).extracting(Consequence::kind).containsExactly(Kind.ADDRESS);
  }

  @Test
  void findsTheRootBehindPartitionAndDeviceMapper() {
    assertThat(
            of(
                disk(
                    new BlockDevice.Use(
                        List.of("nvme0n1p2", "dm-0"), new BlockDevice.Mounted("/")))))
        .contains(
            new Consequence(
                at(NIC),
                Severity.REFUSAL,
                Kind.ROOT_STORAGE,
                "carries this host's / (nvme0n1p2 > dm-0)"));
  }

  @Test
  void tellsMountSwapLayerAndIdleDiskApart() {
    BlockDevice.Use data = new BlockDevice.Use(List.of(), new BlockDevice.Mounted("/srv/data"));
    BlockDevice.Use swap = new BlockDevice.Use(List.of("nvme0n1p3"), new BlockDevice.Swap());
    BlockDevice.Use layer = new BlockDevice.Use(List.of("md0"), new BlockDevice.Layer("md0"));
    assertThat(of(disk(layer, swap, data)))
        .extracting(Consequence::severity, Consequence::kind)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Severity.REFUSAL, Kind.SWAP),
            org.assertj.core.groups.Tuple.tuple(Severity.REFUSAL, Kind.MOUNTED),
            org.assertj.core.groups.Tuple.tuple(Severity.WARNING, Kind.LAYER),
            org.assertj.core.groups.Tuple.tuple(Severity.NOTE, Kind.DISK));
    assertThat(of(disk(data)).getFirst().text())
        .isEqualTo("carries the mounted /srv/data (nvme0n1)");
    assertThat(of(disk())).extracting(Consequence::severity).containsExactly(Severity.NOTE);
  }

  @Test
  void refusesAPfWithVfsAndNotOneWithout() {
    assertThat(of(nic(new SriovRole.Physical(7, List.of(at("01:10.0"), at("01:10.2"))))))
        .containsExactly(
            new Consequence(
                at(NIC),
                Severity.REFUSAL,
                Kind.VIRTUAL_FUNCTIONS,
                "has 2 of 7 VFs, which would vanish with it"));
    assertThat(of(nic(new SriovRole.Physical(7, List.of())))).isEmpty();
  }

  private static HostFixture nic(SriovRole role) {
    return new HostFixture().role(role).nic(NIC, 1);
  }

  @Test
  void warnsOfADisplayOnlyWhileTheHostUsesIt() {
    assertThat(of(new HostFixture().function(NIC, HostFixture.GPU, 1, "amdgpu")))
        .extracting(Consequence::kind)
        .containsExactly(Kind.DISPLAY);
    assertThat(of(new HostFixture().function(NIC, HostFixture.GPU, 1, "vfio-pci"))).isEmpty();
    assertThat(of(new HostFixture().function(NIC, HostFixture.GPU, 1, ""))).isEmpty();
  }

  @Test
  void notesAnInterfaceThatIsUpWithoutAnAddressAndWarnsOfAPartOfABridge() {
    assertThat(of(nic().net("eth1", NIC, false, List.of())))
        .extracting(Consequence::severity, Consequence::text)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                Severity.NOTE, "has the interface eth1 up, without an address"));
    assertThat(of(nic().net("eth1", NIC, false, List.of("br9"))))
        .as("an upper that nothing else is known of")
        .containsExactly(new Consequence(at(NIC), Severity.WARNING, Kind.UPPER, "is part of br9"));
  }

  @Test
  void findsNothingAtAnUnknownAddress() {
    assertThat(BlastRadius.of(new HostFixture().build(), at(NIC))).isEmpty();
  }
}
