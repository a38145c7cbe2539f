package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Quarantine;
import dev.lend.ledger.ResetTrial;
import dev.lend.ledger.ResetTrial.Result;
import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Severity;
import dev.lend.model.FunctionDetail;
import dev.lend.model.FunctionDetail.Bar;
import dev.lend.model.FunctionDetail.ReservedRegion;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import dev.lend.model.TrustFacts;
import dev.lend.plan.Trust.Grade;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The grade of a device; what is said along with it is in the golden files of the command line. */
class TrustTest {
  private static final String NIC = "0000:02:00.0";
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Finding REMAPPED = Finding.of("ir", Severity.OK, "interrupts are remapped");
  private static final String LINUX = "6.12.0";

  private HostFixture fixture = new HostFixture().nic(NIC, 7);
  private Optional<Ledger> ledger = Optional.of(Ledger.empty().after(trial("flr", Result.CLEAN)));
  private Fact<List<String>> resets = Fact.known(List.of("flr", "bus"));
  private List<ReservedRegion> reserved = List.of();
  private List<Bar> bars = List.of();
  private List<Integer> homeless = List.of();
  private Finding remapping = REMAPPED;
  private Fact<Integer> msi = Fact.known(1);
  private Fact<Boolean> bootDisplay = Fact.absent();
  private boolean silent;

  private static ResetTrial trial(String method, Result result) {
    return trial(method, result, LINUX);
  }

  private static ResetTrial trial(String method, Result result, String kernel) {
    Optional<String> way = method.isEmpty() ? Optional.empty() : Optional.of(method);
    return new ResetTrial(at(NIC), new PciId(0x8086, 0x10c9), way, result, "", NOW, kernel);
  }

  private void trials(ResetTrial... trials) {
    Ledger with = Ledger.empty();
    for (ResetTrial trial : trials) {
      with = with.after(trial);
    }
    ledger = Optional.of(with);
  }

  private Trust trust() {
    HostSnapshot host = fixture.build();
    PciFunction function = host.function(at(NIC)).orElseThrow();
    FunctionDetail detail =
        new FunctionDetail(
            function,
            Fact.known(1),
            new Binding(function.driver(), Optional.empty()),
            resets,
            bars,
            Fact.absent(),
            new FunctionDetail.Interrupts(msi, Fact.absent(), 0),
            Fact.known("D0"),
            List.of(),
            List.of(),
            Fact.known(reserved),
            Fact.absent(),
            Fact.absent());
    return Trust.of(
        host, new TrustFacts(detail, remapping, bootDisplay, silent, homeless, LINUX), ledger);
  }

  private Grade grade() {
    return trust().grade();
  }

  @Test
  void givesTheBestGradeOnlyToADeviceWhoseResetWorkedHere() {
    assertThat(grade()).isEqualTo(Grade.A);
    trials();
    assertThat(grade()).as("not tried").isEqualTo(Grade.B);
    trials(trial("bus", Result.CLEAN));
    assertThat(grade()).as("not the one that comes first").isEqualTo(Grade.B);
    trials(trial("", Result.CLEAN));
    assertThat(grade()).as("the kernel's choice, after a guest").isEqualTo(Grade.A);
    trials(trial("flr", Result.CLEAN, "6.1.0"));
    assertThat(grade()).as("another kernel").isEqualTo(Grade.B);
    ledger = Optional.empty();
    assertThat(grade()).as("nobody knows").isEqualTo(Grade.B);
  }

  @Test
  void knowsTheTrialsOfThisDeviceOnly() {
    ResetTrial other =
        new ResetTrial(at(NIC), new PciId(1, 1), Optional.of("flr"), Result.GONE, "", NOW, LINUX);
    trials(other);
    assertThat(grade()).as("of one that sat there before").isEqualTo(Grade.B);
    assertThat(trust().trials()).isEmpty();
  }

