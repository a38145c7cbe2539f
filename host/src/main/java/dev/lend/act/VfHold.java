package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.VfOrder;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import dev.lend.plan.VfStep;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Has a PF hold VFs to settings. Many VFs go into one message, which the kernel works through until
 * something is refused, without a word about what that was: then it is asked one by one.
 */
final class VfHold {
  /** An attribute cannot be longer than 64 KiB; a VF takes 200 bytes at most. */
  private static final int AT_ONCE = 128;

  private final Net net;
  private final PfDriver driver;
  private final PciAddress pf;
  private final Link link;

  VfHold(Net net, PfDriver driver, PciAddress pf, Link link) {
    this.net = net;
    this.driver = driver;
    this.pf = pf;
    this.link = link;
  }

  void hold(List<VfStep.Change> changes) throws StepFailure {
    SortedMap<Integer, VfSettings> now = settings();
    List<VfOrder> orders = new ArrayList<>();
    for (VfStep.Change change : changes) {
      VfSettings own = of(now, change.index());
      List<VfSetting> missing = VfSetting.between(own, change.to().on(own, own.mac()));
      if (!missing.isEmpty()) {
        orders.add(new VfOrder(change.index(), missing));
      }
    }
    for (int i = 0; i < orders.size(); i += AT_ONCE) {
      set(orders.subList(i, Math.min(i + AT_ONCE, orders.size())));
    }
    if (!orders.isEmpty()) {
      verify(changes);
    }
  }

  private SortedMap<Integer, VfSettings> settings() throws StepFailure {
    try {
      return net.vfs(link.index());
    } catch (NetRefusal refusal) {
      throw new StepFailure("The VFs of " + link.name() + ": " + refusal.getMessage() + ".");
    }
  }

  private VfSettings of(SortedMap<Integer, VfSettings> all, int index) throws StepFailure {
    VfSettings own = all.get(index);
    if (own == null) {
      throw new StepFailure(
          "The driver of " + pf + " (" + link.name() + ") tells nothing of VF " + index + ".");
    }
    return own;
  }

  private void set(List<VfOrder> orders) throws StepFailure {
    if (driver.refusal(orders).isEmpty()) {
      return;
    }
    for (VfOrder order : orders) {
      for (VfSetting setting : order.settings()) {
        List<NetRefusal> refused =
            driver.refusal(List.of(new VfOrder(order.vf(), List.of(setting))));
        if (!refused.isEmpty()) {
          throw new StepFailure(
              "VF "
                  + order.vf()
                  + " of "
                  + link.name()
                  + " cannot be set to "
                  + setting.words()
                  + ": "
                  + refused.getFirst().getMessage()
                  + (refused.getFirst().unsupported()
                      ? ". Its PF's driver has no such setting: leave it out."
                      : "."));
        }
      }
    }
  }

  /** A driver may take a setting and not keep to it. */
  private void verify(List<VfStep.Change> changes) throws StepFailure {
    SortedMap<Integer, VfSettings> after = settings();
    for (VfStep.Change change : changes) {
      VfSettings own = of(after, change.index());
      for (VfSetting setting : VfSetting.between(own, change.to().on(own, own.mac()))) {
        if (told(own, setting)) {
          throw new StepFailure(
              "VF "
                  + change.index()
                  + " of "
                  + link.name()
                  + " was set to "
                  + setting.words()
                  + ", and its PF's driver does not keep to it.");
        }
      }
    }
  }

  /** What a driver never tells cannot be read back. */
  private static boolean told(VfSettings own, VfSetting setting) {
    return switch (setting) {
      case VfSetting.SpoofCheck check -> own.spoofCheck().isPresent();
      case VfSetting.RssQuery query -> own.rssQuery().isPresent();
      case VfSetting.Trust trust -> own.trust().isPresent();
      case VfSetting.NodeGuid guid -> own.nodeGuid().isPresent();
      case VfSetting.PortGuid guid -> own.portGuid().isPresent();
      case VfSetting.Mac mac -> true;
      case VfSetting.Vlan vlan -> true;
      case VfSetting.Rate rate -> true;
      case VfSetting.LinkState state -> true;
    };
  }
}
