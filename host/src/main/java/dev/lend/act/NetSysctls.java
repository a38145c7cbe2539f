package dev.lend.act;

import dev.lend.model.Fact;
import dev.lend.model.NetLoss;
import dev.lend.sysfs.KernelReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Settings of one interface below {@code /proc/sys/net}. A new interface begins with those of
 * {@code default} (kernel: {@code Documentation/networking/ip-sysctl.rst}).
 */
final class NetSysctls {
  /** Settings to name; nobody reads more. */
  private static final int MOST = 4;

  /** What follows from the interface itself, and what cannot be read where it was not set. */
  private static final Set<String> NOBODYS = Set.of("mtu", "stable_secret", "use_tempaddr");

  /** Take announcements of routers although this host forwards packets. */
  private static final String DESPITE_FORWARDING = "ipv6 accept_ra 2";

  private final KernelReader kernel;

  NetSysctls(KernelReader kernel) {
    this.kernel = kernel;
  }

  /**
   * The settings that differ from what a new interface begins with.
   *
   * @param announced true where a router's announcement has made a default route through it
   */
  Optional<NetLoss> loss(String name, boolean announced) {
    List<String> own = new ArrayList<>();
    for (String family : List.of("ipv4", "ipv6")) {
      String conf = "proc/sys/net/" + family + "/conf/";
      for (String setting : kernel.list(conf + name).or(List.of())) {
        if (!NOBODYS.contains(setting)
            && kernel.read(conf + name + "/" + setting) instanceof Fact.Known<String>(String value)
            && kernel.read(conf + "default/" + setting) instanceof Fact.Known<String>(String fresh)
            && !value.equals(fresh)) {
          own.add(family + " " + setting + " " + value.strip());
        }
      }
    }
    if (own.isEmpty()) {
      return Optional.empty();
    }
    int shown = Math.min(MOST, own.size());
    String text =
        "settings of its own in /proc/sys/net ("
            + String.join(", ", own.subList(0, shown))
            + (own.size() > shown ? " and " + (own.size() - shown) + " more" : "")
            + ")";
    boolean needed = announced && own.contains(DESPITE_FORWARDING);
    return Optional.of(new NetLoss(text, needed ? List.of(name) : List.of()));
  }
}
