package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.BlockDevice;
import dev.lend.model.Dependent;
import dev.lend.model.Dependent.Part;
import dev.lend.model.Dependent.Role;
import dev.lend.model.Fact;
import dev.lend.model.Guest;
import dev.lend.model.HostProcess;
import dev.lend.model.SriovRole;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Consequence.Severity;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;

/** What a function may be taken for, by whom it is asked, and what nobody can ask for. */
class GuardTest {
  private static final String NIC = "0000:01:00.0";
  private static final String MATE = "0000:01:00.1";
  private static final String VF = "0000:01:10.0";
  private static final HostProcess QEMU =
      new HostProcess(900, "qemu-system-x86", Optional.of("db"));
  private static final Set<Kind> ALL = EnumSet.allOf(Kind.class);

  private static Plan reserve(HostFixture host, boolean yes, Kind... accepted) {
    return reserve(host, Ledger.empty(), new Request.Consent(false, yes, Set.of(accepted)));
  }

  private static Plan reserve(HostFixture host, Ledger ledger, Request.Consent consent) {
    return Planner.plan(
        host.build(),
        ledger,
        Optional.empty(),
        new Request.Reserve(at(NIC), consent),
        Instant.EPOCH);
  }

  private static List<String> objections(Plan plan) {
    return plan.objections().stream().map(Objection::text).toList();
  }

  private static HostFixture nic() {
    return new HostFixture().nic(NIC, 1);
  }

  private static HostFixture routed() {
    return nic().net("eth1", NIC, true, List.of(), "192.0.2.5/24");
  }

  @Test
  void letsARefusalPassOnlyByItsName() {
    assertThat(reserve(routed(), true).allowed()).isFalse();
    assertThat(reserve(routed(), true, Kind.SESSION, Kind.MOUNTED).allowed()).isFalse();
    Plan plan = reserve(routed(), true, Kind.DEFAULT_ROUTE);
    assertThat(plan.allowed()).isTrue();
    assertThat(plan.consequences())
        .as("and still says what it is")
        .extracting(Consequence::severity, Consequence::kind)
        .contains(Tuple.tuple(Severity.REFUSAL, Kind.DEFAULT_ROUTE));
    assertThat(plan.overridden()).containsExactly("default-route", "yes");
  }

  @Test
  void remembersWhatWasOverriddenAndNotWhatWasTyped() {
    assertThat(reserve(routed(), true, Kind.DEFAULT_ROUTE, Kind.MOUNTED).overridden())
        .isEqualTo(reserve(routed(), true, Kind.DEFAULT_ROUTE).overridden())
        .contains("default-route");
    assertThat(reserve(routed(), false, Kind.DEFAULT_ROUTE).overridden()).doesNotContain("yes");
  }

  @Test
  void takesNoAcceptedRefusalForConsentToTheRest() {
    assertThat(objections(reserve(routed(), false, Kind.DEFAULT_ROUTE)))
        .containsExactly(
            "01:00.0 (eth1, igb) is in use on this host, as shown. Add --yes if that may stop.");
    assertThat(reserve(routed(), false, Kind.DEFAULT_ROUTE, Kind.ADDRESS).allowed())
        .as("a warning can be named too")
        .isTrue();
  }

  @Test
  void keepsWhatNobodyCanAgreeTo() {
    Request.Consent everything = new Request.Consent(true, true, ALL);
    HostFixture bridge = new HostFixture().function(NIC, HostFixture.BRIDGE, 1, "pcieport");
    assertThat(reserve(bridge, Ledger.empty(), everything).allowed()).isFalse();
    HostFixture noGroup =
        new HostFixture()
            .function(
                NIC,
                HostFixture.NIC,
                Fact.absent(),
                new Binding(Optional.of("igb"), Optional.empty()));
    assertThat(reserve(noGroup, Ledger.empty(), everything).allowed()).isFalse();
    HostFixture held = new HostFixture().function(NIC, HostFixture.NIC, 1, "vfio-pci").holder(1);
    assertThat(reserve(held, Ledger.empty(), everything).allowed()).isFalse();
    Request.Consent half = new Request.Consent(false, true, ALL);
    assertThat(objections(reserve(nic().nic(MATE, 1), Ledger.empty(), half)))
        .containsExactly(
            "01:00.0 (igb) shares its IOMMU group with 01:00.1 (igb): they leave the host together"
                + " or not at all. Add --with-group to take them along.");
  }

