package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetOrigin;
import dev.lend.model.SriovRole;
import dev.lend.model.VfSettings;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What differs where the guest is one of libvirt's domains. */
class DomainPlanTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Guest WEB = new Guest.Domain("web1");
  private static final String PF = "0000:01:00.0";
  private static final String VF = "0000:01:10.0";
  private static final String MAC = "52:54:00:12:34:56";
  private static final String ALIAS = "ua-lend-0000-01-10-0";
  private static final Request.Consent NONE = new Request.Consent(false, false);

  private static HostSnapshot host(String driver) {
    return new HostFixture()
        .role(new SriovRole.Virtual(at(PF), 0))
        .function(VF, HostFixture.NIC, 5, driver)
        .build();
  }

  private static NetOrigin.Vf held(String mac, VfSettings.Vlan vlan) {
    VfSettings settings =
        new VfSettings(
            mac,
            vlan,
            0,
            0,
            Optional.empty(),
            VfSettings.Link.AUTO,
            Optional.empty(),
            Optional.empty());
    return new NetOrigin.Vf(at(PF), 0, settings);
  }

  private static HostSnapshot heldHost(NetOrigin.Vf vf) {
    HostSnapshot host = host("igbvf");
    return host.with(
        host.surroundings()
            .with(Map.of(at(VF), Fact.known(new NetOrigin(List.of(), Optional.of(vf))))));
  }

  private static Optional<GuestView> answering(List<String> ports, String... devices) {
    return Optional.of(new GuestView(WEB, new GuestView.Answering("web1", ports, Set.of(devices))));
  }

  private static Optional<GuestView> state(GuestView.State state) {
    return Optional.of(new GuestView(WEB, state));
  }

  private static Plan attach(HostSnapshot host, Ledger ledger, Optional<GuestView> view) {
    return Planner.plan(host, ledger, view, new Request.Attach(at(VF), WEB, NONE), NOW);
  }

  private static Step.Plug plug(Plan plan) {
    assertThat(plan.objections()).isEmpty();
    return (Step.Plug)
        plan.steps().stream().filter(step -> step instanceof Step.Plug).findFirst().orElseThrow();
  }

  private static Optional<DomainVf> toldOf(NetOrigin.Vf vf) {
    return plug(attach(heldHost(vf), Ledger.empty(), answering(List.of("")))).vf();
  }

  @Test
  void aNetworkVfGoesInAsAnInterfaceWithWhatItsPfHoldsItTo() {
    Plan plan =
        attach(
            heldHost(held(MAC, new VfSettings.Vlan(7, 0, VfSettings.Vlan.Q))),
            Ledger.empty(),
            answering(List.of("")));

    assertThat(plug(plan))
        .isEqualTo(
            new Step.Plug(WEB, at(VF), ALIAS, "", Optional.of(new DomainVf(Optional.of(MAC), 7))));
    assertThat(plan.loans().getFirst().holder()).isEqualTo(new Loan.InGuest(WEB, ALIAS));
    assertThat(plug(plan).describe()).isEqualTo("plug 0000:01:10.0 into web1");
    assertThat(String.join("\n", plug(plan).shell()))
        .isEqualTo(
            """
            virsh attach-device --live --domain 'web1' --file /dev/stdin <<'END'
            <interface type='hostdev' managed='no'>
              <mac address='52:54:00:12:34:56'/>
              <source>
                <address type='pci' domain='0x0000' bus='0x01' slot='0x10' function='0x0'/>
              </source>
              <vlan>
                <tag id='7'/>
              </vlan>
              <alias name='ua-lend-0000-01-10-0'/>
            </interface>
            END\
            """);
  }

  @Test
  void libvirtIsNotToldWhatItCannotSay() {
    assertThat(toldOf(held("00:00:00:00:00:00", VfSettings.Vlan.none())))
        .as("it would have to put back none")
        .isEmpty();
    assertThat(toldOf(held(MAC, new VfSettings.Vlan(7, 3, VfSettings.Vlan.Q))))
        .contains(new DomainVf(Optional.of(MAC), 0));
    assertThat(toldOf(held(MAC, new VfSettings.Vlan(7, 0, VfSettings.Vlan.AD))))
        .contains(new DomainVf(Optional.of(MAC), 0));
    assertThat(toldOf(held("no address", VfSettings.Vlan.none()))).isEmpty();
  }

  @Test
  void aReservedVfGoesInWithWhatItsPfHoldsItToNowAndNotThen() {
    HostSnapshot host = host("vfio-pci");
    HostSnapshot changed =
        host.with(
            host.surroundings()
                .withLentVfs(Map.of(at(VF), held("52:54:00:aa:aa:aa", VfSettings.Vlan.none()))));
    Loan reserved =
        new Loan(
            at(VF),
            new Loan.Reserved(),
            new Binding(Optional.of("igbvf"), Optional.empty()),
            NOW,
            new NetOrigin(List.of(), Optional.of(held(MAC, VfSettings.Vlan.none()))));
    Ledger ledger = Ledger.empty().after(List.of(), List.of(reserved));

    assertThat(plug(attach(changed, ledger, answering(List.of("")))).vf())
        .contains(new DomainVf(Optional.of("52:54:00:aa:aa:aa"), 0));
  }

  @Test
  void whatIsNoNetworkVfGoesInAsAHostDevice() {
    HostSnapshot disk = new HostFixture().function(VF, HostFixture.NVME, 5, "nvme").build();

    Step.Plug plug = plug(attach(disk, Ledger.empty(), answering(List.of(""))));

    assertThat(plug.vf()).isEmpty();
    assertThat(DomainXml.of(plug))
        .startsWith("<hostdev mode='subsystem' type='pci' managed='no'>")
        .contains("<alias name='ua-lend-0000-01-10-0'/>")
        .endsWith("</hostdev>\n");
  }

  @Test
  void aDomainThatIsOffOrFullOrMuteIsRefusedWithWhatToDo() {
    assertThat(refusal(state(new GuestView.Gone())))
        .contains("Guest web1 is not running", "virsh start 'web1'");
    assertThat(refusal(answering(List.of())))
        .contains("no free PCI Express root port", "virsh edit");
    assertThat(refusal(state(new GuestView.Mute("it hangs"))))
        .contains("Guest web1 cannot be asked for: it hangs", "libvirt");
    assertThat(refusal(answering(List.of(""), ALIAS)))
        .contains("virsh detach-device-alias --live 'web1' " + ALIAS);
  }

  private static String refusal(Optional<GuestView> view) {
    Plan plan = attach(host("igbvf"), Ledger.empty(), view);
    assertThat(plan.steps()).isEmpty();
    return plan.objections().getFirst().text();
  }

  @Test
  void theWayHomeAsksTheDomainForTheDeviceByItsAlias() {
    Loan lent =
        new Loan(
            at(VF),
            new Loan.InGuest(WEB, ALIAS),
            new Binding(Optional.of("igbvf"), Optional.empty()),
            NOW);
    Ledger ledger = Ledger.empty().after(List.of(), List.of(lent));

    Plan plan =
        Planner.plan(
            host("vfio-pci"), ledger, answering(List.of(), ALIAS), new Request.Detach(at(VF)), NOW);

    assertThat(plan.steps().getFirst()).isEqualTo(new Step.Unplug(WEB, at(VF), ALIAS));
    assertThat(plan.steps().getFirst().shell())
        .containsExactly(
            "virsh detach-device-alias --live --domain 'web1' --alias 'ua-lend-0000-01-10-0'");
  }

  @Test
  void anotherLibvirtIsNamedInTheCommandsAndNothingInANameIsObeyed() {
    Guest strange = new Guest.Domain("it's $(me)", "qemu:///session");

    assertThat(new Step.Unplug(strange, at(VF), ALIAS).shell().getFirst())
        .startsWith("virsh -c 'qemu:///session' ")
        .contains("--domain 'it'\\''s $(me)' ");
  }

  @Test
  void nothingButAnAddressAndAVlanGetsIntoTheElement() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DomainVf(Optional.of("'/><x/>00:00:00:0"), 0));
    assertThatIllegalArgumentException().isThrownBy(() -> new DomainVf(Optional.empty(), 4095));
  }
}
