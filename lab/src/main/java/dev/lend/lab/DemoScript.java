package dev.lend.lab;

import java.util.ArrayList;
import java.util.List;

/**
 * What the demonstration does, in order: a table, so that it can be read and changed in one place.
 */
final class DemoScript {
  private static final String MAC = "52:54:00:82:57:60";
  private static final String CARD_MAC = "52:54:00:1a:b2:01";
  private static final String KERNEL_LOG = "dmesg | grep 01:10.0 | tail -n 5";
  private static final String WEB1 = "qmp:/run/guest/web1/qmp.sock";
  private static final String WEB2 = "qmp:/run/guest/web2/qmp.sock";

  /** One part and its commands. */
  record Scene(String title, List<Line> lines) {
    Scene {
      lines = List.copyOf(lines);
    }
  }

  /**
   * One command.
   *
   * @param where whose prompt it stands at: the lab host or a guest
   * @param typed what a person would type there
   * @param command what is run in the lab for it
   * @param exit the exit status that it must have
   * @param contains what its output must say
   * @param silent whether it must say nothing
   */
  record Line(
      String where,
      String typed,
      List<String> command,
      int exit,
      List<String> contains,
      boolean silent) {
    Line {
      command = List.copyOf(command);
      contains = List.copyOf(contains);
    }

    /** The same that must say nothing. */
    Line saysNothing() {
      return new Line(where, typed, command, exit, List.of(), true);
    }
  }

  private DemoScript() {}

  static List<Scene> scenes() {
    return List.of(
        new Scene("Is this host ready?", List.of(host(0, "lend check", "ready"))),
        new Scene(
            "What can be lent?",
            List.of(host(0, "lend list", "01:00.0", "82576"), host(0, "lend tree", "01:00.0"))),
        new Scene(
            "Four virtual functions of the 82576",
            List.of(
                host(0, "ip link set enp1s0 up"),
                host(0, "echo 4 > /sys/class/net/enp1s0/device/sriov_numvfs"),
                host(0, "ip link set enp1s0 vf 0 mac " + MAC),
                host(0, "lspci -nnk -d 8086:10ca", "01:10.0", "01:10.6", "igbvf"))),
        new Scene(
            "A guest starts, and a virtual function is lent to it while it runs",
            List.of(
                host(0, "guest start web1"),
                host(
                    0,
                    "lend attach 01:10.0 --guest " + WEB1 + " --dry-run",
                    "driver_override",
                    "device_add"),
                host(0, "lend attach 01:10.0 --guest " + WEB1, "is lent to " + WEB1),
                host(0, KERNEL_LOG, "01:10.0"),
                host(0, "lend status", "01:10.0", "ok: in the guest"))),
        new Scene(
            "What the guest itself says, and traffic through the virtual function",
            List.of(
                guest(
                    "web1",
                    0,
                    "lspci -nnk -d 8086:10ca",
                    "82576 Virtual Function",
                    "in use: igbvf"),
                guest("web1", 0, configure(MAC, "10.9.0.11"), MAC),
                guest("web1", 0, "ping -c 3 -w 15 10.9.0.1", "3 packets transmitted, 3"))),
        new Scene(
            "One device, one guest",
            List.of(
                host(0, "guest start web2"),
                host(1, "lend attach 01:10.0 --guest " + WEB2, "is lent to " + WEB1))),
        new Scene(
            "The virtual function comes back to its host driver",
            List.of(
                host(0, "lend detach 01:10.0", "is back on igbvf"),
                host(0, "lspci -nnk -s 01:10.0", "in use: igbvf"),
                host(0, KERNEL_LOG, "01:10.0"),
                guest("web1", 0, "lspci -nn -d 8086:10ca").saysNothing())),
        new Scene(
            "A whole card goes the same way",
            List.of(
                host(0, "lend attach 02:00.0 --guest " + WEB2, "is lent to " + WEB2),
                guest("web2", 0, "lspci -nnk -d 8086:10d3", "in use: e1000e"),
                guest("web2", 0, configure(CARD_MAC, "10.9.0.12"), CARD_MAC),
                guest("web2", 0, "ping -c 3 -w 15 10.9.0.1", "3 packets transmitted, 3"),
                host(0, "lend detach 02:00.0", "is back on e1000e"),
                host(0, "lspci -nnk -s 02:00.0", "in use: e1000e"))),
        new Scene(
            "What Lend does not do, and why",
            List.of(
                host(
                    1,
                    "lend attach 04:02.0 --guest " + WEB1,
                    "IOMMU group",
                    "04:01.0",
                    "--with-group"),
                host(1, "lend attach enp0s3 --guest " + WEB1, "default route"),
                host(1, "lend reserve vda", "carries this host's /"),
                host(1, "lend reserve 03:00.0", "is a bridge"),
                host(2, "lend attach 01:1f.7 --guest " + WEB1, "01:1f.7"))),
        new Scene(
            "Everything is where it was", List.of(host(0, "lend status", "Nothing is lent"))));
  }

  /** Finds the interface by its MAC, for names differ between guests, and gives it an address. */
  private static String configure(String mac, String address) {
    return "i=$(grep -l "
        + mac
        + " /sys/class/net/*/address | cut -d/ -f5); ip addr add "
        + address
        + "/24 dev $i; ip link set $i up; ip link show $i";
  }

  private static Line host(int exit, String typed, String... contains) {
    return new Line("lab", typed, List.of("sh", "-c", typed), exit, List.of(contains), false);
  }

  private static Line guest(String name, int exit, String typed, String... contains) {
    List<String> command = new ArrayList<>(List.of("guest", "run", name, "--", "sh", "-c", typed));
    return new Line(name, typed, command, exit, List.of(contains), false);
  }
}
