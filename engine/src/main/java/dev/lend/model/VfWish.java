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
 * @param nvme what an NVMe VF shall have; nothing else can be set of one
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
    Optional<String> portGuid,
    NvmeWish nvme) {

  /** Which address. */
  public sealed interface WantedMac {}

  /** One that Lend makes: the same for the same VF of the same card each time. */
  public record Auto() implements WantedMac {}

  /** This one. */
  public record Exactly(String mac) implements WantedMac {}

  private static final VfWish NONE =
      new VfWish(
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          NvmeWish.none());

  /** Nothing is wanted. */
  public static VfWish none() {
    return NONE;
  }

  /** One thing is wanted. */
  public static VfWish of(VfSetting setting) {
    return switch (setting) {
      case VfSetting.Mac(String mac) -> NONE.withMac(new Exactly(mac));
      case VfSetting.Vlan(VfSettings.Vlan vlan) -> NONE.withVlan(vlan);
      case VfSetting.Rate(long min, long max) -> NONE.withRates(min, max);
      case VfSetting.SpoofCheck(boolean on) -> NONE.withSpoofCheck(on);
      case VfSetting.LinkState(VfSettings.Link link) -> NONE.withLink(link);
      case VfSetting.RssQuery(boolean on) -> NONE.withRssQuery(on);
      case VfSetting.Trust(boolean on) -> NONE.withTrust(on);
      case VfSetting.NodeGuid(String guid) -> NONE.withNodeGuid(guid);
      case VfSetting.PortGuid(String guid) -> NONE.withPortGuid(guid);
    };
  }

  /** The same with an address. */
  public VfWish withMac(WantedMac wanted) {
    return new VfWish(
        Optional.of(wanted),
        vlan,
        minRate,
        maxRate,
        spoofCheck,
        link,
        rssQuery,
        trust,
        nodeGuid,
        portGuid,
        nvme);
  }

  /** The same with a VLAN. */
  public VfWish withVlan(VfSettings.Vlan wanted) {
    return new VfWish(
        mac,
        Optional.of(wanted),
        minRate,
        maxRate,
        spoofCheck,
        link,
        rssQuery,
        trust,
        nodeGuid,
        portGuid,
        nvme);
  }

  /** The same with both rates, in Mbit/s. */
  public VfWish withRates(long min, long max) {
    return new VfWish(
        mac,
        vlan,
        Optional.of(min),
        Optional.of(max),
        spoofCheck,
        link,
        rssQuery,
        trust,
        nodeGuid,
        portGuid,
        nvme);
  }

  /** The same with its check of source addresses on or off. */
  public VfWish withSpoofCheck(boolean wanted) {
    return new VfWish(
        mac,
        vlan,
        minRate,
        maxRate,
        Optional.of(wanted),
        link,
        rssQuery,
        trust,
        nodeGuid,
        portGuid,
        nvme);
  }

  /** The same with what its link follows. */
  public VfWish withLink(VfSettings.Link wanted) {
    return new VfWish(
        mac,
        vlan,
        minRate,
        maxRate,
        spoofCheck,
        Optional.of(wanted),
        rssQuery,
        trust,
        nodeGuid,
        portGuid,
        nvme);
  }

  /** The same with its hash key to be asked for or not. */
  public VfWish withRssQuery(boolean wanted) {
    return new VfWish(
        mac,
        vlan,
        minRate,
        maxRate,
        spoofCheck,
        link,
        Optional.of(wanted),
        trust,
        nodeGuid,
        portGuid,
        nvme);
  }

  /** The same with trust or without. */
  public VfWish withTrust(boolean wanted) {
    return new VfWish(
        mac,
        vlan,
        minRate,
        maxRate,
        spoofCheck,
        link,
        rssQuery,
        Optional.of(wanted),
        nodeGuid,
        portGuid,
        nvme);
  }

  /** The same with a node GUID. */
  public VfWish withNodeGuid(String wanted) {
    return new VfWish(
        mac,
        vlan,
        minRate,
        maxRate,
        spoofCheck,
        link,
        rssQuery,
        trust,
        Optional.of(wanted),
        portGuid,
        nvme);
  }

  /** The same with a port GUID. */
  public VfWish withPortGuid(String wanted) {
    return new VfWish(
        mac,
        vlan,
        minRate,
        maxRate,
        spoofCheck,
        link,
        rssQuery,
        trust,
        nodeGuid,
        Optional.of(wanted),
        nvme);
  }

  /** The same with what an NVMe VF shall have. */
  public VfWish withNvme(NvmeWish wanted) {
    return new VfWish(
        mac, vlan, minRate, maxRate, spoofCheck, link, rssQuery, trust, nodeGuid, portGuid, wanted);
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
        portGuid.or(other::portGuid),
        nvme.or(other.nvme));
  }

  /** As much of this wish as is about what the other one says something of. */
  public VfWish limitedTo(VfWish other) {
    return new VfWish(
        mac.filter(any -> other.mac.isPresent()),
        vlan.filter(any -> other.vlan.isPresent()),
        minRate.filter(any -> other.minRate.isPresent()),
        maxRate.filter(any -> other.maxRate.isPresent()),
        spoofCheck.filter(any -> other.spoofCheck.isPresent()),
        link.filter(any -> other.link.isPresent()),
        rssQuery.filter(any -> other.rssQuery.isPresent()),
        trust.filter(any -> other.trust.isPresent()),
        nodeGuid.filter(any -> other.nodeGuid.isPresent()),
        portGuid.filter(any -> other.portGuid.isPresent()),
        nvme.limitedTo(other.nvme));
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