  private static HostFixture pf() {
    return new HostFixture()
        .role(new SriovRole.Physical(7, List.of(at(VF))))
        .nic(NIC, 1)
        .role(new SriovRole.Virtual(at(NIC), 0))
        .function(VF, HostFixture.NIC, 2, "vfio-pci");
  }

  @Test
  void takesNoPfOfAVfThatAGuestHasOrThatIsLent() {
    Request.Consent everything = new Request.Consent(true, true, ALL);
    assertThat(reserve(pf(), Ledger.empty(), everything).allowed()).isTrue();
    assertThat(objections(reserve(pf().holder(2), Ledger.empty(), everything)))
        .containsExactly(
            "01:00.0 (igb) has VFs that are held: 01:10.0 by qemu-system-x86 (pid 4242, guest web1)."
                + " Stop it, or have it let the device go, then try again.");
    Loan.Holder guest = new Loan.InGuest(new Guest.Qemu("/run/a"), "x");
    for (Loan.Holder holder : List.of(guest, new Loan.Reserved())) {
      Loan loan =
          new Loan(
              at(VF), holder, new Binding(Optional.of("igbvf"), Optional.empty()), Instant.EPOCH);
      Ledger ledger = Ledger.empty().after(List.of(), List.of(loan));
      assertThat(objections(reserve(pf(), ledger, everything)))
          .hasSize(1)
          .first()
          .asString()
          .startsWith(
              "01:00.0 (igb) takes 01:10.0 (VF 0 of 01:00.0, vfio-pci) with it, which Lend has lent"
                  + " or reserved.");
    }
  }

  @Test
  void countsWhatVanishesWithIt() {
    HostFixture host =
        new HostFixture()
            .role(new SriovRole.Physical(7, List.of(at(VF))))
            .nic(NIC, 1)
            .function(VF, HostFixture.NIC, 2, "igbvf")
            .net("eth9", VF, true, List.of());
    assertThat(objections(reserve(host, true, Kind.VIRTUAL_FUNCTIONS)))
        .containsExactly(
            "01:00.0 (igb) takes 01:10.0 (eth9, igbvf) with it, which carries this host's default"
                + " route (eth9): the host would be cut off. Move the route to another interface"
                + " first. Else, if you want that: --accept default-route");
    assertThat(reserve(host, true, Kind.VIRTUAL_FUNCTIONS, Kind.DEFAULT_ROUTE).allowed()).isTrue();
  }

  @Test
  void countsAllDisksOfAControllerInOneObjectionForEachKind() {
    HostFixture host = new HostFixture().function(NIC, HostFixture.NVME, 1, "megaraid_sas");
    for (String disk : List.of("sda", "sdb")) {
      host.disk(
          disk,
          NIC,
          new BlockDevice.Use(List.of(disk + "1"), new BlockDevice.Mounted("/srv/" + disk)));
    }
    host.disk("sdc", NIC);
    Plan plan = reserve(host, true);
    assertThat(objections(plan))
        .containsExactly(
            "01:00.0 (sda, sdb, sdc, megaraid_sas) carries the mounted /srv/sda (sda1) and carries"
                + " the mounted /srv/sdb (sdb1): what is there would be lost to those who use it."
                + " Unmount it first. Else, if you want that: --accept mounted");
    assertThat(plan.consequences())
        .filteredOn(found -> found.kind() == Kind.DISK)
        .extracting(Consequence::text)
        .containsExactly(
            "01:00.0 (sda, sdb, sdc, megaraid_sas) takes the disk sda with it",
            "01:00.0 (sda, sdb, sdc, megaraid_sas) takes the disk sdb with it",
            "01:00.0 (sda, sdb, sdc, megaraid_sas) takes the disk sdc with it, not in use");
  }

  private static List<Tuple> found(HostFixture host) {
    return BlastRadius.of(host.build(), at(NIC)).stream()
        .map(found -> Tuple.tuple(found.severity(), found.kind(), found.text()))
        .toList();
  }

