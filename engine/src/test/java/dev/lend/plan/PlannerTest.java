package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.BlockDevice;
import dev.lend.model.Fact;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.PciAddress;
import dev.lend.model.SriovRole;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant EARLIER = Instant.parse("2026-11-01T12:00:00Z");
  private static final Guest WEB = new Guest.Qemu("/run/web1.qmp");
  private static final Guest OTHER = new Guest.Qemu("/run/other.qmp");
  private static final Binding IGBVF = new Binding(Optional.of("igbvf"), Optional.empty());
  private static final Binding LENT = new Binding(Optional.of("vfio-pci"), Optional.of("vfio-pci"));
  private static final String VF = "0000:01:10.0";
  private static final String MATE = "0000:01:10.1";
  private static final String ID = "lend-0000-01-10.0";
  private static final Request.Consent NONE = new Request.Consent(false, false);
  private static final Request.Consent ALL = new Request.Consent(true, true);

  private static HostFixture host() {
    return new HostFixture().function(VF, HostFixture.NIC, 5, "igbvf");
  }

  private static HostFixture pair() {
    return host().function(MATE, HostFixture.NIC, 5, "e1000");
  }

  private static HostFixture lentHost() {
    return new HostFixture().function(VF, HostFixture.NIC, 5, "vfio-pci");
  }

  private static Loan loan(String address, Loan.Holder holder, String driver) {
    return new Loan(
        at(address), holder, new Binding(Optional.of(driver), Optional.empty()), EARLIER);
  }

  private static Loan inGuest(Guest guest) {
    return loan(VF, new Loan.InGuest(guest, ID), "igbvf");
  }

  private static Loan reserved() {
    return loan(VF, new Loan.Reserved(), "igbvf");
  }

  private static Ledger ledger(Loan... loans) {
    return Ledger.empty().after(List.of(), List.of(loans));
  }

  private static Optional<GuestView> answering(List<String> ports, String... devices) {
    return Optional.of(new GuestView(WEB, new GuestView.Answering("web1", ports, Set.of(devices))));
  }

  private static Plan plan(
      HostFixture host, Ledger ledger, Optional<GuestView> view, Request request) {
    return Planner.plan(host.build(), ledger, view, request, NOW);
  }

  private static Plan attach(HostFixture host, Ledger ledger, Request.Consent consent) {
    return plan(
        host, ledger, answering(List.of("rp1", "rp2")), new Request.Attach(at(VF), WEB, consent));
  }

  private static Plan reserve(HostFixture host, Ledger ledger, Request.Consent consent) {
    return plan(host, ledger, Optional.empty(), new Request.Reserve(at(VF), consent));
  }

  private static Plan detach(HostFixture host, Ledger ledger, Optional<GuestView> view) {
    return plan(host, ledger, view, new Request.Detach(at(VF)));
  }

  private static Plan giveBack(HostFixture host, Ledger ledger) {
    return plan(host, ledger, Optional.empty(), new Request.Return(at(VF)));
  }

  private static void refused(Plan plan, String... texts) {
    assertThat(plan.objections()).extracting(Objection::text).containsExactly(texts);
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.touched()).isEmpty();
    assertThat(plan.loans()).isEmpty();
  }

  @Test
  void attachesFromTheHostDriverAllTheWay() {
    Plan plan = attach(host().withoutVfioPci(), Ledger.empty(), NONE);
    assertThat(plan.steps())
        .containsExactly(
            new Step.LoadModule("vfio-pci"),
            new Step.Rebind(at(VF), IGBVF, LENT),
            new Step.Plug(WEB, at(VF), ID, "rp1"));
    assertThat(plan.touched()).containsExactly(at(VF));
    assertThat(plan.loans()).hasSize(1);
    assertThat(plan.loans().getFirst())
        .usingRecursiveComparison()
        .ignoringFields("device")
        .isEqualTo(new Loan(at(VF), new Loan.InGuest(WEB, ID), IGBVF, NOW));
    assertThat(plan.loans().getFirst().device()).isEqualTo(Optional.of(plan.devices().getFirst()));
  }

  @Test
  void attachesWhatIsReservedWithoutTouchingItsBindingAndKeepsItsOrigin() {
    Plan plan = attach(lentHost(), ledger(reserved()), NONE);
    assertThat(plan.steps()).containsExactly(new Step.Plug(WEB, at(VF), ID, "rp1"));
    assertThat(plan.touched()).containsExactly(at(VF));
    assertThat(plan.loans()).containsExactly(inGuest(WEB));
  }

  @Test
  void leavesAFunctionThatWasOnVfioPciBeforeThereWhenItComesBack() {
    Plan plan = reserve(lentHost(), Ledger.empty(), NONE);
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.loans()).extracting(Loan::origin).containsExactly(LENT);
  }

  @Test
  void takesTheWholeGroupAlongOnlyWithConsent() {
    refused(
        reserve(pair(), Ledger.empty(), NONE),
        "01:10.0 (igbvf) shares its IOMMU group with 01:10.1 (e1000): they leave the host together"
            + " or not at all. Add --with-group to take them along.");
    Plan plan = attach(pair(), Ledger.empty(), new Request.Consent(true, false));
    assertThat(plan.steps())
        .containsExactly(
            new Step.Rebind(at(VF), IGBVF, LENT),
            new Step.Rebind(at(MATE), new Binding(Optional.of("e1000"), Optional.empty()), LENT),
            new Step.Plug(WEB, at(VF), ID, "rp1"));
    assertThat(plan.touched()).containsExactly(at(VF), at(MATE));
    assertThat(plan.loans())
        .extracting(Loan::holder)
        .containsExactly(new Loan.InGuest(WEB, ID), new Loan.Along(at(VF)));
  }

  @Test
  void keepsWhereAGroupMateCameFromThatWasLentBefore() {
    Loan stranded = loan(MATE, new Loan.Reserved(), "e1000");
    HostFixture host = host().function(MATE, HostFixture.NIC, 5, "");
    Plan plan = reserve(host, ledger(stranded), ALL);
    assertThat(plan.loans()).contains(stranded);
    assertThat(plan.steps())
        .contains(new Step.Rebind(at(MATE), new Binding(Optional.empty(), Optional.empty()), LENT));
  }

  @Test
  void refusesToTakeAFunctionWhoseGroupMateIsInAGuestByTheLedger() {
    Loan lent = loan(MATE, new Loan.InGuest(OTHER, "lend-x"), "e1000");
    HostFixture host = host().function(MATE, HostFixture.NIC, 5, "vfio-pci");
    refused(
        reserve(host, ledger(lent), ALL),
        "01:10.0 (igbvf) shares its IOMMU group with 01:10.1 (vfio-pci), which is lent to"
            + " qmp:/run/other.qmp. Take that back first: lend detach 01:10.1");
  }

  @Test
  void asksForConsentWhereSomethingInUseStops() {
    HostFixture host = host().anotherWayIn().net("eth3", VF, false, List.of(), "192.0.2.9/24");
    Plan refused = reserve(host, Ledger.empty(), new Request.Consent(true, false));
    refused(
        refused,
        "01:10.0 (eth3, igbvf) is in use on this host, as shown. Add --yes if that may stop.");
    assertThat(refused.consequences())
        .extracting(Consequence::text)
        .containsExactly("01:10.0 (eth3, igbvf) has the address 192.0.2.9/24 (eth3)");
    Plan allowed = reserve(host, Ledger.empty(), new Request.Consent(false, true));
    assertThat(allowed.allowed()).isTrue();
    assertThat(allowed.consequences()).isEqualTo(refused.consequences());
  }

  @Test
  void refusesTheFunctionThatCarriesTheDefaultRouteWhateverThePersonAgreesTo() {
    HostFixture host =
        new HostFixture()
            .role(new SriovRole.Physical(7, List.of()))
            .nic(VF, 5)
            .net("eth1", VF, true, List.of());
    refused(
        reserve(host, Ledger.empty(), ALL),
        "01:10.0 (eth1, igb) carries this host's default route (eth1): the host would be cut off."
            + " Choose a VF of it instead: lend vf create eth1 1. Else,"
            + " if you want that: --accept default-route");
  }

  @Test
  void saysForEachRefusalWhatToDo() {
    HostFixture plain = host().net("eth1", VF, true, List.of());
    refused(
        reserve(plain, Ledger.empty(), ALL),
        "01:10.0 (eth1, igbvf) carries this host's default route (eth1): the host would be cut off."
            + " Move the route to another interface first. Else, if you want that: --accept"
            + " default-route");
    HostFixture session =
        host().net("eth1", VF, false, List.of(), "192.0.2.9/24").session("192.0.2.9");
    refused(
        reserve(session, Ledger.empty(), ALL),
        "01:10.0 (eth1, igbvf) carries your own SSH session (eth1, 192.0.2.9): you would be cut off."
            + " Log in through another interface, then try again. Else, if you want that: --accept"
            + " session");
    HostFixture disk =
        new HostFixture()
            .function(VF, HostFixture.NVME, 5, "nvme")
            .disk(
                "nvme0n1",
                VF,
                new BlockDevice.Use(List.of("nvme0n1p1"), new BlockDevice.Mounted("/srv")),
                new BlockDevice.Use(List.of("nvme0n1p2"), new BlockDevice.Swap()));
    refused(
        reserve(disk, Ledger.empty(), ALL),
        "01:10.0 (nvme0n1, nvme) carries the mounted /srv (nvme0n1p1): what is there would be lost to"
            + " those who use it. Unmount it first. Else, if you want that: --accept mounted",
        "01:10.0 (nvme0n1, nvme) carries swap in use (nvme0n1p2): what is there would be lost to"
            + " those who use it. Turn that swap off first. Else, if you want that: --accept swap");
    HostFixture pf = new HostFixture().role(new SriovRole.Physical(7, List.of(at("02:10.0"))));
    refused(
        reserve(pf.nic(VF, 5), Ledger.empty(), ALL),
        "01:10.0 (igb) has 1 of 7 VFs, which would vanish with it. Choose a VF of it instead, for"
            + " example 02:10.0. Else, if you want that: --accept virtual-functions");
    HostFixture noIommu = new HostFixture().function(VF, HostFixture.NIC, Fact.absent(), IGBVF);
    refused(
        reserve(noIommu, Ledger.empty(), ALL),
        "01:10.0 (igbvf) has no IOMMU group: the IOMMU is off (see lend check).");
    refused(
        reserve(lentHost().holder(5), Ledger.empty(), ALL),
        "01:10.0 (vfio-pci) is held by qemu-system-x86 (pid 4242, guest web1). Stop it, or have it"
            + " let the device go, then try again.");
    refused(
        reserve(
            new HostFixture().function(VF, HostFixture.BRIDGE, 5, "pcieport"), Ledger.empty(), ALL),
        "01:10.0 (pcieport) is a bridge: it carries other devices.");
  }

  @Test
  void givesOneDeviceToOneGuestOnly() {
    refused(
        attach(lentHost(), ledger(inGuest(OTHER)), ALL),
        "01:10.0 (vfio-pci) is lent to qmp:/run/other.qmp: one device, one guest. Take it back"
            + " first: lend detach 01:10.0");
    refused(
        attach(lentHost(), ledger(inGuest(WEB)), ALL),
        "01:10.0 (vfio-pci) is lent to qmp:/run/web1.qmp already.");
  }

  @Test
  void givesAGroupToOneGuestOnly() {
    HostFixture host = lentHost().function(MATE, HostFixture.NIC, 5, "vfio-pci").holder(5);
    Loan mate = loan(MATE, new Loan.InGuest(OTHER, "lend-x"), "e1000");
    refused(
        attach(host, ledger(reserved(), mate), ALL),
        "01:10.0 (vfio-pci) shares its IOMMU group with 01:10.1 (vfio-pci), which is lent to"
            + " qmp:/run/other.qmp. Take that back first: lend detach 01:10.1");
    Loan same = loan(MATE, new Loan.InGuest(WEB, "lend-x"), "e1000");
    assertThat(attach(host, ledger(reserved(), same), ALL).steps())
        .containsExactly(new Step.Plug(WEB, at(VF), ID, "rp1"));
  }

  @Test
  void refusesAReservedFunctionThatSomebodyElseChangedOrHolds() {
    refused(
        attach(host(), ledger(reserved()), ALL),
        "01:10.0 (igbvf) was reserved by Lend, but is on igbvf now: somebody else changed it. Give"
            + " it back first: lend return 01:10.0");
    refused(
        attach(lentHost().holder(5), ledger(reserved()), ALL),
        "01:10.0 (vfio-pci) is held by qemu-system-x86 (pid 4242, guest web1). Stop it, or have it"
            + " let the device go, then try again.");
  }

  @Test
  void refusesAGuestThatHasNoRoomOrDoesNotAnswer() {
    Request request = new Request.Attach(at(VF), WEB, ALL);
    refused(
        plan(host(), Ledger.empty(), answering(List.of()), request),
        "Guest qmp:/run/web1.qmp has no free PCI Express root port. Start it with some to spare:"
            + " -device pcie-root-port,id=rp9,chassis=9,slot=9");
    refused(
        plan(host(), Ledger.empty(), answering(List.of("rp1"), ID), request),
        "Guest qmp:/run/web1.qmp has a device lend-0000-01-10.0 already, which Lend knows nothing"
            + " of. Take it out first, in the guest's monitor: device_del lend-0000-01-10.0");
    refused(
        plan(host(), Ledger.empty(), Optional.empty(), request),
        "No guest answers at qmp:/run/web1.qmp. Start it with a monitor there:"
            + " -qmp unix:PATH,server=on,wait=off");
    GuestView mute = new GuestView(WEB, new GuestView.Mute("no QMP greeting within 20 s"));
    refused(
        plan(host(), Ledger.empty(), Optional.of(mute), request),
        "Guest qmp:/run/web1.qmp does not answer: no QMP greeting within 20 s. Free its monitor, or"
            + " start it with one more for Lend: -qmp unix:PATH,server=on,wait=off");
  }

  @Test
  void refusesToReserveWhatIsLentAlready() {
    refused(
        reserve(lentHost(), ledger(reserved()), ALL), "01:10.0 (vfio-pci) is reserved already.");
    refused(
        reserve(lentHost(), ledger(inGuest(WEB)), ALL),
        "01:10.0 (vfio-pci) is lent to qmp:/run/web1.qmp. Take it back first: lend detach 01:10.0");
    refused(
        reserve(lentHost(), ledger(loan(VF, new Loan.Along(at(MATE)), "igbvf")), ALL),
        "01:10.0 (vfio-pci) is reserved already, together with 01:10.1. Give it back first:"
            + " lend return 01:10.0");
  }

  @Test
  void detachesAllTheWayBackToTheDriverItCameFrom() {
    Plan plan = detach(lentHost().holder(5), ledger(inGuest(WEB)), answering(List.of(), ID));
    assertThat(plan.steps())
        .containsExactly(
            new Step.Unplug(WEB, at(VF), ID),
            new Step.AwaitRelease(at(VF), 5),
            new Step.Rebind(at(VF), LENT, IGBVF));
    assertThat(plan.touched()).containsExactly(at(VF));
    assertThat(plan.loans()).isEmpty();
  }

  @Test
  void detachesFromAGuestThatIsGoneOrHasItNoMore() {
    List<Step> home =
        List.of(new Step.AwaitRelease(at(VF), 5), new Step.Rebind(at(VF), LENT, IGBVF));
    GuestView gone = new GuestView(WEB, new GuestView.Gone());
    assertThat(detach(lentHost(), ledger(inGuest(WEB)), Optional.of(gone)).steps()).isEqualTo(home);
    assertThat(detach(lentHost(), ledger(inGuest(WEB)), answering(List.of("rp1"))).steps())
        .isEqualTo(home);
  }

  @Test
  void refusesToDetachFromAGuestThatDoesNotAnswer() {
    GuestView mute = new GuestView(WEB, new GuestView.Mute("silence"));
    refused(
        detach(lentHost(), ledger(inGuest(WEB)), Optional.of(mute)),
        "Guest qmp:/run/web1.qmp does not answer: silence. Free its monitor, or start it with one"
            + " more for Lend: -qmp unix:PATH,server=on,wait=off");
  }

  @Test
  void keepsADetachedFunctionReservedWhileItsGroupStaysInTheGuest() {
    HostFixture host = lentHost().function(MATE, HostFixture.NIC, 5, "vfio-pci").holder(5);
    Loan mate = loan(MATE, new Loan.InGuest(WEB, "lend-x"), "e1000");
    Plan plan = detach(host, ledger(inGuest(WEB), mate), answering(List.of(), ID, "lend-x"));
    assertThat(plan.steps()).containsExactly(new Step.Unplug(WEB, at(VF), ID));
    assertThat(plan.touched()).containsExactly(at(VF));
    assertThat(plan.loans()).containsExactly(reserved());
  }

  @Test
  void bringsTheWholeGroupHomeWithTheLastOfIt() {
    HostFixture host = lentHost().function(MATE, HostFixture.NIC, 5, "vfio-pci");
    Loan mate = loan(MATE, new Loan.Along(at(VF)), "e1000");
    Plan plan = detach(host, ledger(inGuest(WEB), mate), answering(List.of(), ID));
    assertThat(plan.touched()).containsExactly(at(VF), at(MATE));
    assertThat(plan.steps())
        .endsWith(
            new Step.Rebind(at(VF), LENT, IGBVF),
            new Step.Rebind(at(MATE), LENT, new Binding(Optional.of("e1000"), Optional.empty())));
    assertThat(plan.loans()).isEmpty();
  }

  @Test
  void refusesToDetachOrReturnWhatIsNotLentThatWay() {
    refused(
        detach(host(), Ledger.empty(), Optional.empty()),
        "01:10.0 (igbvf) is not lent. See what is: lend status");
    refused(
        detach(lentHost().holder(5), Ledger.empty(), Optional.empty()),
        "01:10.0 (vfio-pci) was not lent by Lend: it is held by qemu-system-x86 (pid 4242, guest"
            + " web1). Stop it, or have it let the device go, then try again.");
    refused(
        detach(lentHost(), ledger(reserved()), Optional.empty()),
        "01:10.0 (vfio-pci) is in no guest. Give it back to the host: lend return 01:10.0");
    refused(
        giveBack(host(), Ledger.empty()),
        "01:10.0 (igbvf) is not reserved by Lend. See what is: lend status");
    refused(
        giveBack(lentHost(), ledger(inGuest(WEB))),
        "01:10.0 (vfio-pci) is lent to qmp:/run/web1.qmp. Take it back: lend detach 01:10.0");
  }

  @Test
  void returnsWhatIsReservedAndHasNothingToDoWhereThatHappenedAlready() {
    Plan plan = giveBack(lentHost(), ledger(reserved()));
    assertThat(plan.steps()).containsExactly(new Step.Rebind(at(VF), LENT, IGBVF));
    assertThat(plan.loans()).isEmpty();
    Plan nothing = giveBack(host(), ledger(reserved()));
    assertThat(nothing.allowed()).isTrue();
    assertThat(nothing.steps()).isEmpty();
    assertThat(nothing.touched()).containsExactly(at(VF));
  }

  @Test
  void refusesToReturnWhileSomebodyHoldsTheGroup() {
    refused(
        giveBack(lentHost().holder(5), ledger(reserved())),
        "01:10.0 (vfio-pci) is held by qemu-system-x86 (pid 4242, guest web1). Stop it, or have it"
            + " let the device go, then try again.");
    HostFixture host = lentHost().function(MATE, HostFixture.NIC, 5, "vfio-pci").holder(5);
    Loan mate = loan(MATE, new Loan.InGuest(WEB, "lend-x"), "e1000");
    refused(
        giveBack(host, ledger(reserved(), mate)),
        "01:10.0 (vfio-pci) shares its IOMMU group with 01:10.1 (vfio-pci), which is lent to"
            + " qmp:/run/web1.qmp. Both go home when that comes back: lend detach 01:10.1");
  }

  @Test
  void endsTheLoanOfAFunctionThatTheHostHasNoMore() {
    HostFixture empty = new HostFixture();
    Plan returned = giveBack(empty, ledger(reserved()));
    assertThat(returned.allowed()).isTrue();
    assertThat(returned.steps()).isEmpty();
    assertThat(returned.touched()).containsExactly(at(VF));
    assertThat(returned.loans()).isEmpty();
    assertThat(detach(empty, ledger(inGuest(WEB)), answering(List.of(), ID)).steps())
        .containsExactly(new Step.Unplug(WEB, at(VF), ID));
    refused(
        giveBack(empty, ledger(inGuest(WEB))),
        "01:10.0 is lent to qmp:/run/web1.qmp. Take it back: lend detach 01:10.0");
    assertThatIllegalArgumentException().isThrownBy(() -> giveBack(empty, Ledger.empty()));
    assertThatIllegalArgumentException().isThrownBy(() -> reserve(empty, ledger(reserved()), ALL));
  }

  @Test
  void namesAnIdThatQemuTakes() {
    assertThat(Planner.deviceId(new PciAddress(-1, 255, 31, 7)))
        .matches("[a-zA-Z][-a-zA-Z0-9._]*")
        .isEqualTo("lend-ffffffff-ff-1f.7");
  }

  @Test
  void printsEachStepAsTheCommandThatAPersonWouldType() {
    assertThat(new Step.Rebind(at(VF), IGBVF, LENT).shell())
        .containsExactly(
            "echo 'vfio-pci' > /sys/bus/pci/devices/0000:01:10.0/driver_override",
            "echo 0000:01:10.0 > /sys/bus/pci/drivers/igbvf/unbind",
            "echo 0000:01:10.0 > /sys/bus/pci/drivers_probe");
    assertThat(new Step.Rebind(at(VF), LENT, IGBVF).shell().getFirst())
        .as("echo of nothing writes the line end that clears it")
        .isEqualTo("echo '' > /sys/bus/pci/devices/0000:01:10.0/driver_override");
    Guest quoted = new Guest.Qemu("/run/it's.qmp");
    assertThat(new Step.Plug(quoted, at(VF), ID, "a'b").shell().getFirst())
        .contains("\"bus\":\"a'\\''b\"")
        .endsWith("socat -t5 - 'UNIX-CONNECT:/run/it'\\''s.qmp'");
  }

  @Test
  void foldsALedgerByForgettingWhatIsTouchedAndKeepingWhatIsGiven() {
    Loan mate = loan(MATE, new Loan.Reserved(), "e1000");
    Ledger before = ledger(reserved(), mate);
    assertThat(before.after(List.of(at(VF)), List.of()).loans().values()).containsExactly(mate);
    assertThat(before.after(List.of(at(VF)), List.of(inGuest(WEB))).loan(at(VF)))
        .contains(inGuest(WEB));
    assertThat(
            new Ledger(
                new TreeMap<>(before.loans()), new TreeMap<>(), new TreeMap<>(), new TreeMap<>()))
        .isEqualTo(before);
  }
}
