package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import java.util.Optional;

/**
 * Whether kernel and ledger agree about a loan.
 *
 * @param agrees true where they do
 * @param text how things stand, for a person; where they do not agree also what to do
 */
public record Standing(boolean agrees, String text) {
  /** How a loan stands on the host as it is now. */
  public static Standing of(HostSnapshot host, Loan loan) {
    Optional<PciFunction> function = host.function(loan.address());
    String name = loan.address().brief();
    if (function.isEmpty()) {
      return new Standing(false, "is gone from this host");
    }
    Optional<String> other = Drift.otherDevice(loan, Drift.identity(host, function.get()));
    if (other.isPresent()) {
      return new Standing(
          false,
          other.get()
              + ". To forget that it was lent: "
              + (loan.inGuest().isPresent() ? "lend detach " : "lend return ")
              + name
              + " --leave");
    }
    if (!function.get().boundTo(Planner.VFIO_PCI)) {
      return new Standing(
          false,
          "is on "
              + function.get().driver().orElse("no driver")
              + " and not on vfio-pci: "
              + (loan.defined()
                  ? "the host was started anew, or somebody else changed it. For the guest's next"
                      + " start, lend boot restore puts it back; "
                  : "somebody else changed it. ")
              + (loan.inGuest().isPresent() ? "lend detach " : "lend return ")
              + name
              + " clears that up");
    }
    boolean held = !host.holdersOf(function.get()).isEmpty();
    return switch (loan.holder()) {
      case Loan.InGuest in when !held && in.defined() ->
          new Standing(true, "waits on vfio-pci for the guest's next start");
      case Loan.InGuest in when !held ->
          new Standing(false, "the guest has let it go, or has ended: lend detach " + name);
      case Loan.InGuest in -> new Standing(true, "in the guest");
      case Loan.InProcess in when host.ended(in.task()) && held ->
          new Standing(
              false,
              in.describe()
                  + " has ended, and "
                  + host.holdersOf(function.get()).getFirst().describe()
                  + " has it: when that ends, lend recover gives it back");
      case Loan.InProcess in when host.ended(in.task()) ->
          new Standing(false, in.describe() + " has ended: lend recover gives it back");
      case Loan.InProcess in when held -> new Standing(true, "in the guest");
      case Loan.InProcess in ->
          new Standing(true, in.describe() + " runs, and does not have it open now");
      case Loan.Reserved reserved when held ->
          // A guest that was started with it, by the arguments that Lend prints for that.
          new Standing(true, "in a guest: " + host.holdersOf(function.get()).getFirst().describe());
      case Loan.Reserved reserved -> new Standing(true, "waits on vfio-pci for a guest");
      case Loan.Along along -> new Standing(true, "came along with " + along.with().brief());
    };
  }
}