  @Test
  void tellsWhoUsesADeviceFileAndRefusesADiskThatIsWrittenTo() {
    assertThat(
            found(
                nic()
                    .rests(
                        NIC,
                        new Dependent.OpenFile("dm-3", "vg-vm1", true, true, QEMU),
                        new Dependent.OpenFile("sda", "", true, false, QEMU),
                        new Dependent.OpenFile("dri/card0", "", false, true, QEMU))))
        .containsExactly(
            Tuple.tuple(
                Severity.REFUSAL,
                Kind.DISK_OPEN,
                "carries data of qemu-system-x86 (pid 900, guest db), which has dm-3 (vg-vm1) open"
                    + " for writing"),
            Tuple.tuple(
                Severity.WARNING,
                Kind.DEVICE_OPEN,
                "is read by qemu-system-x86 (pid 900, guest db), which has sda open for reading"),
            Tuple.tuple(
                Severity.WARNING,
                Kind.DEVICE_OPEN,
                "is used by qemu-system-x86 (pid 900, guest db), which has /dev/dri/card0 open"));
  }

  @Test
  void saysWhatKindOfInterfaceIsBuiltOnItAndWhereRoutesLead() {
    HostFixture host =
        nic()
            .anotherWayIn()
            .net("eth1", NIC, false, List.of("bond0", "eth1.7", "mv0", "ovs-system", "t0"))
            .net("bond0", "", false, List.of(), "192.0.2.5/24")
            .about("bond0", "bond", "10.1.0.0/16", "10.2.0.0/16", "10.3.0.0/16", "10.4.0.0/16")
            .about("eth1.7", "vlan")
            .about("mv0", "stacked")
            .about("ovs-system", "openvswitch")
            .about("eth1", "", "198.51.100.1/32");
    assertThat(found(host))
        .extracting(found -> found.toArray()[2])
        .containsExactly(
            "carries the route to 198.51.100.1/32 (eth1)",
            "is part of the bond bond0",
            "has the address 192.0.2.5/24 (eth1 > bond0)",
            "carries the routes to 10.1.0.0/16, 10.2.0.0/16, 10.3.0.0/16 and 1 more (eth1 > bond0)",
            "carries the VLAN eth1.7",
            "carries mv0 (macvlan, ipvlan or the like)",
            "is part of Open vSwitch (ovs-system)",
            "is part of t0");
  }

  @Test
  void refusesTheInterfaceThroughWhichAnswersToTheSessionLeave() {
    HostFixture host =
        nic().net("eth1", NIC, false, List.of("br0")).net("br0", "", false, List.of());
    assertThat(found(host.answersLeaveBy("br0")))
        .contains(
            Tuple.tuple(
                Severity.REFUSAL, Kind.SESSION, "carries your own SSH session (eth1 > br0)"));
  }

  @Test
  void warnsOfNamespacesProgramsMountsElsewhereAndFolders() {
    assertThat(
            found(
                nic()
                    .rests(
                        NIC,
                        new Dependent.NetElsewhere(List.of("peer", "nginx (pid 5)")),
                        new Dependent.BpfProgram("eth1", "xdp", QEMU),
                        new Dependent.MountElsewhere("sda1", "/data", QEMU),
                        new Dependent.SharedFolder("dist", "/opt"))))
        .containsExactly(
            Tuple.tuple(
                Severity.REFUSAL,
                Kind.MOUNTED,
                "carries /data of qemu-system-x86 (pid 900, guest db) (sda1)"),
            Tuple.tuple(
                Severity.REFUSAL, Kind.MOUNTED, "carries the mounted /opt (shared folder dist)"),
            Tuple.tuple(
                Severity.WARNING,
                Kind.NAMESPACE,
                "has its interface in another network namespace (peer or nginx (pid 5)): what uses"
                    + " it there cannot be seen from here"),
            Tuple.tuple(
                Severity.WARNING,
                Kind.NOT_PUT_BACK,
                "comes home to this network namespace with nothing set on it: what it has in the"
                    + " other one is not kept"),
            Tuple.tuple(
                Severity.WARNING,
                Kind.BPF,
                "has a BPF program at eth1 (xdp), held by qemu-system-x86 (pid 900, guest db)"));
  }

