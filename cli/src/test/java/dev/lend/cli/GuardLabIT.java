package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Changes under guard on the real kernel: the guard is a process of its own. */
final class GuardLabIT extends LabHost {
  private static final String NIC = "02:00.0";

  @AfterEach
  void nothingStaysBehind() {
    RunResult status = lab.run("lend", "status");
    lab.run("lend", "return", NIC);
    assertThat(status.out()).contains("Nothing is lent.");
  }

  private String driver() {
    return mustShell("basename $(readlink /sys/bus/pci/devices/0000:02:00.0/driver)").strip();
  }

  @Test
  void aChangeThatNobodyConfirmsIsTakenBackAlthoughItsCommandWasKilled() {
    mustShell(
        """
        lend reserve 02:00.0 --yes --confirm-within 5s &
        asker=$!
        timeout 60 sh -c 'until readlink /sys/bus/pci/devices/0000:02:00.0/driver | grep -q vfio-pci
          do sleep 0.05; done'
        kill -9 $asker 2>/dev/null || true
        """);

    mustShell(
        """
        timeout 120 sh -c 'until lend status | grep -q "Nothing is lent" &&
            readlink /sys/bus/pci/devices/0000:02:00.0/driver | grep -q e1000e
          do sleep 0.2; done'
        """);
    assertThat(driver()).isEqualTo("e1000e");
    assertThat(must("lend", "history", NIC)).contains("reserve 02:00.0");
  }

  @Test
  void aChangeThatIsConfirmedStands() {
    String reserved = must("lend", "reserve", NIC, "--yes", "--confirm-within", "60s");
    assertThat(reserved).contains("unless you type: lend confirm");
    assertThat(must("lend", "status")).contains("is taken back at");
    // What ends with the login that asked is in that login's scope.
    mustShell(
        """
        test ! -d /run/systemd/system ||
          grep -q /lend-guard- /proc/$(pgrep -f [g]uard-change | head -n 1)/cgroup
        """);
    assertThat(must("lend", "confirm")).contains("lend reserve 02:00.0 stands.");
    assertThat(must("lend", "status")).doesNotContain("is taken back at");
    assertThat(driver()).isEqualTo("vfio-pci");
    // The guard has nothing to do any more.
    mustShell("timeout 60 sh -c 'while pgrep -f [g]uard-change >/dev/null; do sleep 0.1; done'");
    assertThat(driver()).isEqualTo("vfio-pci");
    must("lend", "return", NIC);
  }

  @Test
  void aChangeIsTakenBackAlthoughTheDiskIsFull() {
    mustShell("mkdir -p /run/small; mount -t tmpfs -o size=6m,mode=0700 lend-small /run/small");
    try {
      must("lend", "reserve", NIC, "--yes", "--confirm-within", "10s", "--state", "/run/small");
      mustShell(
          "dd if=/dev/zero of=/run/small/full bs=4k 2>/dev/null || true;"
              + " test $(stat -f -c %a /run/small) = 0");
      mustShell(
          """
          timeout 180 sh -c 'until readlink /sys/bus/pci/devices/0000:02:00.0/driver |
              grep -q e1000e && lend status --state /run/small | grep -q "Nothing is lent"
            do sleep 0.5; done'
          timeout 60 sh -c 'while pgrep -f [g]uard-change >/dev/null; do sleep 0.1; done'
          """);
      assertThat(must("ls", "/run/small")).contains("full").doesNotContain("reserve-");
    } finally {
      lab.run("sh", "-c", "rm -f /run/small/full");
      lab.run("lend", "return", NIC, "--state", "/run/small");
      lab.run("umount", "/run/small");
    }
  }
}
