package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.Guest;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StandingTest {
  private static final String VF = "0000:01:10.0";
  private static final Loan.Holder GUEST =
      new Loan.InGuest(new Guest.Qemu("/run/web1.sock"), "lend-0000-01-10.0");

  private static Standing of(HostFixture host, Loan.Holder holder) {
    Binding origin = new Binding(Optional.of("igbvf"), Optional.empty());
    return Standing.of(host.build(), new Loan(at(VF), holder, origin, Instant.EPOCH));
  }

  private static HostFixture onVfio() {
    return new HostFixture().function(VF, HostFixture.NIC, 1, "vfio-pci");
  }

  @Test
  void agreesWhereTheGuestHoldsWhatItWasLent() {
    assertThat(of(onVfio().holder(1), GUEST)).isEqualTo(new Standing(true, "in the guest"));
  }

  @Test
  void disagreesWhereNobodyHoldsWhatAGuestWasLent() {
    assertThat(of(onVfio(), GUEST))
        .isEqualTo(
            new Standing(false, "the guest has let it go, or has ended: lend detach 01:10.0"));
  }

  @Test
  void agreesWhereAGuestWasStartedWithWhatIsReserved() {
    assertThat(of(onVfio(), new Loan.Reserved()).text()).isEqualTo("waits on vfio-pci for a guest");
    Standing started = of(onVfio().holder(1), new Loan.Reserved());
    assertThat(started.agrees()).isTrue();
    assertThat(started.text()).startsWith("in a guest: ");
  }

  @Test
  void disagreesWhereSomebodyElseTookItOffVfioPciOrItIsGone() {
    HostFixture taken = new HostFixture().function(VF, HostFixture.NIC, 1, "igbvf");
    assertThat(of(taken, new Loan.Reserved()).text())
        .isEqualTo(
            "is on igbvf and not on vfio-pci: somebody else changed it. lend return 01:10.0 clears that up");
    assertThat(of(taken, GUEST).text()).endsWith("lend detach 01:10.0 clears that up");
    assertThat(of(new HostFixture(), GUEST))
        .isEqualTo(new Standing(false, "is gone from this host"));
  }
}
