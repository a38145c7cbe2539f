package dev.lend.act;

import dev.lend.linux.Errno;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetRoute;
import dev.lend.model.NetState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Gives an interface its addresses and routes back. */
final class AddressRestore {
  /** An IPv6 address counts only when nobody on the link has claimed it for a second or two. */
  private static final Duration CLAIMED = Duration.ofSeconds(5);

  private final Net net;
  private final Patience patience;
  private final NetState state;
  private final int index;
  private final List<String> left;
  private final List<NetAddress> addedAddresses = new ArrayList<>();
  private final List<NetRoute> addedRoutes = new ArrayList<>();

  AddressRestore(Net net, Patience patience, NetState state, int index, List<String> left) {
    this.net = net;
    this.patience = patience;
    this.state = state;
    this.index = index;
    this.left = left;
  }

  /**
   * Adds those that are missing.
   *
   * @param elapsed how long it is since they were read
   */
  void addresses(Duration elapsed) throws NetRefusal {
    List<Net.OnLink> present = net.addresses();
    for (NetAddress address : state.addresses()) {
      Optional<Net.OnLink> there =
          present.stream()
              .filter(one -> one.address().local().equals(address.local()))
              .filter(one -> one.link() == index || !address.local().linkLocal())
              .findFirst();
      if (there.isPresent()) {
        if (there.get().link() != index) {
          left.add(address + " is not put back: " + owner(there.get().link()) + " has it now");
        }
        continue;
      }
      Optional<NetAddress> rest = rest(address, elapsed);
      if (rest.isPresent()) {
        if (NetRestore.attempt(net, new NetChange.AddAddress(index, rest.get()), left)) {
          addedAddresses.add(address);
        }
      } else {
        left.add(address + " is not put back: its time has run out");
      }
    }
  }

  private String owner(int other) throws NetRefusal {
    return net.links().stream()
        .filter(link -> link.index() == other)
        .map(link -> link.name())
        .findFirst()
        .orElse("another interface");
  }

  /** What is left of an address's time; empty where nothing is. */
  private static Optional<NetAddress> rest(NetAddress address, Duration elapsed) {
    if (!address.ends()) {
      return Optional.of(address);
    }
    long gone = Math.max(0, elapsed.toSeconds());
    long valid = address.valid() - gone;
    return valid <= 0
        ? Optional.empty()
        : Optional.of(address.lasting(valid, Math.max(0, address.preferred() - gone)));
  }

  /** Adds those that are missing; the networks before what lies behind a gateway in them. */
  void routes() throws NetRefusal {
    if (state.routes().isEmpty() || !up()) {
      return;
    }
    List<NetRoute> present = net.routes(index).plain();
    List<NetRoute> missing = new ArrayList<>(state.routes());
    missing.removeIf(route -> present.stream().anyMatch(route::same));
    missing.sort(Comparator.comparing(route -> route.gateway().isPresent()));
    if (missing.isEmpty()) {
      return;
    }
    List<IpAddress> own = own();
    for (NetRoute route : missing) {
      if (!needsLostAddress(route, own)) {
        add(route);
      }
    }
  }

  private boolean up() throws NetRefusal {
    return net.links().stream().anyMatch(link -> link.index() == index && link.up());
  }

  private List<IpAddress> own() throws NetRefusal {
    List<IpAddress> own = new ArrayList<>();
    for (Net.OnLink one : net.addresses()) {
      if (one.link() == index) {
        own.add(one.address().local());
      }
    }
    return own;
  }

  /** The route to the network of an address that is not there any more goes without a word. */
  private boolean needsLostAddress(NetRoute route, List<IpAddress> own) {
    if (route.source().isPresent() && !own.contains(route.source().get())) {
      return true;
    }
    if (route.protocol() != NetRoute.BY_KERNEL) {
      return false;
    }
    return state.addresses().stream()
        .filter(address -> address.prefix() == route.prefix())
        .noneMatch(address -> own.contains(address.local()));
  }

  private void add(NetRoute route) {
    List<NetRefusal> refused = new ArrayList<>();
    patience.until(
        () -> {
          refused.clear();
          try {
            net.change(new NetChange.AddRoute(index, route));
          } catch (NetRefusal refusal) {
            refused.add(refusal);
          }
          return refused.isEmpty() || !mayFollow(route, refused.getFirst());
        },
        CLAIMED);
    refused.forEach(refusal -> left.add("could not be put back: " + refusal.getMessage()));
    if (refused.isEmpty()) {
      addedRoutes.add(route);
    }
  }

  /** Reads back what was added. */
  void verify() throws NetRefusal {
    List<NetAddress> addresses = new ArrayList<>();
    for (Net.OnLink one : net.addresses()) {
      if (one.link() == index) {
        addresses.add(one.address());
      }
    }
    for (NetAddress added : addedAddresses) {
      if (addresses.stream().noneMatch(added::same)) {
        left.add(added + " was put back and is gone again");
      }
    }
    List<NetRoute> routes = addedRoutes.isEmpty() ? List.of() : net.routes(index).plain();
    for (NetRoute added : addedRoutes) {
      if (routes.stream().noneMatch(added::same)) {
        left.add("the route " + added + " was put back and is gone again");
      }
    }
  }

  /**
   * True where the kernel may take it as soon as the IPv6 address that it needs is no tentative
   * one.
   */
  private static boolean mayFollow(NetRoute route, NetRefusal why) {
    return route.destination().v6()
        && (why.errno() == Errno.EINVAL || why.errno() == Errno.EHOSTUNREACH);
  }
}
