package dev.lend.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One setting that a PF's driver is given for a VF; what each means is in {@link VfSettings}. */
public sealed interface VfSetting {
  /** The address that the host gives it; zeros leave it to the VF. */
  record Mac(String mac) implements VfSetting {}

  /** The VLAN; id 0 for none. */
  record Vlan(VfSettings.Vlan vlan) implements VfSetting {}

  /** Both rates, in Mbit/s: the kernel takes them together. */
  record Rate(long min, long max) implements VfSetting {}

  /** Whether frames with another source address are dropped. */
  record SpoofCheck(boolean on) implements VfSetting {}

  /** What its link follows. */
  record LinkState(VfSettings.Link link) implements VfSetting {}

  /** Whether it may ask for its receive hash key. */
  record RssQuery(boolean on) implements VfSetting {}

  /** Whether it is trusted. */
  record Trust(boolean on) implements VfSetting {}

  /** The node GUID of an InfiniBand VF, {@code 00:11:22:33:44:55:66:77}. */
  record NodeGuid(String guid) implements VfSetting {}

  /** The port GUID of an InfiniBand VF. */
  record PortGuid(String guid) implements VfSetting {}

  /** The words of {@code ip link set dev PF vf N} for it, ip-link(8): {@code vlan 7 qos 2}. */
  default String words() {
    return switch (this) {
      case Mac(String mac) -> "mac " + mac;
      case Vlan(VfSettings.Vlan vlan) ->
          "vlan "
              + vlan.id()
              + (vlan.qos() == 0 ? "" : " qos " + vlan.qos())
              + (vlan.protocol() == VfSettings.Vlan.AD ? " proto 802.1ad" : "");
      case Rate(long min, long max) -> "max_tx_rate " + max + " min_tx_rate " + min;
      case SpoofCheck(boolean on) -> "spoofchk " + onOff(on);
      case LinkState(VfSettings.Link link) -> "state " + link.name().toLowerCase(Locale.ROOT);
      case RssQuery(boolean on) -> "query_rss " + onOff(on);
      case Trust(boolean on) -> "trust " + onOff(on);
      case NodeGuid(String guid) -> "node_guid " + guid;
      case PortGuid(String guid) -> "port_guid " + guid;
    };
  }

  private static String onOff(boolean on) {
    return on ? "on" : "off";
  }

  /**
   * What to set to get from one state to another, in the order that drivers want: the address
   * before what guards it. What is so already is not set again: setting an address, for one, makes
   * it one that the VF may not change any more. What the driver does not tell cannot be compared,
   * and is set where it is wanted.
   */
  static List<VfSetting> between(VfSettings now, VfSettings wanted) {
    List<VfSetting> missing = new ArrayList<>();
    if (!now.mac().equals(wanted.mac())) {
      missing.add(new Mac(wanted.mac()));
    }
    if (!now.vlan().equals(wanted.vlan())) {
      missing.add(new Vlan(wanted.vlan()));
    }
    if (now.minRate() != wanted.minRate() || now.maxRate() != wanted.maxRate()) {
      missing.add(new Rate(wanted.minRate(), wanted.maxRate()));
    }
    if (!now.spoofCheck().equals(wanted.spoofCheck())) {
      wanted.spoofCheck().ifPresent(on -> missing.add(new SpoofCheck(on)));
    }
    if (now.link() != wanted.link()) {
      missing.add(new LinkState(wanted.link()));
    }
    if (!now.rssQuery().equals(wanted.rssQuery())) {
      wanted.rssQuery().ifPresent(on -> missing.add(new RssQuery(on)));
    }
    if (!now.trust().equals(wanted.trust())) {
      wanted.trust().ifPresent(on -> missing.add(new Trust(on)));
    }
    if (!now.nodeGuid().equals(wanted.nodeGuid())) {
      wanted.nodeGuid().ifPresent(guid -> missing.add(new NodeGuid(guid)));
    }
    if (!now.portGuid().equals(wanted.portGuid())) {
      wanted.portGuid().ifPresent(guid -> missing.add(new PortGuid(guid)));
    }
    return missing;
  }
}
