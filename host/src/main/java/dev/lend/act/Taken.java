package dev.lend.act;

import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.PciAddress;
import dev.lend.plan.Step;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a change took from the host for its own length only, and so gave no loan. */
final class Taken {
  private Taken() {}

  /** A loan by which a function can be returned that such a change did not get back. */
  static Optional<Loan> loan(JournalRecord.Opened opened, PciAddress address) {
    Optional<Binding> origin = Optional.empty();
    List<NetState> interfaces = List.of();
    Optional<NetOrigin.Vf> vf = Optional.empty();
    List<String> resets = List.of();
    for (Step step : opened.steps()) {
      switch (step) {
        case Step.Rebind(PciAddress its, Binding from, Binding to) when its.equals(address) ->
            // The first is the one that took it; the last brings it back.
            origin = origin.or(() -> Optional.of(from));
        case Step.Keep(Step.RestoreNet(PciAddress its, Instant since, List<NetState> states))
            when its.equals(address) ->
            interfaces = states;
        case Step.Keep(Step.RestoreVf(PciAddress its, NetOrigin.Vf settings))
            when its.equals(address) ->
            vf = Optional.of(settings);
        case Step.ChooseReset(PciAddress its, List<String> from, List<String> to)
            when its.equals(address) ->
            resets = resets.isEmpty() ? from : resets;
        default -> {}
      }
    }
    NetOrigin net = new NetOrigin(interfaces, vf);
    List<String> methods = resets;
    return origin.map(binding ->
        new Loan(
            address,
            new Loan.Reserved(),
            binding,
            opened.at(),
            net,
            opened.device(address),
            Optional.empty(),
            methods));
  }
}
