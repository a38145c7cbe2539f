package dev.lend.model;

import java.util.List;
import java.util.Optional;

/**
 * How a network interface is set up: what the kernel forgets when the interface's driver is taken
 * off.
 *
 * @param name what it is called
 * @param index its number in the kernel; a new interface gets a new one
 * @param hardware the hardware address that it came with; empty where it has none of its own
 * @param up true where it is administratively up
 * @param mtu largest packet in bytes
 * @param mac its hardware address, where that is another one
 * @param master the bridge, bond or other interface that it is a member of
 * @param addresses addresses that somebody gave it, in the kernel's order
 * @param routes routes through it
 * @param lost what cannot be put back
 * @param altNames its other names
 * @param stacked the interfaces that stand on it and go with it
 */
public record NetState(
    String name,
    int index,
    Optional<String> hardware,
    boolean up,
    int mtu,
    Optional<String> mac,
    Optional<String> master,
    List<NetAddress> addresses,
    List<NetRoute> routes,
    List<NetLoss> lost,
    List<String> altNames,
    List<Stacked> stacked) {
  /**
   * An interface that stands on another one.
   *
   * @param form what it takes to make it again
   * @param state how it was set up
   */
  public record Stacked(NetForm form, NetState state) {}

  /** Copies the lists. */
  public NetState {
    addresses = List.copyOf(addresses);
    routes = List.copyOf(routes);
    lost = List.copyOf(lost);
    altNames = List.copyOf(altNames);
    stacked = List.copyOf(stacked);
  }

  /** With one name, and nothing that stands on it. */
  public NetState(
      String name,
      int index,
      Optional<String> hardware,
      boolean up,
      int mtu,
      Optional<String> mac,
      Optional<String> master,
      List<NetAddress> addresses,
      List<NetRoute> routes,
      List<NetLoss> lost) {
    this(
        name, index, hardware, up, mtu, mac, master, addresses, routes, lost, List.of(), List.of());
  }
}
