package dev.lend.plan;

import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.plan.Consequence.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Management addresses: those at which somebody other than the asking person is logged in, the one
 * that the host's own name stands for, and the last one that a card of this host has.
 */
final class WaysIn {
  private final Losses losses;
  private final HostSnapshot host;

  WaysIn(Losses losses) {
    this.losses = losses;
    this.host = losses.host;
  }

  /** By which addresses of an interface this host is managed. */
  void managed(NetInterface net, String path) {
    for (Map.Entry<String, List<String>> known :
        host.surroundings().nets().management().entrySet()) {
      String address = known.getKey();
      boolean here = address.endsWith("%" + net.name());
      for (String own : net.addresses()) {
        here |= NetLosses.bare(own).equals(address);
      }
      for (String how : here ? known.getValue() : List.<String>of()) {
        losses.refuse(
            Kind.MANAGEMENT_ADDRESS, "has the address " + address + " (" + path + "), " + how);
      }
    }
  }

  /**
   * Refuses the last card with an address: then the host can be reached from its console only.
   * Bridges and tunnels that stand on no card lead to guests and containers, or rest on the card.
   *
   * @param own the interfaces that go with the function
   */
  void only(Set<String> own) {
    boolean addressed = false;
    for (String name : own) {
      addressed |= hasAddress(name);
    }
    if (!addressed || losses.refused(Kind.DEFAULT_ROUTE) || losses.refused(Kind.SESSION)) {
      return;
    }
    Set<String> seen = new HashSet<>();
    for (NetInterface net : host.nets()) {
      if (net.function().isPresent() && !own.contains(net.name()) && reached(net, seen)) {
        return;
      }
    }
    losses.refuse(Kind.MANAGEMENT_ADDRESS, "is the only card of this host that has an address");
  }

  private boolean hasAddress(String name) {
    Optional<NetInterface> net = host.net(name);
    return net.isPresent() && !net.get().addresses().isEmpty();
  }

  private boolean reached(NetInterface net, Set<String> seen) {
    if (!seen.add(net.name())) {
      return false;
    }
    if (!net.addresses().isEmpty()) {
      return true;
    }
    for (String upper : net.uppers()) {
      Optional<NetInterface> above = host.net(upper);
      if (above.isPresent() && reached(above.get(), seen)) {
        return true;
      }
    }
    return false;
  }
}
