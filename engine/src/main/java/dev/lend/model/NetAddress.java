package dev.lend.model;

import java.util.Optional;

/**
 * An address of an interface, with all that the kernel needs to have it again (kernel: {@code
 * include/uapi/linux/if_addr.h}).
 *
 * @param local the address
 * @param prefix length of its network, 0 to 32 or 128
 * @param peer the other end of a point-to-point link
 * @param broadcast the broadcast address (IPv4)
 * @param scope how far it means something: 0 everywhere, 253 on the link, 254 on the host
 * @param flags {@code IFA_F_*}
 * @param label its name in old tools (IPv4), such as {@code eth0:1}
 * @param valid how many seconds it lasted when it was read; {@link #FOREVER} for ever
 * @param preferred for how many seconds new connections use it
 * @param protocol who made it ({@code IFAPROT_*}): 0 a person or program, else the kernel itself
 */
public record NetAddress(
    IpAddress local,
    int prefix,
    Optional<IpAddress> peer,
    Optional<IpAddress> broadcast,
    int scope,
    long flags,
    Optional<String> label,
    long valid,
    long preferred,
    int protocol) {
  /** A lifetime without end ({@code INFINITY_LIFE_TIME}). */
  public static final long FOREVER = 0xffff_ffffL;

  private static final long TEMPORARY = 0x01;

  /** An address of one's own, for ever. */
  public static NetAddress of(IpAddress local, int prefix) {
    return new NetAddress(
        local,
        prefix,
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        Optional.empty(),
        FOREVER,
        FOREVER,
        0);
  }

  /**
   * True where the kernel makes it by itself when the interface is up: link-local ones, those that
   * a router announces, and the temporary ones that go with these.
   */
  public boolean made() {
    return protocol >= 1 && protocol <= 3 || local.v6() && (flags & TEMPORARY) != 0;
  }

  /** True where its time runs out. */
  public boolean ends() {
    return valid != FOREVER;
  }

  /** The same address with another time to live, both in seconds. */
  public NetAddress lasting(long longestValid, long longestPreferred) {
    return new NetAddress(
        local,
        prefix,
        peer,
        broadcast,
        scope,
        flags,
        label,
        longestValid,
        longestPreferred,
        protocol);
  }

  /** True where the two are the same address to the kernel, whatever their lifetimes and flags. */
  public boolean same(NetAddress other) {
    return local.equals(other.local) && prefix == other.prefix && peer.equals(other.peer);
  }

  /** {@code 192.0.2.1/24}, {@code 192.0.2.1 peer 192.0.2.9/32}. */
  @Override
  public String toString() {
    return peer.isPresent() ? local + " peer " + peer.get() + "/" + prefix : local + "/" + prefix;
  }
}
