package dev.lend.sysfs;

import dev.lend.model.NetAddress;
import dev.lend.model.NetRoute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network interface of a simulated host.
 *
 * @param parent the directory under {@code sys/devices} that it is in
 * @param permanent the hardware address that it came with
 * @param master index of what it is a member of, or 0
 * @param routes those through it
 */
record SimLink(
    int index,
    String parent,
    String name,
    String mac,
    Optional<String> permanent,
    boolean up,
    int mtu,
    int master,
    String kind,
    List<NetAddress> addresses,
    List<NetRoute> routes) {
  SimLink {
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
  }

  String dir() {
    return parent + "/net/" + name;
  }

  SimLink called(String other) {
    return new SimLink(
        index, parent, other, mac, permanent, up, mtu, master, kind, addresses, routes);
  }

  SimLink withMac(String other) {
    return new SimLink(
        index, parent, name, other, permanent, up, mtu, master, kind, addresses, routes);
  }

  SimLink withMtu(int other) {
    return new SimLink(
        index, parent, name, mac, permanent, up, other, master, kind, addresses, routes);
  }

  SimLink in(int other) {
    return new SimLink(
        index, parent, name, mac, permanent, up, mtu, other, kind, addresses, routes);
  }

  SimLink with(boolean nowUp, List<NetAddress> nowAddresses, List<NetRoute> nowRoutes) {
    return new SimLink(
        index, parent, name, mac, permanent, nowUp, mtu, master, kind, nowAddresses, nowRoutes);
  }

  SimLink with(NetAddress more) {
    List<NetAddress> all = new ArrayList<>(addresses);
    all.add(more);
    return with(up, all, routes);
  }

  SimLink with(NetRoute more) {
    List<NetRoute> all = new ArrayList<>(routes);
    all.add(more);
    return with(up, addresses, all);
  }
}
