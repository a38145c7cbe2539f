package dev.lend.model;

import java.util.Optional;

/**
 * What a person wants of a VF; what is empty stays as it is. What each setting means is in {@link
 * VfSettings}.
 *
 * @param mac its address
 * @param vlan its VLAN; id 0 for none
 * @param minRate in Mbit/s; 0 for none
 * @param maxRate in Mbit/s; 0 for no limit
 * @param spoofCheck whether frames with another source address are dropped
 * @param link what its link follows
 * @param rssQuery whether it may ask for its receive hash key
 * @param trust whether it is trusted
 * @param nodeGuid of an InfiniBand VF, {@code 00:11:22:33:44:55:66:77}
 * @param portGuid of an InfiniBand VF
 */
public record VfWish(
    Optional<WantedMac> mac,
    Optional<VfSettings.Vlan> vlan,
    Optional<Long> minRate,
    Optional<Long> maxRate,
    Optional<Boolean> spoofCheck,
    Optional<VfSettings.Link> link,
    Optional<Boolean> rssQuery,
    Optional<Boolean> trust,
    Optional<String> nodeGuid,
    Optional<String> portGuid) {

  /** Which address. */
  public sealed interface WantedMac {}

  /** One that Lend makes: the same for the same VF of the same card each time. */
  public record Auto() implements WantedMac {}

  /** This one. */
  public record Exactly(String mac) implements WantedMac {}

  /** Nothing is wanted. */
  public static VfWish none() {
    return new VfWish(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** This wish where it says something, and the other where it does not. */
  public VfWish or(VfWish other) {
    return new VfWish(
        mac.or(other::mac),
        vlan.or(other::vlan),
        minRate.or(other::minRate),
        maxRate.or(other::maxRate),
        spoofCheck.or(other::spoofCheck),
        link.or(other::link),
        rssQuery.or(other::rssQuery),
        trust.or(other::trust),
        nodeGuid.or(other::nodeGuid),
        portGuid.or(other::portGuid));
  }

  /**
   * The settings of a VF once the wish is fulfilled.
   *
   * @param now as they are
   * @param made the address that Lend makes for this VF
   */
  public VfSettings on(VfSettings now, String made) {
    return new VfSettings(
        mac.map(wanted ->
                switch (wanted) {
                  case Auto auto -> made;
                  case Exactly(String address) -> address;
                })
            .orElse(now.mac()),
        vlan.orElse(now.vlan()),
        minRate.orElse(now.minRate()),
        maxRate.orElse(now.maxRate()),
        spoofCheck.or(now::spoofCheck),
        link.orElse(now.link()),
        rssQuery.or(now::rssQuery),
        trust.or(now::trust),
        nodeGuid.or(now::nodeGuid),
        portGuid.or(now::portGuid));
  }
}
