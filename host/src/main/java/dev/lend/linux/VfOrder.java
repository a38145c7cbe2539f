package dev.lend.linux;

import dev.lend.model.VfSettings;
import java.util.List;
import java.util.Locale;

/**
 * Settings for one VF.
 *
 * @param vf its number on the PF
 * @param settings what to set, each kind once. The kernel takes them in its own order: address,
 *     VLAN, rates, spoof check, link state, hash key, trust (kernel: {@code net/core/rtnetlink.c},
 *     do_setvfinfo)
 */
public record VfOrder(int vf, List<Setting> settings) {
  /** Copies the list. */
  public VfOrder {
    settings = List.copyOf(settings);
  }

  /** One setting; what each means is in {@link VfSettings}. */
  public sealed interface Setting {
    /** For a person: {@code vlan 7}. */
    default String describe() {
      return switch (this) {
        case Mac(String mac) -> "mac " + mac;
        case Vlan(VfSettings.Vlan vlan) ->
            "vlan "
                + vlan.id()
                + (vlan.qos() == 0 ? "" : " qos " + vlan.qos())
                + (vlan.protocol() == VfSettings.Vlan.AD ? " proto 802.1ad" : "");
        case Rate(long min, long max) -> "min_tx_rate " + min + " max_tx_rate " + max;
        case SpoofCheck(boolean on) -> "spoofchk " + word(on);
        case LinkState(VfSettings.Link link) -> "state " + link.name().toLowerCase(Locale.ROOT);
        case RssQuery(boolean on) -> "query_rss " + word(on);
        case Trust(boolean on) -> "trust " + word(on);
      };
    }

    private static String word(boolean on) {
      return on ? "on" : "off";
    }
  }

  /** The address that the host gives it; zeros leave it to the VF. */
  public record Mac(String mac) implements Setting {}

  /** The VLAN; id 0 for none. */
  public record Vlan(VfSettings.Vlan vlan) implements Setting {}

  /** Both rates, in Mbit/s: the kernel takes them together. */
  public record Rate(long min, long max) implements Setting {}

  /** Whether frames with another source address are dropped. */
  public record SpoofCheck(boolean on) implements Setting {}

  /** What its link follows. */
  public record LinkState(VfSettings.Link link) implements Setting {}

  /** Whether it may ask for its receive hash key. */
  public record RssQuery(boolean on) implements Setting {}

  /** Whether it is trusted. */
  public record Trust(boolean on) implements Setting {}

  String describe() {
    return "VF "
        + vf
        + " to "
        + String.join(" ", settings.stream().map(Setting::describe).toList());
  }
}