  @Test
  void lowersTheGradeWhereAResetDoesNotWork() {
    trials(trial("flr", Result.REFUSED), trial("bus", Result.CLEAN));
    assertThat(grade()).isEqualTo(Grade.C);
    trials(trial("flr", Result.CLEAN), trial("bus", Result.REFUSED));
    assertThat(grade()).as("the kernel never gets to the second").isEqualTo(Grade.A);
    trials(trial("flr", Result.CHANGED));
    assertThat(grade()).isEqualTo(Grade.D);
    resets = Fact.absent();
    assertThat(grade()).isEqualTo(Grade.D);
    resets = Fact.known(List.of("pm", "bus"));
    trials(trial("pm", Result.CLEAN));
    assertThat(grade()).isEqualTo(Grade.B);
    resets = Fact.known(List.of());
    trials(trial("", Result.CLEAN));
    assertThat(grade()).as("a kernel before 5.15").isEqualTo(Grade.A);
    resets = new Fact.Unreadable<>("sys/x", "Input/output error");
    assertThat(grade()).isEqualTo(Grade.B);
  }

  @Test
  void doesNotCountABusResetThatTheKernelWouldRefuse() {
    resets = Fact.known(List.of("bus"));
    assertThat(trust().marks()).as("alone on its bus").noneMatch(mark -> mark.atMost() == Grade.D);
    fixture = new HostFixture().nic(NIC, 7).nic("0000:02:01.0", 8);
    assertThat(grade()).isEqualTo(Grade.D);
  }

  @Test
  void grantsNoDeviceThatCannotBeLent() {
    fixture = new HostFixture().function(NIC, HostFixture.BRIDGE, 7, "pcieport");
    assertThat(grade()).isEqualTo(Grade.NO);
    fixture =
        new HostFixture()
            .function(
                NIC,
                HostFixture.NIC,
                Fact.absent(),
                new Binding(Optional.of("igb"), Optional.empty()));
    assertThat(grade()).isEqualTo(Grade.NO);
    fixture = new HostFixture().nic(NIC, 7);
    silent = true;
    assertThat(grade()).isEqualTo(Grade.NO);
    silent = false;
    remapping = Finding.of("ir", Severity.BLOCKER, "interrupts are not remapped");
    assertThat(grade()).isEqualTo(Grade.NO);
    remapping = REMAPPED;
    reserved = List.of(new ReservedRegion("0x1000", "0x1fff", "direct"));
    assertThat(grade()).isEqualTo(Grade.NO);
    assertThat(trust().lendable()).isFalse();
    reserved = List.of(new ReservedRegion("0x1000", "0x1fff", "direct-relaxable"));
    assertThat(grade()).isEqualTo(Grade.A);
    Quarantine apart = new Quarantine(at(NIC), new PciId(0x8086, 0x10c9), NOW, "reset: no");
    ledger = ledger.map(known -> known.after(List.of(), List.of(), List.of(apart)));
    assertThat(grade()).isEqualTo(Grade.NO);
  }

  @Test
  void lowersTheGradeForWhatIsNotKeptApart() {
    fixture = new HostFixture().nic(NIC, 7).nic("0000:02:00.1", 7);
    assertThat(grade()).as("two functions of one card").isEqualTo(Grade.B);
    fixture = new HostFixture().nic(NIC, 7).nic("0000:03:00.0", 7);
    assertThat(grade()).isEqualTo(Grade.C);
  }

  @Test
  void lowersTheGradeForInterruptsWindowsAndDisplays() {
    remapping = Finding.of("ir", Severity.WARNING, "VFIO was told to go without");
    assertThat(grade()).as("a guest could raise any interrupt of the host").isEqualTo(Grade.D);
    remapping = REMAPPED;
    msi = Fact.absent();
    assertThat(grade()).isEqualTo(Grade.C);
    msi = new Fact.Unreadable<>("sys/config", "only root may read it");
    assertThat(grade()).isEqualTo(Grade.B);
    msi = Fact.known(1);
    bootDisplay = Fact.known(true);
    assertThat(grade()).isEqualTo(Grade.C);
    bootDisplay = Fact.known(false);
    homeless = List.of(2);
    assertThat(grade()).isEqualTo(Grade.D);
    homeless = List.of();
    bars = List.of(new Bar(0, Bar.Space.MEMORY_64, true, 48L << 30));
    assertThat(grade()).isEqualTo(Grade.A);
    assertThat(trust().marks())
        .extracting(mark -> mark.finding().title())
        .anyMatch(title -> title.contains("48 GiB") && title.endsWith("string=65536"));
  }
}
