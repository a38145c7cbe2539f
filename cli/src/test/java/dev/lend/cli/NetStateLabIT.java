package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.json.Json;
import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A network card comes home from guests, failures and crashes as it was, by the word of {@code ip}.
 */
final class NetStateLabIT extends LabHost {
  private static final String NIC = "02:00.0";
  private static final String VF = "01:10.2";
  private static final String VF_MAC = "52:54:00:82:57:62";
  private static final String GUEST = "qmp:/run/guest/net/qmp.sock";

  @BeforeEach
  void aCardInUse() {
    mustShell(
        """
        ip link set enp2s0 down
        ip link set enp2s0 name lan0 mtu 1400 address 52:54:00:99:00:01
        ip link set lan0 up
        ip address add 192.0.2.1/24 brd + dev lan0
        ip address add 2001:db8:9::1/64 dev lan0 nodad
        ip route add 198.51.100.0/24 via 192.0.2.9 metric 50
        ip route add 203.0.113.0/24 dev lan0 table 77 src 192.0.2.1
        """);
  }

  @AfterEach
  void theCardIsAsTheOthersKnowIt() {
    lab.run("guest", "stop", "net");
    for (String device : List.of(NIC, VF)) {
      lab.run("lend", "detach", device);
      lab.run("lend", "return", device);
    }
    mustShell(
        """
        nic=$(ls /sys/bus/pci/devices/0000:02:00.0/net)
        ip address flush dev "$nic"
        ip link set "$nic" down
        ip link set "$nic" name enp2s0 mtu 1500 address 52:54:00:1a:b2:01
        """);
  }

  @AfterAll
  static void noVfsAreLeft() {
    sharedLab().run("sh", "-c", "echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs");
  }

