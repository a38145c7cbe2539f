package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.VfOrder;
import dev.lend.model.DriverAbilities.Answer;
import dev.lend.model.DriverAbilities.Can;
import dev.lend.model.PciAddress;
import dev.lend.model.VfAbility;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Tries on a VF that nobody uses what its PF's driver can set: each setting is given a value that
 * the VF does not have, read back, and put back.
 */
final class VfTrial {
  private static final String SOME_ADDRESS = "02:00:00:00:00:01";
  private static final int SOME_VLAN = 2;
  private static final int SOME_PRIORITY = 1;

  /** Mbit/s; the slowest card that has VFs does ten times as much. */
  private static final long SOME_RATE = 100;

  private final Net net;
  private final PfDriver driver;
  private final PciAddress pf;
  private final Link link;
  private final int vf;

  VfTrial(Net net, PfDriver driver, PciAddress pf, Link link, int vf) {
    this.net = net;
    this.driver = driver;
    this.pf = pf;
    this.link = link;
    this.vf = vf;
  }

  SortedMap<VfAbility, Answer> answers() throws StepFailure {
    VfSettings own = now();
    SortedMap<VfAbility, Answer> answers = new TreeMap<>();
    attempt(answers, VfAbility.MAC, own, new VfSetting.Mac(SOME_ADDRESS));
    vlan(answers, VfAbility.VLAN, own, 0, VfSettings.Vlan.Q);
    vlan(answers, VfAbility.QOS, own, SOME_PRIORITY, VfSettings.Vlan.Q);
    vlan(answers, VfAbility.QINQ, own, 0, VfSettings.Vlan.AD);
    attempt(answers, VfAbility.MAX_RATE, own, new VfSetting.Rate(0, SOME_RATE));
    attempt(answers, VfAbility.MIN_RATE, own, new VfSetting.Rate(SOME_RATE, 0));
    attempt(
        answers,
        VfAbility.SPOOFCHK,
        own,
        new VfSetting.SpoofCheck(!own.spoofCheck().orElse(false)));
    attempt(answers, VfAbility.LINK_STATE, own, new VfSetting.LinkState(VfSettings.Link.ENABLE));
    attempt(
        answers, VfAbility.QUERY_RSS, own, new VfSetting.RssQuery(!own.rssQuery().orElse(false)));
    attempt(answers, VfAbility.TRUST, own, new VfSetting.Trust(!own.trust().orElse(false)));
    return answers;
  }

  private void vlan(
      SortedMap<VfAbility, Answer> answers, VfAbility ability, VfSettings own, int qos, int tag)
      throws StepFailure {
    attempt(answers, ability, own, new VfSetting.Vlan(new VfSettings.Vlan(SOME_VLAN, qos, tag)));
  }

  private void attempt(
      SortedMap<VfAbility, Answer> answers, VfAbility ability, VfSettings own, VfSetting setting)
      throws StepFailure {
    List<NetRefusal> refused = set(setting);
    boolean shown = !now().equals(own);
    if (refused.isEmpty()) {
      answers.put(
          ability,
          shown
              ? new Answer(Can.YES, "")
              : new Answer(Can.UNCLEAR, "the driver took it and does not show it"));
    } else {
      answers.put(
          ability,
          new Answer(
              refused.getFirst().unsupported() ? Can.NO : Can.UNCLEAR,
              String.valueOf(refused.getFirst().getMessage())));
    }
    // Also what was refused: a kernel whose answer came too late has done it nevertheless.
    putBack(own);
  }

  private List<NetRefusal> set(VfSetting setting) {
    return driver.refusal(List.of(new VfOrder(vf, List.of(setting))));
  }

  private void putBack(VfSettings own) throws StepFailure {
    for (VfSetting setting : VfSetting.between(now(), own)) {
      List<NetRefusal> refused = set(setting);
      if (!refused.isEmpty()) {
        throw left(setting, String.valueOf(refused.getFirst().getMessage()));
      }
    }
    // A driver may say yes and do nothing: a guest must not get what was only tried, trust above
    // all.
    List<VfSetting> rest = VfSetting.between(now(), own);
    if (!rest.isEmpty()) {
      throw left(rest.getFirst(), "the driver took that and does not show it");
    }
  }

  private StepFailure left(VfSetting setting, String why) {
    return new StepFailure(
        "VF "
            + vf
            + " of "
            + pf
            + " could not be set back to "
            + setting.words()
            + " after trying another value: "
            + why
            + ".");
  }

  private VfSettings now() throws StepFailure {
    try {
      VfSettings settings = net.vfs(link.index()).get(vf);
      if (settings != null) {
        return settings;
      }
    } catch (NetRefusal refusal) {
      throw new StepFailure("The VFs of " + link.name() + ": " + refusal.getMessage() + ".");
    }
    throw new StepFailure(
        "The driver of " + pf + " (" + link.name() + ") tells nothing of VF " + vf + ".");
  }
}
