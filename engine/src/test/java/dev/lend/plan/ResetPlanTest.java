package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.ledger.Quarantine;
import dev.lend.model.Binding;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.PciId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Trying a reset out, cleaning, and what a quarantine and reserved memory stop. */
class ResetPlanTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String NIC = "0000:02:00.0";
  private static final String MATE = "0000:02:00.1";
  private static final Binding HOME = new Binding(Optional.of("igb"), Optional.empty());
  private static final Binding OFF = new Binding(Optional.empty(), Optional.of("none"));
  private static final Guest WEB = new Guest.Qemu("/run/web1.qmp");
  private static final Request.Consent DESPITE =
      new Request.Consent(true, true, Set.of(Consequence.Kind.QUARANTINE));
  private static final Request.Consent ALL = new Request.Consent(true, true);

  private final HostFixture host = new HostFixture();

  private HostFixture idle() {
    return host.nic(NIC, 7).resets(NIC, "flr", "bus");
  }

  private HostFixture lent() {
    return host.function(NIC, HostFixture.NIC, 7, "vfio-pci").resets(NIC, "flr");
  }

  private static Ledger ledger(Loan.Holder holder) {
    return Ledger.empty().after(List.of(), List.of(new Loan(at(NIC), holder, HOME, NOW)));
  }

  private static Ledger quarantined(Ledger ledger) {
    Quarantine quarantine = new Quarantine(at(NIC), new PciId(0x8086, 0x10c9), NOW, "reset: no");
    return ledger.after(List.of(), List.of(), List.of(quarantine));
  }

  private static Plan plan(HostFixture host, Ledger ledger, Request request) {
    return Planner.plan(
        host.build(),
        ledger,
        Optional.of(new GuestView(WEB, new GuestView.Answering("web1", List.of("rp1"), Set.of()))),
        request,
        NOW);
  }

  private static Plan tryReset(HostFixture host, Ledger ledger) {
    return plan(host, ledger, new Request.TryReset(at(NIC)));
  }

  private static Step reset(String... method) {
    return new Step.Reset(at(NIC), List.of(method).stream().findFirst(), 2, true);
  }

  private static Step choose(List<String> from, List<String> to) {
    return new Step.ChooseReset(at(NIC), from, to);
  }

  private static void refused(Plan plan, String part) {
    assertThat(plan.objections())
        .extracting(Objection::text)
        .singleElement()
        .asString()
        .contains(part);
    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void triesEachMethodTwiceWhileNoDriverHasTheFunctionAndPutsTheOrderBack() {
    assertThat(tryReset(idle(), Ledger.empty()).steps())
        .containsExactly(
            new Step.Rebind(at(NIC), HOME, OFF),
            choose(List.of("flr", "bus"), List.of("flr")),
            reset("flr"),
            choose(List.of("flr"), List.of("bus")),
            reset("bus"),
            choose(List.of("bus"), List.of("flr", "bus")),
            new Step.Rebind(at(NIC), OFF, HOME));
  }

  @Test
  void choosesNothingWhereThereIsNoChoice() {
    assertThat(tryReset(host.nic(NIC, 7).resets(NIC, "flr"), Ledger.empty()).steps())
        .containsExactly(
            new Step.Rebind(at(NIC), HOME, OFF), reset("flr"), new Step.Rebind(at(NIC), OFF, HOME));
    HostFixture old = new HostFixture().function(NIC, HostFixture.NIC, 7, "").resets(NIC);
    assertThat(tryReset(old, Ledger.empty()).steps())
        .as("a kernel that does not name its methods, a function with no driver")
        .containsExactly(reset());
  }

  @Test
  void triesNoBusResetThatTheKernelWouldRefuseBecauseOfOthersOnTheBus() {
    HostFixture pair = idle().nic(MATE, 8);
    assertThat(tryReset(pair, Ledger.empty()).steps())
        .as("that the list has it is from when it was alone")
        .containsExactly(
            new Step.Rebind(at(NIC), HOME, OFF), reset("flr"), new Step.Rebind(at(NIC), OFF, HOME));
    refused(
        tryReset(new HostFixture().nic(NIC, 7).nic(MATE, 8).resets(NIC, "bus"), Ledger.empty()),
        "cannot be reset: the kernel has no way that would not hit others");
  }

  @Test
  void resetsNothingThatIsUsed() {
    refused(
        tryReset(lent(), ledger(new Loan.Reserved())),
        "is reserved. Give it back first: lend return 02:00.0");
    refused(
        tryReset(lent(), ledger(new Loan.InGuest(WEB, "x"))),
        "is in a guest. Take it back first: lend detach 02:00.0");
    refused(
        tryReset(idle().holder(7), Ledger.empty()),
        "is held by qemu-system-x86 (pid 4242, guest web1)");
    refused(
        tryReset(new HostFixture().function(NIC, HostFixture.BRIDGE, 7, ""), Ledger.empty()),
        "is a bridge");
    refused(
        tryReset(new HostFixture().nic(NIC, 7), Ledger.empty()),
        "cannot be reset: the kernel has no way");
    refused(
        tryReset(
            new HostFixture()
                .nic(NIC, 7)
                .resets(NIC, "flr")
                .net("eth0", NIC, true, List.of(), "192.0.2.2/24"),
            Ledger.empty()),
        "is in use: it carries this host's default route (eth0); it has the address 192.0.2.2/24 (eth0). Only an idle");
  }

  @Test
  void saysWhatIsThereButNotInUse() {
    Plan plan = tryReset(idle().net("eth0", NIC, false, List.of()), Ledger.empty());
    assertThat(plan.allowed()).isTrue();
    assertThat(plan.consequences())
        .extracting(Consequence::text)
        .containsExactly("02:00.0 (eth0, igb) has the interface eth0 up, without an address");
  }

  @Test
  void resetsWhatAGuestHadBeforeTheHostGetsItBack() {
    Plan plan = plan(lent(), ledger(new Loan.Reserved()), new Request.Return(at(NIC)));
    assertThat(plan.steps())
        .containsExactly(
            new Step.Reset(at(NIC), Optional.empty(), 1, false),
            new Step.Rebind(
                at(NIC), new Binding(Optional.of("vfio-pci"), Optional.of("vfio-pci")), HOME));
    Plan detach = plan(lent(), ledger(new Loan.InGuest(WEB, "x")), new Request.Detach(at(NIC)));
    assertThat(detach.steps().get(0)).isInstanceOf(Step.AwaitRelease.class);
    assertThat(detach.steps().get(1)).isInstanceOf(Step.Reset.class);
  }

  @Test
  void resetsWhatOnlyCameAlongSinceAGuestCanReachItWithinTheGroup() {
    Plan along = plan(lent(), ledger(new Loan.Along(at(MATE))), new Request.Return(at(NIC)));
    assertThat(along.steps()).anyMatch(Step.Reset.class::isInstance);
  }

  @Test
  void resetsNothingThatCannotBeReset() {
    HostFixture without = new HostFixture().function(NIC, HostFixture.NIC, 7, "vfio-pci");
    Plan plan = plan(without, ledger(new Loan.Reserved()), new Request.Return(at(NIC)));
    assertThat(plan.steps()).noneMatch(Step.Reset.class::isInstance);
  }

  @Test
  void resetsTheWholeGroupBeforeAnyOfItGoesHome() {
    lent().function(MATE, HostFixture.NIC, 7, "vfio-pci").resets(MATE, "pm");
    Ledger both =
        ledger(new Loan.Reserved())
            .after(List.of(), List.of(new Loan(at(MATE), new Loan.Reserved(), HOME, NOW)));
    assertThat(plan(host, both, new Request.Return(at(NIC))).steps())
        .extracting(step -> step.getClass().getSimpleName())
        .containsExactly("Reset", "Reset", "Rebind", "Rebind");
  }

  @Test
  void lendsNothingThatIsInQuarantine() {
    Ledger apart = quarantined(Ledger.empty());
    refused(
        plan(idle(), apart, new Request.Reserve(at(NIC), ALL)),
        "is in quarantine since its reset failed when it came back: reset: no. Clean it: lend clean 02:00.0. Else");
    refused(plan(idle(), apart, new Request.Attach(at(NIC), WEB, ALL)), "is in quarantine");
    refused(
        plan(
            new HostFixture().function(NIC, HostFixture.NIC, 7, "vfio-pci"),
            quarantined(ledger(new Loan.Reserved())),
            new Request.Attach(at(NIC), WEB, ALL)),
        "is in quarantine");
    Plan accepted = plan(idle(), apart, new Request.Reserve(at(NIC), DESPITE));
    assertThat(accepted.allowed()).as("a person took it upon themselves").isTrue();
    assertThat(accepted.consequences())
        .extracting(Consequence::kind)
        .containsExactly(Consequence.Kind.QUARANTINE);
    Quarantine ofAnother = new Quarantine(at(NIC), new PciId(0x15b3, 0x1017), NOW, "reset: no");
    Ledger before = Ledger.empty().after(List.of(), List.of(), List.of(ofAnother));
    assertThat(plan(idle(), before, new Request.Reserve(at(NIC), ALL)).objections())
        .as("another device sat there")
        .isEmpty();
  }

  @Test
  void cleansWhereItIsAndKeepsItsLoan() {
    Plan onHost = plan(idle(), quarantined(Ledger.empty()), new Request.Clean(at(NIC)));
    assertThat(onHost.steps())
        .containsExactly(
            new Step.Rebind(at(NIC), HOME, OFF), reset(), new Step.Rebind(at(NIC), OFF, HOME));
    Ledger reserved = quarantined(ledger(new Loan.Reserved()));
    Plan onVfio =
        plan(
            new HostFixture().function(NIC, HostFixture.NIC, 7, "vfio-pci").resets(NIC, "flr"),
            reserved,
            new Request.Clean(at(NIC)));
    assertThat(onVfio.steps()).containsExactly(reset());
    assertThat(onVfio.loans()).containsExactly(reserved.loan(at(NIC)).orElseThrow());
    refused(plan(idle(), Ledger.empty(), new Request.Clean(at(NIC))), "is in no quarantine");
  }

  @Test
  void refusesWhatTheFirmwareKeepsMappedInTheKernelsWords() {
    refused(
        plan(
            host.nic(NIC, 7).reserved(NIC, "direct"),
            Ledger.empty(),
            new Request.Reserve(at(NIC), ALL)),
        "ineligible for IOMMU domain attach due to platform RMRR requirement");
    HostFixture relaxed = new HostFixture().nic(NIC, 7).reserved(NIC, "direct-relaxable");
    assertThat(plan(relaxed, Ledger.empty(), new Request.Reserve(at(NIC), ALL)).allowed()).isTrue();
  }
}
