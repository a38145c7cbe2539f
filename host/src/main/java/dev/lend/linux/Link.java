package dev.lend.linux;

import dev.lend.model.NetForm;
import java.util.List;
import java.util.Optional;

/**
 * A network interface as the kernel tells it.
 *
 * @param index its number; a new interface never has that of an earlier one
 * @param name what it is called
 * @param altNames its other names
 * @param up true where it is administratively up
 * @param mtu largest packet in bytes
 * @param mac its hardware address, {@code 52:54:00:12:34:56}; empty where it has none of 6 bytes
 * @param permanentMac the one that the hardware came with
 * @param master index of the interface that it is a member of; 0 where none
 * @param memberOf what kind that is: {@code bridge}, {@code bond}; empty text where none or unknown
 * @param lower index of the interface of this network namespace that it is built on; 0 where none
 * @param kind what it is: {@code vlan}, {@code bridge}; empty text for hardware
 * @param vfs how many VFs the kernel counts; 0 where it was not asked
 * @param form all that it takes to make it again; empty where that is not known
 * @param programs the numbers of the XDP programs on it
 * @param table the routing table of a VRF; else 0
 */
public record Link(
    int index,
    String name,
    List<String> altNames,
    boolean up,
    int mtu,
    Optional<String> mac,
    Optional<String> permanentMac,
    int master,
    String memberOf,
    int lower,
    String kind,
    int vfs,
    Optional<NetForm> form,
    List<Long> programs,
    long table) {
  /** Copies the lists. */
  public Link {
    altNames = List.copyOf(altNames);
    programs = List.copyOf(programs);
  }

  /** One that is no more than this. */
  public Link(
      int index,
      String name,
      List<String> altNames,
      boolean up,
      int mtu,
      Optional<String> mac,
      Optional<String> permanentMac,
      int master,
      String memberOf,
      int lower,
      String kind,
      int vfs) {
    this(
        index,
        name,
        altNames,
        up,
        mtu,
        mac,
        permanentMac,
        master,
        memberOf,
        lower,
        kind,
        vfs,
        Optional.empty(),
        List.of(),
        0);
  }

  /** True where it is called so, by any of its names. */
  public boolean called(String other) {
    return name.equals(other) || altNames.contains(other);
  }
}
