package dev.lend.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What kind of interface stands on another one, with all that the kernel needs to make it again
 * (kernel: {@code include/uapi/linux/if_link.h}, {@code IFLA_VLAN_*}, {@code IFLA_MACVLAN_*},
 * {@code IFLA_IPVLAN_*}).
 */
public sealed interface NetForm {
  /**
   * A VLAN.
   *
   * @param id 0 to 4094
   * @param protocol 0x8100 for 802.1Q, 0x88a8 for 802.1ad
   * @param flags {@code VLAN_FLAG_*}
   * @param ingress from a priority in frames that come to one of the host
   * @param egress from a priority of the host to one in frames that go
   */
  record Vlan(
      int id,
      int protocol,
      long flags,
      SortedMap<Integer, Integer> ingress,
      SortedMap<Integer, Integer> egress)
      implements NetForm {
    /** Copies the maps. */
    public Vlan {
      ingress = Collections.unmodifiableSortedMap(new TreeMap<>(ingress));
      egress = Collections.unmodifiableSortedMap(new TreeMap<>(egress));
    }

    /** A usual one: 802.1Q, with headers in their usual place. */
    public static Vlan of(int id) {
      return new Vlan(id, 0x8100, 1, new TreeMap<>(), new TreeMap<>());
    }

    /** True where the two cannot be on one interface: the same number of the same protocol. */
    public boolean same(NetForm other) {
      return other instanceof Vlan vlan && vlan.id == id && vlan.protocol == protocol;
    }
  }

  /**
   * A second address on the same wire.
   *
   * @param mode {@code MACVLAN_MODE_*}: 1 private, 2 vepa, 4 bridge
   * @param flags {@code MACVLAN_FLAG_*}
   */
  record Macvlan(long mode, int flags) implements NetForm {}

  /**
   * A second interface with the same hardware address.
   *
   * @param mode 0 l2, 1 l3, 2 l3s
   * @param flags {@code IPVLAN_F_*}
   */
  record Ipvlan(int mode, int flags) implements NetForm {}

  /** As {@code ip} calls it: {@code vlan}. */
  default String kind() {
    return switch (this) {
      case Vlan vlan -> "vlan";
      case Macvlan macvlan -> "macvlan";
      case Ipvlan ipvlan -> "ipvlan";
    };
  }

  /** For a person: {@code VLAN 100}. */
  default String words() {
    return switch (this) {
      case Vlan vlan -> "VLAN " + vlan.id();
      case Macvlan macvlan -> "macvlan";
      case Ipvlan ipvlan -> "ipvlan";
    };
  }
}
