package dev.lend.cli;

import dev.lend.act.Guests;
import dev.lend.act.Outcome;
import dev.lend.act.Sought;
import dev.lend.json.Json;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.GuestSight;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.plan.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the guest itself says of a device that was attached to it. */
final class Sights {
  private static final String NO_ADDRESS = "00:00:00:00:00:00";

  private Sights() {}

  /** Asks the guest, where there is something to ask it. */
  static Optional<GuestSight> after(
      Outcome outcome, Request request, HostSnapshot host, Ledger ledger, Guests guests) {
    Optional<Loan> loan = ledger.loan(request.address());
    return outcome instanceof Outcome.Done && request instanceof Request.Attach
        ? loan.flatMap(Loan::inGuest)
            .flatMap(in ->
                host.function(request.address())
                    .map(function ->
                        guests.sight(
                            in.guest(),
                            new Sought(in.deviceId(), function.id(), macs(loan.get().net())))))
        : Optional.empty();
  }

  /** Those by which its interface goes in whatever machine it is in. */
  private static List<String> macs(NetOrigin net) {
    List<String> macs = new ArrayList<>();
    net.vf()
        .map(vf -> vf.settings().mac())
        .filter(mac -> !mac.equals(NO_ADDRESS))
        .ifPresent(macs::add);
    if (net.vf().isEmpty()) {
      for (NetState state : net.interfaces()) {
        state.hardware().ifPresent(macs::add);
      }
    }
    return macs;
  }

  /** As JSON has it. */
  static Json json(GuestSight sight) {
    return switch (sight) {
      case GuestSight.Unknown(String why) ->
          Json.object().put("known", false).put("why", why).build();
      case GuestSight.Unseen unseen -> Json.object().put("known", true).put("seen", false).build();
      case GuestSight.Seen seen -> {
        List<Json> nets = new ArrayList<>();
        for (GuestSight.Net net : seen.nets()) {
          Json.Builder one = Json.object().put("name", net.name());
          net.up().ifPresent(up -> one.put("up", up));
          nets.add(one.build());
        }
        yield Json.object()
            .put("known", true)
            .put("seen", true)
            .put("address", seen.address())
            .put("driver", seen.driver())
            .put("interfaces", new Json.Arr(nets))
            .put("disks", Json.texts(seen.disks()))
            .build();
      }
    };
  }
}
