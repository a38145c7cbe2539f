package dev.lend.act;

import dev.lend.linux.Errno;
import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.VfOrder;
import dev.lend.model.VfSetting;
import dev.lend.sysfs.KernelReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Gives a PF's driver orders for its VFs, with the patience that it needs. */
final class PfDriver {
  /** While a VF is being reset, its PF may have no ear for it. */
  private static final Duration RESET = Duration.ofSeconds(5);

  /** Copper takes up to ten seconds to agree on a speed (IEEE 802.3, clause 28 and 55). */
  private static final Duration LINK = Duration.ofSeconds(15);

  private final KernelReader kernel;
  private final Net net;
  private final Patience patience;
  private final Link pf;

  PfDriver(KernelReader kernel, Net net, Patience patience, Link pf) {
    this.kernel = kernel;
    this.net = net;
    this.patience = patience;
    this.pf = pf;
  }

  /**
   * What the driver says against it; nothing where it takes it. A rate is a share of the link's
   * speed for many drivers, which take none before there is a link: that is waited for (kernel:
   * {@code igb_main.c}, igb_ndo_set_vf_bw; {@code ixgbe_sriov.c}, ixgbe_ndo_set_vf_bw).
   */
  List<NetRefusal> refusal(List<VfOrder> orders) {
    boolean linked = linked();
    List<NetRefusal> refused = heard(orders);
    boolean early =
        !linked
            && orders.stream().anyMatch(PfDriver::setsRate)
            && refused.stream().anyMatch(refusal -> refusal.errno() == Errno.EINVAL);
    if (!early) {
      return refused;
    }
    if (patience.until(this::linked, LINK)) {
      return heard(orders);
    }
    return List.of(
        new NetRefusal(
            change(orders).describe(),
            Errno.EINVAL,
            pf.name() + " has no link, and its driver takes a rate only while it has one"));
  }

  private List<NetRefusal> heard(List<VfOrder> orders) {
    List<NetRefusal> refused = new ArrayList<>();
    patience.until(
        () -> {
          refused.clear();
          try {
            net.change(change(orders));
          } catch (NetRefusal refusal) {
            refused.add(refusal);
          }
          return refused.isEmpty() || refused.getFirst().errno() != Errno.EAGAIN;
        },
        RESET);
    return refused;
  }

  private NetChange change(List<VfOrder> orders) {
    return new NetChange.SetVfs(pf.index(), orders);
  }

  /** An interface that is down tells nothing of its link, and nothing is to be waited for. */
  private boolean linked() {
    return !kernel.read("sys/class/net/" + pf.name() + "/carrier").or("").strip().equals("0");
  }

  private static boolean setsRate(VfOrder order) {
    return order.settings().stream().anyMatch(VfSetting.Rate.class::isInstance);
  }
}
