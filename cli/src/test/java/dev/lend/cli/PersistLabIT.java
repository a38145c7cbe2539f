package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.KeptLabHost;
import dev.lend.lab.RunResult;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * VFs that are declared, over a reboot and over a move of their card to another slot. One test,
 * since each boot of an emulated host takes half a minute.
 */
final class PersistLabIT extends KeptLabHost {
  private static final String PF = "enp1s0";
  private static final String MAC = "52:54:00:12:34:56";
  private static final String KEYFILE =
      "/etc/NetworkManager/system-connections/uplink.nmconnection";
  private boolean moved;

  @AfterEach
  void leaveNothingBehind() {
    mustShell(
        """
        lend boot remove
        rm -rf /etc/lend /var/lib/lend /etc/NetworkManager/system-connections
        for n in /sys/bus/pci/devices/*/sriov_numvfs; do
          test "$(cat $n)" = 0 || echo 0 > $n
        done
        """);
    if (moved) {
      moveCard(1);
    }
  }

  @Test
  void declaredVfsAreThereAfterARebootAndAfterTheirCardHasMovedAndAnotherCardGetsNone() {
    anotherOwnerIsNamedBeforeAnythingIsWritten();
    must("lend", "boot", "install");
    lend(0, "vf", "create", PF, "2", "--mac", "auto", "--vlan", "100", "--persist");
    String kept =
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
                "500",
                "--persist")
            .out();
    assertThat(kept).contains("Kept in /etc/lend/", ", and made again at boot.");
    String disks = disksThatShare();
    mustShell(
        "printf 'version: 1\\npfs:\\n- device: %s\\n  count: 2\\n' $1 > /etc/lend/disks.yaml",
        disks);
    lend(0, "vf", "apply");
    assertThat(lend(0, "vf", "apply").out()).as("once more").doesNotContain("  ok  ");
    String settings = vfs(PF);
    assertThat(settings).contains(MAC).contains("\"vlan\":7").contains("\"vlan\":100");

    assertThat(reboot(false)).isEqualTo("running");

    assertThat(vfs(PF)).isEqualTo(settings);
    assertThat(driversOf("01")).as("for guests").isEmpty();
    assertThat(count(disks)).isEqualTo("2");
    assertThat(told())
        .anyMatch(line -> line.contains("01:00.0") && line.endsWith(": 2 VFs, restored"))
        .anyMatch(line ->
            line.contains(disks.substring("0000:".length())) && line.endsWith(": 2 VFs, restored"))
        .hasSize(3);

    // Where the card will be, a file says that another one is.
    mustShell(
        """
        printf 'version: 1\\npfs:\\n- device: 02:00.0\\n  match:\\n    mac: 52:54:00:00:00:99\\n  count: 1\\n' \\
          > /etc/lend/other.yaml
        """);
    moved = true;

    assertThat(moveCard(2))
        .as("one of the PFs is not there")
        .isEqualTo("degraded: lend-boot.service");

    assertThat(vfs("enp2s0")).isEqualTo(settings);
    assertThat(count("0000:02:00.0")).isEqualTo("2");
    assertThat(driversOf("02")).as("for guests").isEmpty();
    assertThat(told())
        .anyMatch(line ->
            line.contains("moved from 01:00.0 to 02:00.0") && line.endsWith(": 2 VFs, restored"))
        .anyMatch(line ->
            line.startsWith("/etc/lend/other.yaml:3: no card here has")
                && line.contains("at 02:00.0 sits another")
                && line.contains("52:54:00:1a:b1:01"))
        .hasSize(4);
    RunResult apply = lend(2, "vf", "apply");
    assertThat(apply.err()).contains("no card here has", "at 02:00.0 sits another");
    assertThat(lab.run("lend", "boot", "status").out()).doesNotContain("all went well");
  }

  /** NetworkManager itself is not needed: what it will do is in its files. */
  private void anotherOwnerIsNamedBeforeAnythingIsWritten() {
    mustShell(
        """
        mkdir -p $(dirname $1)
        printf '%s\\n' '[connection]' id=uplink type=ethernet interface-name=enp1s0 '' '[sriov]' total-vfs=4 > $1
        """,
        KEYFILE);
    String found = lend(0, "vf", "create", PF, "2", "--dry-run").out();
    assertThat(found)
        .contains("NetworkManager", "keeps 4 VFs on it while its connection uplink is active")
        .contains(KEYFILE + ":7");
    assertThat(count("0000:01:00.0")).isEqualTo("0");
    assertThat(lab.run("test", "-e", "/var/lib/lend/journal").ok()).isFalse();

    String made = lend(0, "vf", "create", PF, "1").out();
    assertThat(made.indexOf("NetworkManager")).isBetween(0, made.indexOf("  ok  "));
    lend(0, "vf", "remove", PF);
    must("rm", KEYFILE);
  }

  /** The lab's NVMe controller that can have VFs. */
  private String disksThatShare() {
    return mustShell(
        """
        for d in /sys/bus/pci/devices/*; do
          test ! -e $d/sriov_numvfs || test $(cat $d/class) != 0x010802 || basename $d
        done
        """);
  }

  /** What the boot unit said at this boot, but for systemd's own words. */
  private List<String> told() {
    return must("journalctl", "-b", "-o", "cat", "-u", "lend-boot.service", "_COMM=java")
        .lines()
        .toList();
  }

  private String count(String pf) {
    return mustShell("cat /sys/bus/pci/devices/$1/sriov_numvfs", pf);
  }

  private String driversOf(String bus) {
    return mustShell("ls -d /sys/bus/pci/devices/0000:$1:1*/driver 2>/dev/null || true", bus);
  }

  /** What {@code ip} says of the PF's VFs. */
  private String vfs(String pf) {
    return mustShell("ip -j -d link show dev $1 | jq -c '.[0].vfinfo_list'", pf);
  }
}
