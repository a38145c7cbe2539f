package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.GuestMemory;
import dev.lend.model.GuestView;
import dev.lend.model.KernelTask;
import dev.lend.model.LockLimit;
import dev.lend.plan.Consequence.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PinnedMemoryTest {
  private static final String NIC = "0000:02:00.0";
  private static final Guest WEB = new Guest.Qemu("/run/web.qmp");
  private static final long GIB = 1L << 30;

  private final HostFixture host = new HostFixture().nic(NIC, 7);

  private Plan attach(GuestMemory memory, int ports, Kind... accepted) {
    List<String> free = List.of("rp0", "rp1", "rp2").subList(0, ports);
    GuestView view =
        new GuestView(WEB, new GuestView.Answering("web", free, Set.of(), Optional.of(memory)));
    Request request =
        new Request.Attach(at(NIC), WEB, new Request.Consent(true, true, Set.of(accepted)));
    return Planner.plan(host.build(), Ledger.empty(), Optional.of(view), request, Instant.EPOCH);
  }

  private static GuestMemory memory(
      long present, long locked, long available, OptionalLong lockable) {
    return new GuestMemory(4 * GIB, 4 * GIB, Optional.empty())
        .at(
            Optional.of(
                new GuestMemory.Place(present, locked, available, "this host", lockable, 42)));
  }

  private static List<String> said(Plan plan, Kind kind) {
    return plan.consequences().stream()
        .filter(consequence -> consequence.kind() == kind)
        .map(consequence -> consequence.severity().id() + " " + consequence.text())
        .toList();
  }

  @Test
  void saysWhatStopsWorkingOnceAllMemoryIsLocked() {
    Plan plan = attach(memory(GIB, 0, 4 * GIB, OptionalLong.empty()), 3);
    assertThat(plan.allowed()).isTrue();
    assertThat(said(plan, Kind.GUEST_MEMORY))
        .containsExactly(
            "note all memory of qmp:/run/web.qmp, 4 GiB, is locked while it has a device: the host"
                + " cannot take it back by ballooning, share it (KSM) or swap it out, and the guest"
                + " cannot be migrated or saved with its memory");
  }

  @Test
  void countsOnlyWhatTheGuestDoesNotTakeYet() {
    assertThat(attach(memory(GIB, 0, 3 * GIB, OptionalLong.empty()), 3).allowed()).isTrue();
    Plan plan = attach(memory(GIB, 0, 3 * GIB - 1, OptionalLong.empty()), 3);
    assertThat(plan.objections())
        .singleElement()
        .extracting(Objection::text)
        .asString()
        .contains(
            "All 4 GiB of memory of qmp:/run/web.qmp would be locked: 3 GiB more than it takes now,"
                + " and this host has 2.9 GiB left",
            "Else, if you want that: --accept guest-memory");
    assertThat(plan.steps()).isEmpty();
  }

  @Test
  void aPersonMayTakeALackOfMemoryUponThemselvesByName() {
    GuestMemory tooMuch = memory(0, 0, GIB, OptionalLong.empty());
    assertThat(attach(tooMuch, 3, Kind.MEMORY_LIMIT).allowed()).isFalse();
    Plan plan = attach(tooMuch, 3, Kind.GUEST_MEMORY);
    assertThat(plan.allowed()).isTrue();
    assertThat(plan.overridden()).contains("guest-memory");
  }

  @Test
  void aGuestThatHasADeviceAlreadyLosesNothingMore() {
    Plan plan = attach(memory(4 * GIB, 4 * GIB, 0, OptionalLong.of(9 * GIB)), 3);
    assertThat(plan.allowed()).isTrue();
    assertThat(said(plan, Kind.GUEST_MEMORY)).isEmpty();
  }

  @Test
  void theProcessHasToBeAllowedToLockThatMuch() {
    assertThat(attach(memory(0, 0, 9 * GIB, OptionalLong.of(4 * GIB)), 3).allowed()).isTrue();
    Plan plan = attach(memory(0, 0, 9 * GIB, OptionalLong.of(8 << 20)), 3);
    assertThat(plan.objections())
        .singleElement()
        .extracting(Objection::text)
        .asString()
        .contains(
            "may lock 8 MiB of memory, and its guest has 4 GiB",
            "prlimit --pid 42 --memlock=5368709120:5368709120.",
            "--accept memory-limit");
  }

  @Test
  void theLimitIsRaisedBeforeTheDeviceGoesInWhereLendMayDoThat() {
    KernelTask qemu = new KernelTask(42, 1000, "boot");
    LockLimit small = new LockLimit(8 << 20, 8 << 20);
    GuestMemory known =
        new GuestMemory(4 * GIB, 6 * GIB, Optional.empty())
            .at(
                Optional.of(
                    new GuestMemory.Place(
                        0,
                        0,
                        9 * GIB,
                        "this host",
                        OptionalLong.of(8 << 20),
                        42,
                        Optional.of(new GuestMemory.Raisable(qemu, small)))));

    Plan plan = attach(known, 3);

    Step.LockMemory raise = new Step.LockMemory(WEB, qemu, small, new LockLimit(7 * GIB, 7 * GIB));
    assertThat(plan.allowed()).isTrue();
    assertThat(plan.steps().subList(plan.steps().size() - 2, plan.steps().size()).getFirst())
        .isEqualTo(raise);
    assertThat(plan.steps().getLast()).isInstanceOf(Step.Plug.class);
    assertThat(raise.shell())
        .containsExactly("prlimit --pid 42 --memlock=" + 7 * GIB + ":" + 7 * GIB);
    assertThat(raise.inverse().orElseThrow().shell())
        .containsExactly("prlimit --pid 42 --memlock=8388608:8388608");
    assertThat(raise.describe())
        .isEqualTo("let the process of qmp:/run/web.qmp (42) lock 7 GiB of memory");
  }

  @Test
  void memoryThatIsPluggedInLaterIsLockedToo() {
    GuestMemory grows =
        new GuestMemory(4 * GIB, 16 * GIB, memory(0, 0, 8 * GIB, OptionalLong.empty()).place());
    Plan plan = attach(grows, 3);
    assertThat(plan.allowed()).isTrue();
    assertThat(said(plan, Kind.GUEST_MEMORY))
        .hasSize(2)
        .anyMatch(text -> text.contains("4 GiB (and what is plugged in, up to 16 GiB)"))
        .anyMatch(
            text -> text.contains("for the 16 GiB that it may grow to, this host has too little"));
  }

  @Test
  void aGuestThatIsYetToStartIsMeasuredTheSame() {
    GuestMemory memory =
        GuestMemory.of(4 * GIB)
            .at(
                Optional.of(
                    new GuestMemory.Place(0, 0, GIB, "this host", OptionalLong.of(GIB), 0)));
    Loan.InProcess lend = new Loan.InProcess(new KernelTask(7, 7, "boot"), "web1");
    Request request =
        new Request.Run(
            at(NIC), new Request.Consent(true, true), lend, Optional.empty(), Optional.of(memory));
    Plan plan =
        Planner.plan(host.build(), Ledger.empty(), Optional.empty(), request, Instant.EPOCH);
    assertThat(plan.objections()).hasSize(2);
    assertThat(plan.objections().getFirst().text()).startsWith("All 4 GiB of memory of web1");
    assertThat(plan.objections().getLast().text()).contains("ulimit -l 5242880.");
  }

  @Test
  void saysHowManyRootPortsAreLeftAndHowToHaveMore() {
    GuestMemory small = GuestMemory.of(GIB);
    assertThat(said(attach(small, 3), Kind.ROOT_PORTS))
        .containsExactly("note qmp:/run/web.qmp has 2 free root ports left after this");
    assertThat(said(attach(small, 1), Kind.ROOT_PORTS))
        .singleElement()
        .asString()
        .contains("has no free root ports left after this", "-device pcie-root-port,");
    assertThat(attach(small, 0).objections().getFirst().text())
        .contains("has no free PCI Express root port", "-device pcie-root-port,");
  }
}
