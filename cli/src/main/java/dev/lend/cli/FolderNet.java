package dev.lend.cli;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetRoute;
import dev.lend.model.VfSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The network of the made-up host of {@link Rehearsal}: one interface, which forgets its address
 * and its route each time that it is asked twice.
 */
final class FolderNet implements Net {
  static final String NAME = "eth2";
  static final String MAC = "02:00:00:00:00:02";
  private static final int INDEX = 2;

  private boolean up = true;

  @Override
  public List<Link> links() {
    return List.of(
        new Link(
            INDEX, NAME, List.of(), up, 1500, Optional.of(MAC), Optional.of(MAC), 0, "", 0, "", 0));
  }

  @Override
  public SortedMap<Integer, VfSettings> vfs(int link) {
    return new TreeMap<>();
  }

  @Override
  public List<OnLink> addresses() {
    Optional<IpAddress> address = IpAddress.parse("192.0.2.1");
    return address.isPresent() && up
        ? List.of(new OnLink(INDEX, NetAddress.of(address.get(), 24)))
        : List.of();
  }

  @Override
  public Routes routes(int link) {
    Optional<IpAddress> network = IpAddress.parse("198.51.100.0");
    List<NetRoute> routes =
        network.isPresent() && up
            ? List.of(NetRoute.of(network.get(), 24, IpAddress.parse("192.0.2.9")))
            : List.of();
    up = false;
    return new Routes(routes, List.of());
  }

  @Override
  public List<Forward> forwards() {
    return List.of();
  }

  @Override
  public List<String> traffic(int link) {
    return List.of();
  }

  @Override
  public List<String> elsewhere(int link) {
    return List.of();
  }

  @Override
  public OptionalInt towards(IpAddress to, Optional<IpAddress> from) {
    return OptionalInt.empty();
  }

  @Override
  public void change(NetChange change) {
    up = true;
  }
}
