package dev.lend.act;

import dev.lend.model.Fact;
import dev.lend.model.NetLoss;
import dev.lend.sysfs.KernelReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a bridge holds of one of its ports, and forgets with it. */
final class BridgePort {
  /** What a new port begins with (kernel: {@code net/bridge/br_if.c}, new_nbp). */
  private static final Map<String, String> FRESH =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("bpdu_guard", "0"),
              Map.entry("broadcast_flood", "1"),
              Map.entry("hairpin_mode", "0"),
              Map.entry("isolated", "0"),
              Map.entry("learning", "1"),
              Map.entry("multicast_fast_leave", "0"),
              Map.entry("multicast_flood", "1"),
              Map.entry("multicast_to_unicast", "0"),
              Map.entry("neigh_suppress", "0"),
              Map.entry("priority", "32"),
              Map.entry("proxyarp", "0"),
              Map.entry("root_block", "0"),
              Map.entry("unicast_flood", "1")));

  private final KernelReader kernel;

  BridgePort(KernelReader kernel) {
    this.kernel = kernel;
  }

  /** What of it Lend does not put back. */
  List<NetLoss> losses(String port, String bridge) {
    List<NetLoss> lost = new ArrayList<>();
    if (kernel.read("sys/class/net/" + bridge + "/bridge/vlan_filtering").or("0").equals("1")) {
      lost.add(new NetLoss("the VLANs of its port in the bridge " + bridge, List.of(bridge)));
    }
    List<String> set = new ArrayList<>();
    FRESH.forEach((setting, fresh) -> {
      if (kernel.read("sys/class/net/" + port + "/brport/" + setting)
              instanceof Fact.Known<String>(String value)
          && !value.strip().equals(fresh)) {
        set.add(setting + " " + value.strip());
      }
    });
    if (!set.isEmpty()) {
      lost.add(
          NetLoss.of(
              "settings of its port in the bridge "
                  + bridge
                  + " ("
                  + String.join(", ", set)
                  + ")"));
    }
    return lost;
  }
}
