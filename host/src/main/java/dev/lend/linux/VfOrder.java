package dev.lend.linux;

import dev.lend.model.VfSetting;
import java.util.List;

/**
 * Settings for one VF.
 *
 * @param vf its number on the PF
 * @param settings what to set, each kind once. The kernel takes them in its own order: address,
 *     VLAN, rates, spoof check, link state, hash key, trust, GUIDs (kernel: {@code
 *     net/core/rtnetlink.c}, do_setvfinfo)
 */
public record VfOrder(int vf, List<VfSetting> settings) {
  /** Copies the list. */
  public VfOrder {
    settings = List.copyOf(settings);
  }

  String describe() {
    return "VF " + vf + " to " + String.join(" ", settings.stream().map(VfSetting::words).toList());
  }
}
