package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The real program is killed at every line of its journal, on the real kernel and with a real
 * guest: a share of that, which is another one every day. The system properties {@code
 * lend.lab.points}, {@code lend.lab.seconds} and {@code lend.seed} set the share: CONTRIBUTING.md
 * has the command for a long run.
 */
final class KillLabIT extends LabHost {
  private static final int POINTS = Integer.getInteger("lend.lab.points", 60);
  private static final int SECONDS = Integer.getInteger("lend.lab.seconds", 150);
  private static final int AT_A_TIME = Integer.getInteger("lend.lab.workers", 1);
  private final long seed = Long.getLong("lend.seed", LocalDate.now().toEpochDay());

  @BeforeEach
  void aVfWithAVlanACardInUseAndAGuest() {
    mustShell(
        """
        ip link set enp1s0 up
        # The VF's driver asks for the MAC once, when it takes the VF.
        echo 0 > /sys/class/net/enp1s0/device/sriov_drivers_autoprobe
        echo 4 > /sys/class/net/enp1s0/device/sriov_numvfs
        ip link set enp1s0 vf 0 mac 52:54:00:82:57:60 vlan 7 qos 2 spoofchk off
        echo 1 > /sys/class/net/enp1s0/device/sriov_drivers_autoprobe
        for vf in /sys/class/net/enp1s0/device/virtfn*; do
          basename "$(readlink "$vf")" > /sys/bus/pci/drivers_probe
        done
        ip link set enp2s0 down
        ip link set enp2s0 name lan0 mtu 1400 address 52:54:00:99:00:01
        ip link set lan0 up
        ip address add 192.0.2.1/24 brd + dev lan0
        ip address add 2001:db8:9::1/64 dev lan0 nodad
        ip route add 198.51.100.0/24 via 192.0.2.9 metric 50
        mkdir -p /run/campaign
        udevadm settle
        guest list | grep -qx it || guest start it
        """);
  }

  @AfterEach
  void theHostIsAsTheOthersKnowIt() {
    lab.run("guest", "stop", "it");
    mustShell(
        """
        nic=$(ls /sys/bus/pci/devices/0000:02:00.0/net)
        ip address flush dev "$nic"
        ip link set "$nic" down
        ip link set "$nic" name enp2s0 mtu 1500 address 52:54:00:1a:b2:01
        echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs
        """);
  }

  @Test
  void whereverTheRealProgramIsKilledNothingIsLost() throws IOException {
    RunResult result =
        lab.run(
            "java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            "/mnt/share/lib/*",
            "dev.lend.act.KillCampaign",
            "" + POINTS,
            "" + SECONDS,
            "" + seed,
            "" + AT_A_TIME);

    String versions =
        mustShell(
            """
            echo "run|kernel|$(uname -r)"
            echo "run|QEMU|$(qemu-system-x86_64 --version | sed -n 's/.*version \\([0-9.]*\\).*/\\1/p')"
            echo "run|date|%s"
            """
                .formatted(LocalDate.now()));
    Files.writeString(
        Path.of("target", "kill-campaign.txt"), versions + "\n" + result.out() + result.err());
    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).contains("all is well");
    System.out.println("in the lab: " + result.out().lines().toList().getLast());
  }
}
