package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Definitions of a real libvirt that name devices which are not theirs, and what becomes of their
 * start. The domains have no system to boot: that they were started is enough.
 */
final class DefinedDomainsLabIT extends LabHost {
  private static final String HOOK = "/etc/libvirt/hooks/qemu.d/lend";
  private static final String LENT = "01:10.0";
  private static final String OWN = "01:10.2";

  @BeforeEach
  void domainsThatWantTheSameAndOneThatHasIt() {
    mustShell(
        """
        ip link set enp1s0 up
        echo 1 > /sys/class/net/enp1s0/device/sriov_drivers_autoprobe
        test "$(cat /sys/class/net/enp1s0/device/sriov_numvfs)" = 4 ||
          echo 4 > /sys/class/net/enp1s0/device/sriov_numvfs
        udevadm settle
        lab-libvirt
        modprobe vfio-pci
        define() {
          [ -z "$2" ] || set -- "$1" "<hostdev mode='subsystem' type='pci' managed='$2'><source>
            <address domain='0' bus='0x$3' slot='0x$4' function='0x$5'/></source></hostdev>"
          cat > /tmp/domain.xml <<XML
        <domain type='kvm'>
          <name>$1</name><memory unit='MiB'>64</memory><vcpu>1</vcpu>
          <os><type arch='x86_64' machine='q35'>hvm</type></os>
          <features><acpi/><smm state='off'/></features>
          <cpu mode='host-passthrough' check='none'/>
          <devices>
            <controller type='usb' model='none'/>
            <controller type='pci' index='0' model='pcie-root'/>
            <controller type='pci' index='1' model='pcie-root-port'/>
            <controller type='pci' index='2' model='pcie-root-port'/>
            $2
            <memballoon model='none'/>
          </devices>
        </domain>
        XML
          virsh -q define /tmp/domain.xml
        }
        define owner ''
        define taker yes 01 10 0
        define route yes 00 03 0
        define gone yes 0f 00 0
        define half yes 04 01 0
        define mine no 01 10 2
        virsh -q start owner
        """);
    lend(0, "attach", LENT, "--guest", "owner");
    lend(0, "reserve", OWN);
  }

  @AfterEach
  void allIsAsItWas() {
    lab.run(
        "sh",
        "-c",
        """
        lend hook remove
        for name in owner taker route gone half mine; do
          virsh destroy $name; virsh undefine $name
        done
        lend detach "$1"
        lend return "$2"
        echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs
        """,
        "sh",
        LENT,
        OWN);
    assertThat(lab.run("lend", "status").out()).contains("Nothing is lent.");
  }

  @Test
  void conflictsAreNamedBeforehandAndRefusedAtTheStart() {
    RunResult check = lend(1, "check", "--guests");

    assertThat(check.err()).as("Java's warnings of native calls").isEmpty();
    assertThat(check.out())
        .contains("BLOCKER  01:10.0 (VF 0 of 01:00.0, vfio-pci) is lent to owner")
        .contains("carries this host's default route", "without asking")
        .contains("0f:00.0: there is no such device on this host")
        .contains("04:01.0", "which the host would keep: the kernel refuses half a group")
        .contains("ok       01:10.2 (VF 1 of 01:00.0, vfio-pci): reserved for whoever starts");
    assertThat(lend(0, "check", "--guests", "mine").out()).contains("nobody's device");

    lend(0, "hook", "install");
    mustShell("kill -HUP \"$(cat /run/libvirtd.pid)\"");
    RunResult refused = startUntilTheHookIsThere();

    assertThat(refused.err()).contains("lend: 01:10.0 is lent to owner (lend status;");
    assertThat(driver(LENT)).isEqualTo("vfio-pci");
    assertThat(must("virsh", "dumpxml", "owner")).contains("ua-lend-0000-01-10-0");
    assertThat(must("virsh", "domstate", "taker")).isEqualTo("shut off");
    must("virsh", "-q", "start", "mine");
    assertThat(must("virsh", "dumpxml", "mine")).contains("hostdev0");
    assertThat(lend(0, "hook", "status").out()).contains("libvirt ran it last at");

    lend(0, "hook", "remove");
    assertThat(lab.run("test", "-e", HOOK).ok()).isFalse();
    assertThat(lab.run("virsh", "start", "taker").err())
        .as("what libvirt knows by itself")
        .contains("in use")
        .doesNotContain("lend:");
  }

  /** libvirt looks for hooks some time after it was told. */
  private RunResult startUntilTheHookIsThere() {
    return lab.run(
        "timeout",
        "60",
        "sh",
        "-c",
        """
        until err=$(virsh start taker 2>&1) || echo "$err" | grep -q lend:; do :; done
        echo "$err" >&2
        """);
  }

  private String driver(String device) {
    return must(
        "sh", "-c", "basename \"$(readlink /sys/bus/pci/devices/0000:" + device + "/driver)\"");
  }
}
