package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.model.BlockDevice;
import dev.lend.plan.Consequence.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The addresses by which a host is managed stay, and so does the way to its storage elsewhere. */
class WaysInTest {
  private static final String NIC = "0000:01:00.0";
  private static final String OTHER = "0000:02:00.0";

  private static HostFixture host() {
    return new HostFixture()
        .nic(NIC, 1)
        .nic(OTHER, 2)
        .net("eth1", NIC, false, List.of("br0"))
        .net("br0", "", false, List.of(), "192.0.2.5/24")
        .net("eth2", OTHER, false, List.of(), "198.51.100.5/24");
  }

  private static List<String> refusals(HostFixture host) {
    return BlastRadius.of(host.build(), at(NIC)).stream()
        .filter(Consequence::refuses)
        .map(one -> one.kind().id() + ": " + one.text())
        .toList();
  }

  private static Plan reserve(HostFixture host, Kind... accepted) {
    return Planner.plan(
        host.build(),
        Ledger.empty(),
        Optional.empty(),
        new Request.Reserve(at(NIC), new Request.Consent(false, true, Set.of(accepted))),
        Instant.EPOCH);
  }

  @Test
  void refusesTheCardBelowAnAddressAtWhichSomebodyElseIsLoggedIn() {
    HostFixture host =
        host().managed("192.0.2.5", "at which somebody is logged in from 192.0.2.7 (port 22)");
    assertThat(refusals(host))
        .containsExactly(
            "management-address: has the address 192.0.2.5 (eth1 > br0), at which somebody is logged"
                + " in from 192.0.2.7 (port 22)");
    assertThat(reserve(host).objections())
        .extracting(Objection::text)
        .containsExactly(
            "01:00.0 (eth1, igb) has the address 192.0.2.5 (eth1 > br0), at which somebody is logged"
                + " in from 192.0.2.7 (port 22): whoever manages the host by it would be cut off."
                + " Give the host another address to be managed by first. Else, if you want that:"
                + " --accept management-address");
    Plan named = reserve(host, Kind.MANAGEMENT_ADDRESS);
    assertThat(named.allowed()).isTrue();
    assertThat(named.overridden()).contains("management-address");
  }

  @Test
  void leavesTheCardsWithTheOtherAddressesAlone() {
    assertThat(refusals(host().managed("198.51.100.5", "of that name"))).isEmpty();
    assertThat(refusals(host().managed("192.0.2.55", "of that name"))).isEmpty();
  }

  @Test
  void findsALinkLocalAddressByItsInterface() {
    assertThat(refusals(host().managed("fe80::1%br0", "of that name")))
        .containsExactly(
            "management-address: has the address fe80::1%br0 (eth1 > br0), of that name");
    assertThat(refusals(host().managed("fe80::1%eth2", "of that name"))).isEmpty();
  }

  @Test
  void refusesTheLastCardThatHasAnAddress() {
    HostFixture alone =
        new HostFixture()
            .nic(NIC, 1)
            .nic(OTHER, 2)
            .net("eth1", NIC, false, List.of("br0"))
            .net("br0", "", false, List.of(), "192.0.2.5/24")
            .net("eth2", OTHER, false, List.of())
            .net("virbr0", "", false, List.of(), "192.168.122.1/24");
    assertThat(refusals(alone))
        .containsExactly("management-address: is the only card of this host that has an address");
    assertThat(reserve(alone, Kind.MANAGEMENT_ADDRESS).allowed()).isTrue();
    assertThat(refusals(host())).as("another one has one").isEmpty();
  }

  @Test
  void aSecondLegOfABondKeepsItsAddressReachable() {
    HostFixture bond =
        new HostFixture()
            .nic(NIC, 1)
            .nic(OTHER, 2)
            .net("eth1", NIC, false, List.of("bond0"))
            .net("eth2", OTHER, false, List.of("bond0"))
            .net("bond0", "", false, List.of(), "192.0.2.5/24");
    assertThat(refusals(bond)).isEmpty();
  }

  @Test
  void asksOnceWhereTheDefaultRouteGoesAsWell() {
    HostFixture host =
        new HostFixture().nic(NIC, 1).net("eth1", NIC, true, List.of(), "192.0.2.5/24");
    assertThat(refusals(host))
        .containsExactly("default-route: carries this host's default route (eth1)");
  }

  @Test
  void refusesTheWayToStorageOfAnotherMachine() {
    assertThat(
            refusals(
                host()
                    .remote("br0", "nfs4 192.0.2.9:/root", new BlockDevice.Mounted("/"))
                    .remote("br0", "the iSCSI disk sdb at 192.0.2.9", new BlockDevice.Swap())
                    .remote("eth2", "nfs4 198.51.100.9:/", new BlockDevice.Mounted("/mnt"))))
        .containsExactly(
            "root-storage: carries this host's / (eth1 > br0 > nfs4 192.0.2.9:/root)",
            "swap: carries swap in use (eth1 > br0 > the iSCSI disk sdb at 192.0.2.9)");
  }

  @Test
  void refusesADiskThatTheKernelGivesToOthers() {
    HostFixture host =
        new HostFixture()
            .function(NIC, HostFixture.NVME, 1, "nvme")
            .disk(
                "nvme0n1",
                NIC,
                new BlockDevice.Use(
                    List.of("nvme0n1p1"), new BlockDevice.Served("the SCSI target web")));
    assertThat(refusals(host))
        .containsExactly(
            "disk-open: carries what other machines have as the SCSI target web (nvme0n1p1)");
  }
}
