package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.DomainDefinition;
import dev.lend.model.DomainDefinition.Wanted;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Severity;
import dev.lend.model.Guest;
import dev.lend.model.KernelTask;
import dev.lend.model.NetOrigin;
import dev.lend.model.PciId;
import dev.lend.model.SriovRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is said of a device that a domain of libvirt's would start with. */
class DefinitionChecksTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String CARD = "0000:02:00.0";
  private static final String MATE = "0000:02:00.1";
  private static final Binding HOME = new Binding(Optional.of("igb"), Optional.empty());
  private static final Wanted MANAGED = new Wanted(at(CARD), true, false);
  private static final Wanted UNMANAGED = new Wanted(at(CARD), false, false);

  private final List<Loan> loans = new ArrayList<>();

  private static DomainDefinition domain(String name, String state, Wanted... wanted) {
    return new DomainDefinition(
        new Guest.Domain(name), name, "uuid-of-" + name, state, List.of(wanted), List.of());
  }

  private static DomainDefinition running(String name, Wanted... wanted) {
    return new DomainDefinition(
        new Guest.Domain(name),
        name,
        "uuid-of-" + name,
        "running",
        List.of(wanted),
        Arrays.stream(wanted).map(Wanted::address).toList());
  }

  private static HostFixture host(String driver) {
    return new HostFixture().anotherWayIn().function(CARD, HostFixture.NIC, 5, driver);
  }

  private DefinitionChecksTest lent(String address, Loan.Holder holder) {
    loans.add(new Loan(at(address), holder, HOME, NOW));
    return this;
  }

  private List<Finding> of(HostFixture host, DomainDefinition domain, DomainDefinition... others) {
    List<DomainDefinition> all = new ArrayList<>(List.of(others));
    all.add(domain);
    List<dev.lend.model.PciAddress> touched = loans.stream().map(Loan::address).toList();
    return new DefinitionChecks(host.build(), Ledger.empty().after(touched, loans), all).of(domain);
  }

  private static Finding only(List<Finding> findings) {
    assertThat(findings).hasSize(1);
    return findings.getFirst();
  }

  private static Finding worst(List<Finding> findings, String id) {
    return only(findings.stream().filter(finding -> finding.id().equals(id)).toList());
  }

  private static String steps(Finding finding) {
    return String.join("\n", finding.remedy().orElseThrow().steps());
  }

  @Test
  void aFreeDeviceOnVfioPciIsFine() {
    Finding fine = only(of(host("vfio-pci"), domain("web1", "off", UNMANAGED)));
    assertThat(fine.severity()).isEqualTo(Severity.OK);
    assertThat(fine.title()).isEqualTo("02:00.0 (vfio-pci): nobody else has it");
  }

  @Test
  void aDomainWithoutDevicesHasNoFindings() {
    assertThat(of(host("igb"), domain("web1", "off"))).isEmpty();
  }

  @Test
  void aDeviceThatIsLentToAnotherGuestIsABlockerWithTheWayBack() {
    lent(CARD, new Loan.InGuest(new Guest.Domain("web2"), "x"));
    Finding lent = only(of(host("vfio-pci"), domain("web1", "off", UNMANAGED)));
    assertThat(lent.id()).isEqualTo("definition-lent");
    assertThat(lent.severity()).isEqualTo(Severity.BLOCKER);
    assertThat(lent.title()).isEqualTo("02:00.0 (vfio-pci) is lent to web2");
    assertThat(lent.evidence()).containsExactly("lend status: 02:00.0 since " + NOW);
    assertThat(steps(lent)).isEqualTo("lend detach 02:00.0");
  }

  @Test
  void aDomainOfTheSameNameInAnotherLibvirtIsAnotherGuest() {
    lent(CARD, new Loan.InGuest(new Guest.Domain("web1", "qemu:///session"), "x"));
    assertThat(only(of(host("vfio-pci"), domain("web1", "off", UNMANAGED))).title())
        .contains("is lent to web1@qemu:///session");
  }

  @Test
  void aDeviceOfLendRunIsABlockerUntilThatHasEnded() {
    lent(CARD, new Loan.InProcess(new KernelTask(42, 1, "boot"), "by-hand"));
    Finding lent = only(of(host("vfio-pci"), domain("web1", "off", UNMANAGED)));
    assertThat(lent.title()).contains("is lent to by-hand (pid 42), by lend run");
    assertThat(steps(lent)).contains("end by-hand (pid 42)");
  }

  @Test
  void whatIsLentToTheDomainItselfIsFine() {
    lent(CARD, new Loan.InGuest(new Guest.Domain("web1"), "x"));
    Finding own = only(of(host("vfio-pci"), domain("web1", "off", UNMANAGED)));
    assertThat(own.severity()).isEqualTo(Severity.OK);
    assertThat(own.title()).endsWith(": lent to this domain");
  }

  @Test
  void aReservationIsForWhoeverStartsWithItUnlessLibvirtWouldGiveItAway() {
    lent(CARD, new Loan.Reserved());
    assertThat(only(of(host("vfio-pci"), domain("web1", "off", UNMANAGED))).severity())
        .isEqualTo(Severity.OK);
    Finding given = worst(of(host("vfio-pci"), domain("web1", "off", MANAGED)), "definition-lent");
    assertThat(given.title()).contains("is reserved", "managed='yes'");
    assertThat(steps(given)).contains("lend return 02:00.0");
  }

  @Test
  void whatCameAlongBelongsToTheGuestForWhoseDeviceItCame() {
    lent(CARD, new Loan.InGuest(new Guest.Domain("web2"), "x"));
    lent(MATE, new Loan.Along(at(CARD)));
    HostFixture host = host("vfio-pci").function(MATE, HostFixture.NIC, 5, "vfio-pci");
    Wanted mate = new Wanted(at(MATE), false, false);
    assertThat(only(of(host, domain("web1", "off", mate))).title()).contains("is lent to web2");
    assertThat(only(of(host, domain("web2", "off", mate))).severity()).isEqualTo(Severity.OK);
  }

  @Test
  void aDeviceWhoseGroupIsLentElsewhereIsABlocker() {
    lent(MATE, new Loan.InGuest(new Guest.Domain("web2"), "x"));
    HostFixture host = host("vfio-pci").function(MATE, HostFixture.NIC, 5, "vfio-pci");
    assertThat(only(of(host, domain("web1", "off", UNMANAGED))).title())
        .contains("shares its IOMMU group with 02:00.1, which is lent to web2");
  }

  @Test
  void theCardWithTheDefaultRouteIsABlockerSinceLibvirtWouldNotAsk() {
    HostFixture host = host("igb").net("eth1", CARD, true, List.of(), "192.0.2.1/24");
    Finding used = worst(of(host, domain("web1", "off", MANAGED)), "definition-in-use");
    assertThat(used.severity()).isEqualTo(Severity.BLOCKER);
    assertThat(used.title())
        .contains("default route (eth1)", "libvirt would take it from the host without asking");
  }

  @Test
  void aCardThatIsUpIsAWarning() {
    HostFixture host = host("igb").net("eth1", CARD, false, List.of(), "198.51.100.1/24");
    List<Finding> findings = of(host, domain("web1", "off", MANAGED));
    Finding used = worst(findings, "definition-in-use");
    assertThat(used.severity()).isEqualTo(Severity.WARNING);
    assertThat(used.evidence()).anyMatch(line -> line.contains("198.51.100.1"));
    assertThat(findings).noneMatch(one -> one.severity() == Severity.BLOCKER);
  }

  @Test
  void whatAnotherProcessHoldsIsABlocker() {
    Finding held = only(of(host("vfio-pci").holder(5), domain("db1", "off", UNMANAGED)));
    assertThat(held.title()).contains("is held by qemu-system-x86 (pid 4242, guest web1)");
  }

  @Test
  void whatIsInQuarantineIsABlocker() {
    DomainDefinition domain = domain("web1", "off", UNMANAGED);
    var apart =
        host("vfio-pci").build().withQuarantined(Map.of(at(CARD), new PciId(0x8086, 0x10c9)));
    Finding found = only(new DefinitionChecks(apart, Ledger.empty(), List.of(domain)).of(domain));
    assertThat(found.severity()).isEqualTo(Severity.BLOCKER);
    assertThat(found.title()).contains("is in quarantine");
  }

  @Test
  void twoDefinitionsWithTheSameDeviceAreAWarningAndOneThatRunsABlocker() {
    Finding both =
        worst(
            of(host("vfio-pci"), domain("web1", "off", UNMANAGED), domain("db1", "off", UNMANAGED)),
            "definition-shared");
    assertThat(both.severity()).isEqualTo(Severity.WARNING);
    assertThat(both.title()).contains("in the definition of db1 as well");
    Finding runs =
        worst(
            of(host("vfio-pci"), domain("web1", "off", UNMANAGED), running("db1", UNMANAGED)),
            "definition-shared");
    assertThat(runs.severity()).isEqualTo(Severity.BLOCKER);
    assertThat(runs.title()).contains("domain db1 has it now");
  }

  @Test
  void whatARunningDomainHasItselfIsFineThoughItsProcessHoldsIt() {
    Finding own = only(of(host("vfio-pci").holder(5), running("web1", UNMANAGED)));
    assertThat(own.severity()).isEqualTo(Severity.OK);
    assertThat(own.title()).endsWith(": the domain has it now");
  }

  @Test
  void anAddressWithNothingBehindItIsABlocker() {
    Finding gone =
        only(of(new HostFixture(), domain("web1", "off", new Wanted(at(CARD), true, true))));
    assertThat(gone.id()).isEqualTo("definition-missing");
    assertThat(gone.severity()).isEqualTo(Severity.BLOCKER);
    assertThat(steps(gone)).contains("lend vf create", "virsh edit");
  }

  @Test
  void anInterfaceThatIsNoVirtualFunctionIsAnotherDevice() {
    Wanted net = new Wanted(at(CARD), false, true);
    assertThat(worst(of(host("vfio-pci"), domain("web1", "off", net)), "definition-another"))
        .satisfies(other -> {
          assertThat(other.severity()).isEqualTo(Severity.BLOCKER);
          assertThat(other.title()).contains("is no virtual function");
        });
    HostFixture vf =
        new HostFixture()
            .role(new SriovRole.Virtual(at("0000:01:00.0"), 0))
            .function(CARD, HostFixture.NIC, 5, "vfio-pci");
    assertThat(only(of(vf, domain("web1", "off", net))).severity()).isEqualTo(Severity.OK);
  }

  @Test
  void whatLendOnceTookToldFromWhatSitsThereNow() {
    DeviceIdentity other =
        new DeviceIdentity(
            at(CARD), new PciId(0x10de, 1), new PciId(0x10de, 2), Optional.empty(), List.of());
    loans.add(
        new Loan(
            at(CARD),
            new Loan.Reserved(),
            HOME,
            NOW,
            NetOrigin.none(),
            Optional.of(other),
            Optional.empty(),
            List.of()));
    assertThat(
            worst(of(host("vfio-pci"), domain("web1", "off", UNMANAGED)), "definition-another")
                .title())
        .contains("is not the device that Lend took: that was 10de:0001");
  }

  @Test
  void managedIsSaidWithWhatItMeans() {
    Finding note = worst(of(host("igb"), domain("web1", "off", MANAGED)), "definition-managed");
    assertThat(note.severity()).isEqualTo(Severity.NOTE);
    assertThat(note.title()).contains("gives it back at the end; Lend leaves that alone");
    lent(CARD, new Loan.InGuest(new Guest.Domain("web1"), "x"));
    assertThat(
            worst(of(host("vfio-pci"), domain("web1", "off", MANAGED)), "definition-managed")
                .severity())
        .isEqualTo(Severity.WARNING);
  }

  @Test
  void unmanagedAndStillOnTheHostsDriverDoesNotStart() {
    Finding driver = worst(of(host("igb"), domain("web1", "off", UNMANAGED)), "definition-driver");
    assertThat(driver.severity()).isEqualTo(Severity.BLOCKER);
    assertThat(driver.title()).contains("managed='no'", "on igb, not on vfio-pci");
    assertThat(steps(driver)).isEqualTo("lend reserve 02:00.0");
    assertThat(worst(of(host(""), domain("web1", "off", UNMANAGED)), "definition-driver").title())
        .contains("on no driver");

    lent(CARD, new Loan.InGuest(new Guest.Domain("web1"), "x", true));
    assertThat(
            worst(of(host("igb"), domain("web1", "off", UNMANAGED)), "definition-driver")
                .remedy()
                .orElseThrow()
                .steps())
        .containsExactly("lend boot restore");
  }

  @Test
  void halfAGroupIsABlockerUnlessTheOtherHalfComesOrHasNoDriver() {
    HostFixture half = host("igb").function(MATE, HostFixture.NIC, 5, "igb");
    Finding group = worst(of(half, domain("web1", "off", MANAGED)), "definition-group");
    assertThat(group.severity()).isEqualTo(Severity.BLOCKER);
    assertThat(group.title()).contains("02:00.1 (igb), which the host would keep");
    assertThat(steps(group)).contains("lend reserve 02:00.0 --with-group");

    Wanted mate = new Wanted(at(MATE), true, false);
    assertThat(of(half, domain("web1", "off", MANAGED, mate)))
        .noneMatch(one -> one.severity() == Severity.BLOCKER);
    HostFixture idle = host("igb").function(MATE, HostFixture.NIC, 5, "");
    assertThat(of(idle, domain("web1", "off", MANAGED)))
        .noneMatch(one -> one.severity() == Severity.BLOCKER);
  }
}
