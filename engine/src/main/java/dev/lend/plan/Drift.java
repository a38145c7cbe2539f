package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.Fact;
import dev.lend.model.Hardware;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What has become of a lent function that Lend did not do: a start of the host, another person. */
final class Drift {
  private Drift() {}

  /** What a function is known by. */
  static DeviceIdentity identity(HostSnapshot host, PciFunction function) {
    List<String> macs = new ArrayList<>();
    if (!(function.sriov() instanceof SriovRole.Virtual)
        && host.surroundings().netOrigin(function.address())
            instanceof Fact.Known<NetOrigin>(NetOrigin net)) {
      for (NetState state : net.interfaces()) {
        state.hardware().ifPresent(macs::add);
      }
    }
    return new DeviceIdentity(
        function.address(),
        function.id(),
        function.subsystem(),
        host.hardware(function.address()).flatMap(Hardware::serial),
        macs);
  }

  /**
   * How a lent function differs from what Lend left, to go on after its name; empty where it does
   * not.
   *
   * @param now how it is bound
   */
  static Optional<String> of(HostSnapshot host, PciFunction function, Loan loan, Binding now) {
    Optional<String> other = otherDevice(loan, identity(host, function));
    if (other.isPresent()) {
      return other;
    }
    boolean asLeft =
        now.between(Planner.LENT, loan.origin()) || now.between(ResetPlan.OFF, loan.origin());
    return asLeft
        ? Optional.empty()
        : Optional.of(
            "is "
                + now.describe()
                + ", and Lend left it on "
                + Planner.VFIO_PCI
                + ": the host was started anew, or somebody else changed it");
  }

  /** That another device sits at a lent function's address, to go on after its name. */
  static Optional<String> otherDevice(Loan loan, DeviceIdentity now) {
    return loan.device()
        .filter(was -> !was.same(now))
        .map(was ->
            "is not the device that Lend took: that was "
                + was.describe(now)
                + ", and "
                + now.describe(was)
                + " sits there now");
  }
}
