package dev.lend.plan;

import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.NetLoss;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.PciFunction;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A change that Lend takes back by itself must leave a way in when it has: where the host's way out
 * or the person's session goes through something that Lend cannot make again, it promises nothing.
 */
final class NoWayBack {
  private final HostSnapshot host;

  private NoWayBack(HostSnapshot host) {
    this.host = host;
  }

  /** Objects to what could not be undone of functions that leave. */
  static void check(Draft draft, List<PciFunction> leaving) {
    NoWayBack way = new NoWayBack(draft.host);
    for (PciFunction member : leaving) {
      NetOrigin origin = draft.host.surroundings().netOrigin(member.address()).or(NetOrigin.none());
      origin.interfaces().forEach(state -> way.state(draft, state));
    }
  }

  private void state(Draft draft, NetState state) {
    for (NetLoss loss : state.lost()) {
      for (String name : loss.through()) {
        Optional<String> cut = host.net(name).flatMap(net -> cut(net, name, new HashSet<>()));
        if (cut.isPresent()) {
          draft.object(
              "loses " + loss.what() + " (" + state.name() + ") for good, and with it " + cut.get(),
              "To take the change back would not bring that back, so --confirm-within promises"
                  + " nothing here. Move it to another interface first; or leave --confirm-within"
                  + " out, with a console at hand.");
          break;
        }
      }
    }
    state.stacked().forEach(stacked -> state(draft, stacked.state()));
  }

  /** What of the host's way out goes through an interface, or through what is built on it. */
  private Optional<String> cut(NetInterface net, String path, Set<String> seen) {
    if (!seen.add(net.name())) {
      return Optional.empty();
    }
    if (net.defaultRoute() || host.surroundings().nets().otherDefaults().containsKey(net.name())) {
      return Optional.of("a default route (" + path + ")");
    }
    if (NetLosses.session(host, net)) {
      return Optional.of("your own SSH session (" + path + ")");
    }
    for (String upper : net.uppers()) {
      Optional<String> above = host.net(upper).flatMap(one -> cut(one, path + " > " + upper, seen));
      if (above.isPresent()) {
        return above;
      }
    }
    return Optional.empty();
  }
}
