package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** VFs on the real kernel: what is made and set is what {@code ip}, sysfs and a guest show. */
final class VfLabIT extends LabHost {
  private static final String PF = "enp1s0";
  private static final String MAC = "52:54:00:12:34:56";
  private static final String GUEST = "qmp:/run/guest/vf/qmp.sock";

  @BeforeEach
  void noVfs() {
    mustShell(
        """
        d=/sys/class/net/enp1s0/device
        echo 1 > $d/sriov_drivers_autoprobe
        test "$(cat $d/sriov_numvfs)" = 0 || echo 0 > $d/sriov_numvfs
        ip link set enp1s0 down
        """);
  }

  @AfterEach
  void nothingStaysBehind() {
    lab.run("guest", "stop", "vf");
    for (String vf : List.of("01:10.0", "01:10.2", "01:10.4")) {
      lab.run("lend", "detach", vf);
    }
    lab.run(
        "sh",
        "-c",
        "ip -n peer link del peer0.7; echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs");
  }

  @Test
  void vfsAreMadeSetUpLentAndCarryTaggedTraffic() {
    lend(0, "vf", "create", PF, "3", "--vlan", "100");
    assertThat(must("cat", "/sys/class/net/enp1s0/device/sriov_numvfs")).isEqualTo("3");
    assertThat(must("cat", "/sys/class/net/enp1s0/device/sriov_drivers_autoprobe")).isEqualTo("1");
    assertThat(vfs("[.[].address] | unique | length")).isEqualTo("3");
    assertThat(vfs("[.[].vlan_list[0].vlan] | unique | .[]")).isEqualTo("100");
    assertThat(mustShell("ls -d /sys/bus/pci/devices/0000:01:1*/driver 2>/dev/null | wc -l"))
        .as("for guests: no driver of the host has them")
        .isEqualTo("0");

    lend(
        0,
        "vf",
        "set",
        PF + "/vf1",
        "--mac",
        MAC,
        "--vlan",
        "7",
        "--qos",
        "3",
        "--spoofchk",
        "off",
        "--trust",
        "on",
        "--max-rate",
        "500");
    assertThat(
            vfs(
                ".[1] | [.address, .vlan_list[0].vlan, .vlan_list[0].qos, .spoofchk, .trust, .rate.max_tx]"))
        .isEqualTo("[\"" + MAC + "\",7,3,false,true,500]");

    mustShell("guest list | grep -qx vf || guest start vf");
    lend(0, "attach", PF + "/vf1", "--guest", GUEST);
    mustShell(
        """
        ip -n peer link add link peer0 name peer0.7 type vlan id 7
        ip -n peer address add 10.77.0.1/24 dev peer0.7
        ip -n peer link set peer0.7 up
        """);
    assertThat(
            must(
                "guest",
                "run",
                "vf",
                "--",
                "sh",
                "-c",
                "i=$(grep -l "
                    + MAC
                    + " /sys/class/net/*/address | cut -d/ -f5); cat /sys/class/net/$i/address;"
                    + " ip addr add 10.77.0.2/24 dev $i; ip link set $i up; ping -c 2 -w 30 10.77.0.1"))
        .contains(MAC, " 0% packet loss");
    assertThat(mustShell("ip -n peer neigh show dev peer0.7")).contains("10.77.0.2 lladdr " + MAC);

    RunResult more = lend(1, "vf", "create", PF, "5");
    assertThat(more.err()).contains("is lent to " + GUEST, "--replace");
    assertThat(lend(1, "vf", "remove", PF).err()).contains("is lent to " + GUEST);
    assertThat(must("cat", "/sys/class/net/enp1s0/device/sriov_numvfs")).isEqualTo("3");

    lend(0, "vf", "create", PF, "5", "--replace");
    assertThat(must("cat", "/sys/class/net/enp1s0/device/sriov_numvfs")).isEqualTo("5");
    assertThat(must("guest", "run", "vf", "--", "lspci", "-nn", "-d", "8086:10ca")).isEmpty();
    assertThat(lend(0, "status").out()).contains("Nothing is lent.");
  }

  @Test
  void aSettingThatTheDriverDoesNotHaveLeavesNothingHalfDone() {
    lend(0, "vf", "create", PF, "2");
    String before = vfs(".");
    // Told that nothing is known of the driver, so that it has to find out by failing.
    RunResult result =
        lend(3, "vf", "set", PF, "--vlan", "9", "--link", "disable", "--state", "/run/lend-new");
    assertThat(result.err()).contains("VF 0 of enp1s0", "state disable", "Operation not supported");
    assertThat(vfs(".")).isEqualTo(before);
    assertThat(lend(1, "vf", "set", PF, "--link", "disable").err())
        .contains("cannot set link-state");
    assertThat(lend(0, "vf", "list", PF).out()).contains("cannot: qinq, link-state, query-rss");
  }

  @Test
  void vfsForTheHostHaveItsDriverAndTheAddressThatWasGivenThem() {
    lend(0, "vf", "create", PF, "2", "--for", "host");
    assertThat(mustShell("basename $(readlink /sys/bus/pci/devices/0000:01:10.2/driver)"))
        .isEqualTo("igbvf");
    mustShell("udevadm settle");
    assertThat(mustShell("cat /sys/bus/pci/devices/0000:01:10.2/net/*/address"))
        .isEqualTo(vfs(".[1].address").replace("\"", ""));
    mustShell(
        """
        net=$(ls /sys/bus/pci/devices/0000:01:10.2/net)
        ip addr add 10.78.0.1/24 dev $net
        ip link set $net up
        """);
    assertThat(lend(1, "vf", "remove", PF).out()).contains("10.78.0.1/24");
    lend(0, "vf", "remove", PF, "--yes");
    assertThat(must("cat", "/sys/class/net/enp1s0/device/sriov_numvfs")).isEqualTo("0");
  }

  @Test
  void wrongWordsGiveOneLineAndStatusTwo() {
    // Its link has a speed once it is up.
    mustShell(
        """
        ip link set enp1s0 up
        until test "$(cat /sys/class/net/enp1s0/speed)" = 1000; do sleep 0.1; done
        """);
    for (List<String> words :
        List.of(
            List.of("vf", "create", PF, "8"),
            List.of("vf", "create", PF, "many"),
            List.of("vf", "create", PF, "2", "--mac", "52:54:00:12:34"),
            List.of("vf", "create", PF, "1", "--mac", "01:00:5e:00:00:01"),
            List.of("vf", "create", PF, "2", "--vlan", "5000"),
            List.of("vf", "create", PF, "2", "--max-rate", "20000"),
            List.of("vf", "create", "eth9", "2"),
            List.of("vf", "create", "enp2s0", "2"),
            List.of("vf", "set", PF + "/vf0", "--vlan", "2"))) {
      RunResult result = lend(2, words.toArray(String[]::new));
      assertThat(result.err().lines()).as(words.toString()).hasSize(1);
      assertThat(result.err()).startsWith("lend: ").doesNotContain("Exception");
    }
  }

  /** What {@code ip} says of the PF's VFs, through a filter. */
  private String vfs(String filter) {
    return mustShell("ip -j -d link show dev enp1s0 | jq -c \".[0].vfinfo_list | $1\"", filter);
  }
}
