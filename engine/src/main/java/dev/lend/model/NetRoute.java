package dev.lend.model;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A route that leaves through one interface (kernel: {@code include/uapi/linux/rtnetlink.h}, struct
 * rtmsg and {@code RTA_*}).
 *
 * @param destination the network; 0.0.0.0 or :: with prefix 0 is the default route
 * @param prefix length of the network
 * @param gateway the next hop; it may be of the other family
 * @param source the address that the host then sends from
 * @param table 254 is the main one
 * @param protocol who made it: 2 the kernel, 3 boot, 4 a person, 9 a router's announcement
 * @param scope 0 everywhere, 253 on the link
 * @param metric the lower wins
 * @param tos type of service that it is for
 * @param onlink true where the gateway is taken to be on the link whatever the addresses say
 * @param preference IPv6: 0 medium, 1 high, 3 low
 * @param limits {@code RTAX_*}: MTU, advertised segment size and the like
 */
public record NetRoute(
    IpAddress destination,
    int prefix,
    Optional<IpAddress> gateway,
    Optional<IpAddress> source,
    int table,
    int protocol,
    int scope,
    long metric,
    int tos,
    boolean onlink,
    int preference,
    SortedMap<Integer, Long> limits) {
  /** The main table. */
  public static final int MAIN = 254;

  /** Made by the kernel, with an address. */
  public static final int BY_KERNEL = 2;

  /** Made by a person. */
  public static final int STATIC = 4;

  private static final int REDIRECT = 1;
  private static final int ANNOUNCED = 9;

  /** Copies the limits. */
  public NetRoute {
    limits = Collections.unmodifiableSortedMap(new TreeMap<>(limits));
  }

  /** A route of a person's, in the main table. */
  public static NetRoute of(IpAddress destination, int prefix, Optional<IpAddress> gateway) {
    return new NetRoute(
        destination,
        prefix,
        gateway,
        Optional.empty(),
        MAIN,
        STATIC,
        gateway.isPresent() || destination.v6() ? 0 : 253,
        0,
        0,
        false,
        0,
        new TreeMap<>());
  }

  /** True where it comes back by itself, from a router. */
  public boolean announced() {
    return protocol == ANNOUNCED || protocol == REDIRECT;
  }

  /** True where the two are the same route to the kernel, whoever made them. */
  public boolean same(NetRoute other) {
    return destination.equals(other.destination)
        && prefix == other.prefix
        && table == other.table
        && tos == other.tos
        && metric == other.metric
        && gateway.equals(other.gateway);
  }

  /** {@code default via 192.0.2.1}, {@code 10.0.0.0/8 table 7}. */
  @Override
  public String toString() {
    return (prefix == 0 ? "default" : destination + "/" + prefix)
        + gateway.map(hop -> " via " + hop).orElse("")
        + (table == MAIN ? "" : " table " + table);
  }
}