  private List<Json.Obj> ip(String... words) {
    List<String> command = new ArrayList<>(List.of("ip", "-j"));
    command.addAll(List.of(words));
    List<Json.Obj> found = new ArrayList<>();
    if (Json.parse(must(command.toArray(String[]::new))) instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        if (item instanceof Json.Obj object) {
          found.add(object);
        }
      }
    }
    return found;
  }

  /** What a person set on the card, as {@code ip} shows it. */
  private List<String> network() {
    List<String> lines = new ArrayList<>();
    Json.Obj link = ip("address", "show", "dev", "lan0").getFirst();
    lines.add(
        link.text("ifname")
            + " mtu "
            + link.number("mtu")
            + " "
            + link.text("address")
            + (link.array("flags").contains(Json.of("UP")) ? " up" : " down"));
    for (Json item : link.array("addr_info")) {
      if (item instanceof Json.Obj address && !address.text("scope").equals("link")) {
        lines.add(
            address.text("local")
                + "/"
                + address.number("prefixlen")
                + " "
                + address.optionalText("broadcast").orElse("")
                + (address.get("nodad").isPresent() ? "nodad" : ""));
      }
    }
    for (String family : List.of("-4", "-6")) {
      for (Json.Obj route : ip(family, "route", "show", "table", "all", "dev", "lan0")) {
        String to = route.text("dst");
        boolean own =
            !route
                    .optionalText("type")
                    .orElse("unicast")
                    .matches("local|broadcast|multicast|anycast")
                && !to.startsWith("fe80");
        if (own) {
          lines.add(
              to
                  + " "
                  + route.optionalText("gateway").orElse("")
                  + " "
                  + route.get("metric").map(Json::compact).orElse("")
                  + " "
                  + route.optionalText("table").orElse("main")
                  + " "
                  + route.optionalText("prefsrc").orElse(""));
        }
      }
    }
    lines.sort(null);
    return lines;
  }

  private String driver(String address) {
    return mustShell(
        "basename \"$(readlink \"$1\")\"", "/sys/bus/pci/devices/0000:" + address + "/driver");
  }

  @Test
  void nameSizeAddressesAndRoutesComeBackWithTheCard() {
    List<String> before = network();
    assertThat(before)
        .contains(
            "lan0 mtu 1400 52:54:00:99:00:01 up",
            "192.0.2.1/24 192.0.2.255",
            "2001:db8:9::1/64 nodad",
            "198.51.100.0/24 192.0.2.9 50 main ",
            "203.0.113.0/24   77 192.0.2.1");

    lend(0, "reserve", NIC, "--yes");
    assertThat(driver(NIC)).isEqualTo("vfio-pci");
    assertThat(must("ls", "/sys/class/net")).doesNotContain("lan0");
    RunResult back = lend(0, "return", NIC);

    assertThat(back.out()).doesNotContain("not as it was");
    assertThat(driver(NIC)).isEqualTo("e1000e");
    assertThat(network()).isEqualTo(before);
  }

  /**
   * All that {@code ip} shows of an interface but its number, which is never the same again, and
   * its carrier, which comes some time after the interface.
   */
  private String whole(String name) {
    return mustShell(
        """
        ip -d link show dev "$1" |
          sed 's/^[0-9]*: //; s/ state [A-Z]*//; s/ qdisc [a-z_]*//; s/NO-CARRIER,//; s/,LOWER_UP//'
        ip -4 address show dev "$1" | sed -n '/inet/p'
        ip -4 route show table all dev "$1" | sed 's/ linkdown//' | sort
        """,
        name);
  }

  @Test
  void theVlanWithTheWayOutComesBackWithItsCard() {
    mustShell(
        """
        ip link property add dev lan0 altname the-card
        ip link add link lan0 name lan0.100 type vlan id 100 egress-qos-map 1:2
        ip link set lan0.100 mtu 1300 up
        ip address add 203.0.113.129/25 dev lan0.100
        ip route add default via 203.0.113.254 dev lan0.100 table 200
        ip link add link lan0.100 name inner type vlan id 7
        ip link add link lan0 name mv0 type macvlan mode bridge
        ip link set mv0 up
        tc qdisc add dev lan0 root handle 7: pfifo limit 10
        """);
    List<String> before = List.of(whole("lan0.100"), whole("inner"), whole("mv0"));

    RunResult refused = lend(1, "reserve", NIC, "--yes");
    assertThat(refused.out() + refused.err())
        .contains("carries a default route of table 200 (lan0 > lan0.100)");
    RunResult taken =
        lend(0, "reserve", NIC, "--yes", "--accept", "default-route", "--confirm-within", "10m");
    assertThat(taken.out() + taken.err())
        .contains("loses the queueing discipline pfifo 7: (lan0), which does not come back");
    assertThat(must("ls", "/sys/class/net")).doesNotContain("lan0");
    RunResult back = lend(0, "return", NIC);

    assertThat(List.of(whole("lan0.100"), whole("inner"), whole("mv0"))).isEqualTo(before);
    assertThat(back.out()).contains("the queueing discipline pfifo 7: is not put back");
    assertThat(must("ip", "link", "show", "dev", "the-card")).contains("lan0");
    mustShell("ip link del mv0; ip link del lan0.100");
  }

  @Test
  void noWayBackIsPromisedThroughWhatCannotBeMadeAgain() {
    mustShell(
        """
        ip link add vx0 type vxlan id 5 dev lan0 dstport 4789 remote 192.0.2.9
        ip link set vx0 up
        ip address add 203.0.113.129/25 dev vx0
        ip route add default via 203.0.113.254 dev vx0 table 200
        """);
    try {
      RunResult refused =
          lend(1, "reserve", NIC, "--yes", "--accept", "default-route", "--confirm-within", "10m");
      assertThat(refused.out() + refused.err())
          .contains(
              "loses the interface vx0 (vxlan) on it (lan0)",
              "--confirm-within promises nothing here");
      assertThat(driver(NIC)).isEqualTo("e1000e");
    } finally {
      must("ip", "link", "del", "vx0");
    }
  }

  @Test
  void theyComeBackFromAGuestToo() {
    must("guest", "start", "net");
    List<String> before = network();

    lend(0, "attach", NIC, "--guest", GUEST, "--yes");
    lend(0, "detach", NIC);

    assertThat(network()).isEqualTo(before);
  }

  @Test
  void theyComeBackWhereverLendIsKilled() {
    List<String> before = network();
    for (String delay : List.of("0.8", "1.4", "2.0", "2.6", "3.2")) {
      mustShell("timeout -s KILL \"$1\" lend reserve 02:00.0 --yes || true", delay);
      lend(0, "recover");
      if (!lend(0, "status").out().contains("Nothing is lent.")) {
        mustShell("timeout -s KILL \"$1\" lend return 02:00.0 || true", delay);
        lend(0, "recover");
        lab.run("lend", "return", NIC);
      }
      assertThat(network()).as("killed after %s s", delay).isEqualTo(before);
    }
    int lines = must("cat", "/var/lib/lend/journal").split("\n", -1).length;
    lend(0, "recover");
    assertThat(must("cat", "/var/lib/lend/journal").split("\n", -1)).hasSize(lines);
  }

  @Test
  void whatAnotherInterfaceHasTakenMeanwhileIsNamedAndLeft() {
    lend(0, "reserve", NIC, "--yes");
    mustShell("ip link set enp1s0 up; ip address add 192.0.2.1/24 dev enp1s0");
    try {
      RunResult back = lend(0, "return", NIC);
      assertThat(back.out())
          .contains("not as it was: lan0: 192.0.2.1/24 is not put back: enp1s0 has it now");
      assertThat(network()).contains("2001:db8:9::1/64 nodad").doesNotContain("192.0.2.1/24");
    } finally {
      must("ip", "address", "del", "192.0.2.1/24", "dev", "enp1s0");
    }
  }

  private Json.Obj vf() {
    for (Json item : ip("-d", "link", "show", "dev", "enp1s0").getFirst().array("vfinfo_list")) {
      if (item instanceof Json.Obj vf && vf.number("vf") == 1) {
        return vf;
      }
    }
    throw new AssertionError("no VF 1");
  }

  @Test
  void aVfKeepsItsAddressAndVlanWhateverItWasGivenMeanwhile() {
    mustShell(
        """
        ip link set enp1s0 up
        echo 1 > /sys/class/net/enp1s0/device/sriov_drivers_autoprobe
        echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs
        echo 4 > /sys/class/net/enp1s0/device/sriov_numvfs
        ip link set enp1s0 vf 1 mac "$1" vlan 7 qos 2 spoofchk off trust on
        udevadm settle
        """,
        VF_MAC);
    Json.Obj before = vf();
    assertThat(before.text("address")).isEqualTo(VF_MAC);

    lend(0, "reserve", VF);
    mustShell("ip link set enp1s0 vf 1 mac 52:54:00:82:57:6f vlan 0 spoofchk on trust off");
    assertThat(vf()).isNotEqualTo(before);
    lend(0, "return", VF);

    assertThat(vf()).isEqualTo(before);
    assertThat(driver(VF)).isEqualTo("igbvf");
    assertThat(mustShell("cat /sys/bus/pci/devices/0000:01:10.2/net/*/address")).isEqualTo(VF_MAC);
  }
}