  @Test
  void knowsWhatPartsOfTheBoardAreWorth() {
    for (Role role : Role.values()) {
      Severity severity =
          switch (role) {
            case RDMA, SOUND, WATCHDOG, USB, MONITOR -> Severity.NOTE;
            case TPM, ACTIVE_WATCHDOG, KEYBOARD, CONSOLE, BOOT_DISPLAY -> Severity.WARNING;
            case FRAME_BUFFER -> Severity.REFUSAL;
          };
      assertThat(found(nic().rests(NIC, new Part(role, "x"))))
          .as(role.name())
          .extracting(found -> found.toArray()[0])
          .containsExactly(severity);
    }
    for (int pciClass : new int[] {0x0c0700, 0x088000, 0x0c0500, 0x050210}) {
      assertThat(found(new HostFixture().function(NIC, pciClass, 1, "some")))
          .as(Integer.toHexString(pciClass))
          .extracting(found -> found.toArray()[0])
          .containsExactly(Severity.WARNING);
      assertThat(found(new HostFixture().function(NIC, pciClass, 1, ""))).isEmpty();
      assertThat(found(new HostFixture().function(NIC, pciClass, 1, "vfio-pci"))).isEmpty();
    }
    assertThat(found(new HostFixture().function(NIC, 0x078000, 1, "mei_me"))).hasSize(1);
  }

  @Test
  void warnsOfASharedResetOnlyForThoseThatStayAndAreUsed() {
    Dependent shared = new Dependent.SharedReset(List.of(at(MATE)));
    assertThat(found(nic().nic(MATE, 2).rests(NIC, shared)))
        .containsExactly(
            Tuple.tuple(
                Severity.WARNING,
                Kind.SHARED_RESET,
                "has no reset of its own: a reset of its slot would hit 01:00.1 (igb) as well, so a"
                    + " guest may get it as its last user left it"));
    assertThat(found(nic().function(MATE, HostFixture.NIC, 2, "").rests(NIC, shared)))
        .extracting(found -> found.toArray()[0])
        .containsExactly(Severity.NOTE);
    assertThat(found(nic().nic(MATE, 1).rests(NIC, shared))).as("it goes along").isEmpty();
  }

  @Test
  void saysWhatASharedResetInterruptsOnThoseThatStay() {
    HostFixture host =
        nic()
            .function(MATE, HostFixture.NVME, 2, "nvme")
            .disk("nvme0n1", MATE, new BlockDevice.Use(List.of(), new BlockDevice.Mounted("/data")))
            .rests(NIC, new Dependent.SharedReset(List.of(at(MATE))));
    assertThat(found(host))
        .extracting(found -> found.toArray()[2].toString())
        .anySatisfy(text ->
            assertThat(text)
                .startsWith("shares its reset with 01:00.1 (nvme0n1, nvme), which ")
                .contains("/data")
                .endsWith(": a reset interrupts that"));
    assertThat(reserve(host, false).allowed()).as("that needs consent").isFalse();
    assertThat(reserve(host, true).allowed()).isTrue();
  }

  @Test
  void takesAlongWhatIsBehindIt() {
    HostFixture host =
        nic()
            .function("10000:e1:00.0", HostFixture.NVME, 9, "nvme")
            .disk(
                "nvme0n1",
                "10000:e1:00.0",
                new BlockDevice.Use(List.of(), new BlockDevice.Mounted("/")))
            .rests(NIC, new Dependent.Below(List.of(at("10000:e1:00.0"))));
    assertThat(objections(reserve(host, true)).getFirst())
        .startsWith("01:00.0 (igb) takes 10000:e1:00.0 (nvme0n1, nvme) with it, which carries this")
        .endsWith("--accept root-storage");
    assertThat(reserve(host, true, Kind.ROOT_STORAGE).allowed()).isTrue();
  }

  @Test
  void namesEachKindForEverAndOnceOnly() {
    assertThat(Kind.ids())
        .doesNotHaveDuplicates()
        .doesNotContain("guest-function")
        .contains("default-route", "session", "root-storage", "mounted", "swap", "disk-open")
        .allMatch(id -> id.matches("[a-z]+(-[a-z]+)*"))
        .allMatch(id -> Kind.find(id).isPresent());
    assertThat(Kind.find("guest-function")).isEmpty();
    assertThat(Kind.find("DEFAULT_ROUTE")).isEmpty();
  }
}
