package dev.lend.sysfs;

import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
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
 * @param lower index of what it stands on, or 0
 * @param form what it is there
 * @param altNames its other names
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
    List<NetRoute> routes,
    int lower,
    Optional<NetForm> form,
    List<String> altNames) {
  SimLink {
    altNames = List.copyOf(altNames);
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
  }

  String dir() {
    return parent + "/net/" + name;
  }

  SimLink called(String other) {
    return new SimLink(
        index, parent, other, mac, permanent, up, mtu, master, kind, addresses, routes, lower, form,
        altNames);
  }

  SimLink withMac(String other) {
    return new SimLink(
        index, parent, name, other, permanent, up, mtu, master, kind, addresses, routes, lower,
        form, altNames);
  }

  SimLink withMtu(int other) {
    return new SimLink(
        index, parent, name, mac, permanent, up, other, master, kind, addresses, routes, lower,
        form, altNames);
  }

  SimLink in(int other) {
    return new SimLink(
        index, parent, name, mac, permanent, up, mtu, other, kind, addresses, routes, lower, form,
        altNames);
  }

  SimLink with(boolean nowUp, List<NetAddress> nowAddresses, List<NetRoute> nowRoutes) {
    return new SimLink(
        index,
        parent,
        name,
        mac,
        permanent,
        nowUp,
        mtu,
        master,
        kind,
        nowAddresses,
        nowRoutes,
        lower,
        form,
        altNames);
  }

  SimLink with(NetAddress more) {
    List<NetAddress> all = new ArrayList<>(addresses);
    all.add(more);
    return with(up, all, routes);
  }

  SimLink alsoCalled(String more) {
    List<String> all = new ArrayList<>(altNames);
    all.add(more);
    return new SimLink(
        index, parent, name, mac, permanent, up, mtu, master, kind, addresses, routes, lower, form,
        all);
  }

  SimLink with(NetRoute more) {
    List<NetRoute> all = new ArrayList<>(routes);
    all.add(more);
    return with(up, addresses, all);
  }
}
