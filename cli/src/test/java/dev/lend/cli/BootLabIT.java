package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.KeptLabHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A host that loses its power in the middle of a change, with systemd to start it again. */
final class BootLabIT extends KeptLabHost {
  private static final String NIC = "02:00.0";
  private static final String UNIT = "lend-boot.service";

  @AfterEach
  void leaveNothingBehind() {
    mustShell(
        """
        lend boot remove
        rm -rf /etc/lend /var/lib/lend
        n=/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs
        test "$(cat $n)" = 0 || echo 0 > $n
        """);
  }

  private String driver() {
    return mustShell("basename $(readlink /sys/bus/pci/devices/0000:02:00.0/driver)");
  }

  /** When a unit became active at this boot, in microseconds. */
  private long active(String unit) {
    return Long.parseLong(
        must("systemctl", "show", "--value", "-p", "ActiveEnterTimestampMonotonic", unit));
  }

  /** A reservation is begun, and killed at the first line of the journal that says so. */
  private void reserveAndDie() {
    mustShell(
        """
        lend reserve 02:00.0 --yes > /run/cut.out 2>&1 &
        asker=$!
        until grep -qs '"record":"begun"' /var/lib/lend/journal; do
          kill -0 $asker || { cat /run/cut.out; exit 1; }
        done
        kill -KILL $asker
        # The kernel takes what it was given: the state is neither the old nor the new one for sure.
        sync
        ! grep -q '"record":"closed"' /var/lib/lend/journal
        """);
    assertThat(lab.run("lend", "status").out()).contains("lend reserve 02:00.0 was cut off");
  }

  @Test
  void whatAPowerCutLeavesHalfDoneIsEndedBeforeNetworksStart() {
    must("lend", "boot", "install");
    assertThat(lab.run("lend", "boot", "status").out()).contains("has not run since this boot");
    mustShell(
        """
        mkdir -p -m 755 /etc/lend
        printf 'version: 1\\npfs:\\n- device: 01:00.0\\n  count: 2\\n' > /etc/lend/lab.yaml
        """);
    reserveAndDie();
    String before = boot();

    assertThat(reboot(true)).isEqualTo("running");

    assertThat(boot()).isNotEqualTo(before);
    String told = must("journalctl", "-b", "-o", "cat", "-u", UNIT);
    assertThat(told)
        .containsPattern("lend reserve 0000:02:00.0 of .* was cut off; everything is put back.");
    assertThat(must("systemctl", "is-active", UNIT)).isEqualTo("active");
    assertThat(must("lend", "boot", "status")).contains("all went well");
    assertThat(must("grep", "-c", "\"record\":\"closed\"", "/var/lib/lend/journal"))
        .as("told: %s", told)
        .isEqualTo("2");
    assertThat(must("lend", "status")).contains("Nothing is lent.").doesNotContain("cut off");
    assertThat(must("lend", "history", NIC)).contains("reserve 02:00.0");
    assertThat(driver()).isEqualTo("e1000e");
    assertThat(must("cat", "/sys/bus/pci/devices/0000:02:00.0/driver_override"))
        .isEqualTo("(null)");
    assertThat(must("cat", "/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs")).isEqualTo("2");
    assertThat(active(UNIT)).isLessThan(active("network-pre.target")).isPositive();
  }

  @Test
  void aBootWithNothingToEndChangesNothing() {
    must("lend", "boot", "install");

    assertThat(reboot(true)).isEqualTo("running");

    assertThat(must("systemctl", "is-active", UNIT)).isEqualTo("active");
    assertThat(must("journalctl", "-b", "-o", "cat", "-u", UNIT)).contains("Nothing to recover");
    assertThat(must("lend", "boot", "remove")).contains("Nothing runs at boot any more.");
    assertThat(lab.run("systemctl", "cat", UNIT).ok()).isFalse();
  }
}
