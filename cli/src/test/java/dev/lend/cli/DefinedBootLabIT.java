package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.KeptLabHost;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A device that a domain's definition has, over a start of the host. One test, for each boot of an
 * emulated host takes half a minute.
 */
final class DefinedBootLabIT extends KeptLabHost {
  private static final String VF = "01:10.0";
  private static final String MAC = "52:54:00:82:57:71";
  private static final String DOMAIN = "auto";
  private static final int CID = 910;
  private static final String MODULES = "/etc/modules-load.d/vsock.conf";

  @AfterEach
  void leaveNothingBehind() {
    mustShell(
        """
        virsh -q destroy "$1" 2>/dev/null || true
        lend detach --guest "$1" --all || true
        virsh -q undefine "$1" || true
        lend boot remove
        rm -rf /etc/lend /var/lib/lend "$2" "/run/guest/$1"
        n=/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs
        test "$(cat $n)" = 0 || echo 0 > $n
        """,
        DOMAIN,
        MODULES);
  }

  @Test
  void aDomainThatStartsByItselfHasItsDeviceAfterARebootAndItGoesOutOfTheDefinitionAgain() {
    mustShell(
        """
        echo vhost_vsock > "$2"
        printf '%s' "$3" > /run/domain.xml
        virsh -q define /run/domain.xml
        virsh -q autostart "$1"
        """,
        DOMAIN, MODULES, LabDomain.xml(DOMAIN, CID));
    String before = must("virsh", "dumpxml", "--inactive", DOMAIN);
    lend(0, "vf", "create", "enp1s0", "1", "--mac", MAC, "--persist");
    assertThat(lend(0, "attach", VF, "--guest", DOMAIN, "--next-boot").out())
        .contains("from its next start on", "lend boot install");
    must("lend", "boot", "install");

    assertThat(reboot(false)).isEqualTo("running");

    assertThat(told())
        .anyMatch(line ->
            line.contains(VF) && line.endsWith(": on vfio-pci for " + DOMAIN + ", restored"));
    assertThat(driver()).isEqualTo("vfio-pci");
    assertThat(lend(0, "status").out())
        .contains("lent to " + DOMAIN + ", at its every start", "for the guest's next start");
    // libvirt's socket starts it, and it starts what is to start by itself.
    mustShell(LabDomain.start("virsh -q uri > /dev/null"), DOMAIN, "" + CID);
    assertThat(must("guest", "run", DOMAIN, "--", "lspci", "-nnk", "-d", "8086:10ca"))
        .contains("in use: igbvf");
    assertThat(must("guest", "run", DOMAIN, "--", "sh", "-c", "cat /sys/class/net/*/address"))
        .contains(MAC);
    assertThat(lend(0, "status").out()).contains("ok: in the guest");

    lend(0, "detach", "--guest", DOMAIN, "--all");

    assertThat(driver()).isEmpty();
    assertThat(must("virsh", "dumpxml", "--inactive", DOMAIN)).isEqualTo(before);
    assertThat(must("virsh", "dumpxml", DOMAIN)).doesNotContain("hostdev");
    assertThat(lend(0, "status").out()).contains("Nothing is lent.");
  }

  /** What the boot unit said at this boot, but for systemd's own words. */
  private List<String> told() {
    return must("journalctl", "-b", "-o", "cat", "-u", "lend-boot.service", "_COMM=java")
        .lines()
        .toList();
  }

  private String driver() {
    return mustShell(
        "d=/sys/bus/pci/devices/0000:$1/driver; test ! -e $d || basename $(readlink $d)", VF);
  }
}
