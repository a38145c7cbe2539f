package dev.lend.model;

import java.util.List;
import java.util.Optional;

/**
 * A network interface of the host.
 *
 * @param name for example {@code eth1}
 * @param function the PCI function behind it; empty for bridges, bonds, VLANs and other software
 *     interfaces
 * @param mac its hardware address as the kernel prints it, empty text where unknown
 * @param up true where it is administratively up or its state says so
 * @param uppers interfaces built on this one: bond, bridge, team, VLAN, macvlan (links {@code
 *     upper_*} in sysfs)
 * @param addresses IPv4 and IPv6 addresses on it, link-local ones left out
 * @param defaultRoute true where a default route of the main table leaves through it
 */
public record NetInterface(
    String name,
    Optional<PciAddress> function,
    String mac,
    boolean up,
    List<String> uppers,
    List<String> addresses,
    boolean defaultRoute) {
  /** Copies the lists. */
  public NetInterface {
    uppers = List.copyOf(uppers);
    addresses = List.copyOf(addresses);
  }
}
