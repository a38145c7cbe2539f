package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Writes that the real kernel does not answer, because a process has a function open through VFIO:
 * each wait has an end, what is known is said, everything else goes on, and a later Lend puts in
 * order what was left.
 */
final class HangLabIT extends LabHost {
  private static final String PF = "01:00.0";
  private static final String VF = "01:10.0";
  private static final String NIC = "02:00.0";
  private static final String IGB_UNBIND = "/sys/bus/pci/drivers/igb/unbind";

  /** Far less than the kernel would take, which is for ever; a Lend takes seconds to start here. */
  private static final Duration BOUND = Duration.ofSeconds(60);

  @AfterEach
  void theHostIsAsItWas() {
    release();
    lab.run("lend", "recover");
    lab.run("lend", "return", NIC);
    mustShell(
        """
        d=/sys/bus/pci/devices/0000:01:00.0
        echo 1 > $d/sriov_drivers_autoprobe
        test "$(cat $d/sriov_numvfs)" = 0 || echo 0 > $d/sriov_numvfs
        """);
    assertThat(lab.run("lend", "status").out()).contains("Nothing is lent.");
    assertThat(driver(NIC)).isEqualTo("e1000e");
    assertThat(driver(PF)).isEqualTo("igb");
  }

  @Test
  void aDriverThatCannotBeTakenOffIsGivenUpAndTakenInWhenTheKernelHasAnswered() {
    removalOfVfsBlocks();

    long start = System.nanoTime();
    RunResult stuck = lend(4, "reserve", PF, "--yes", "--timeout", "4");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
    assertThat(stuck.err())
        .contains("01:00.0 is stuck", "no answer from the kernel in 4000 ms")
        .contains("write: echo '0000:01:00.0' > " + IGB_UNBIND)
        .containsPattern("task: process \\d+, state D")
        .contains("stack: ", "unbind_store")
        .contains("Other devices can be lent and returned");

    assertThat(lend(1, "status").out())
        .contains("STUCK: 01:00.0, since ", IGB_UNBIND, "state D", "lend recover");
    assertThat(lend(1, "status", "--json").out()).contains("\"stuck\": [", "\"answered\": false");
    assertThat(lend(1, "return", PF).err()).contains("01:00.0 is held up", "has not answered");
    assertThat(lend(4, "recover").err()).contains("still not answered");
    assertThat(lend(0, "list").out()).containsPattern("(?m)^01:00\\.0 .*no: is stuck");
    assertThat(lend(0, "tree").out()).containsPattern("01:00\\.0 .*no: is stuck");
    assertThat(lend(0, "show", PF).out()).contains("is stuck: the kernel has not answered");
    assertThat(lend(0, "show", PF, "--json").out()).contains("\"stuck\": true");
    anotherDeviceGoesAndComesBack();

    release();
    awaitChildren();
    assertThat(lend(1, "status").out()).contains("The kernel has answered echo '0000:01:00.0'");
    assertThat(lend(0, "recover").out())
        .contains("The kernel has answered echo '0000:01:00.0'", "everything is put back");
    assertThat(lend(0, "list").out()).doesNotContain("is stuck");
    assertThat(driver(PF)).isEqualTo("igb");
    assertThat(lend(0, "status").out()).contains("Nothing is lent.").doesNotContain("STUCK");
    lend(0, "reserve", PF, "--yes");
    assertThat(driver(PF)).isEqualTo("vfio-pci");
    lend(0, "return", PF);
    assertThat(driver(PF)).isEqualTo("igb");
  }

  /**
   * Keeps the kernel's routing lock as a driver does that hangs: the kernel reads a question of
   * ethtool under it (kernel: {@code net/ethtool/ioctl.c}, ethtool_get_strings), and the second
   * half of this one is on a page that never comes (userfaultfd(2)). The numbers are those of
   * x86-64.
   */
  private static final String KEEP_THE_LOCK =
      """
      my $p = syscall(9, 0, 8192, 3, 0x22, -1, 0);
      my $u = syscall(323, 0x80000);
      my $api = pack("QQQ", 0xaa, 0, 0);
      syscall(16, $u, 0xc018aa3f, $api) == 0 or die "api: $!";
      my $range = pack("QQQQ", $p + 4096, 4096, 1, 0);
      syscall(16, $u, 0xc020aa00, $range) == 0 or die "register: $!";
      pipe(my $r, my $w);
      syswrite($w, pack("L", 0x1b));
      syscall(0, fileno($r), $p + 4092, 4) == 4 or die "poke: $!";
      socket(my $s, 2, 2, 0) or die "socket: $!";
      ioctl($s, 0x8946, pack("a16Qx16", "lo", $p + 4092));
      """;

  @Test
  void aNetworkThatDoesNotAnswerKeepsNoCommandFromEnding() {
    mustShell(
        """
        perl -e "$1" >/run/keep.out 2>&1 & echo $! >/run/keep.pid
        timeout 30 sh -c 'until grep -q handle_userfault /proc/$(cat /run/keep.pid)/stack
          do sleep 0.1; done'
        """,
        KEEP_THE_LOCK);
    try {
      long start = System.nanoTime();
      RunResult refused = lend(1, "reserve", NIC, "--yes");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
      assertThat(refused.out() + refused.err())
          .contains("cannot be read", "no answer from the kernel", "Nothing was changed");
      lend(0, "list");
      lend(0, "show", NIC);
    } finally {
      mustShell("kill -9 $(cat /run/keep.pid); cat /run/keep.out");
    }
    anotherDeviceGoesAndComesBack();
  }

  @Test
  void aLendThatIsKilledWhileItsWriteWaitsIsUnderstoodByTheNext() {
    removalOfVfsBlocks();

    // The child is there before Lend is killed, so that there is something to be understood.
    mustShell(
        """
        lend reserve 01:00.0 --yes --timeout 300 > /run/hang.out 2>&1 &
        until child=$(pgrep -f "^[^ ]*dd of=$1"); do sleep 0.1; done
        until test "$(cut -d' ' -f3 /proc/$child/stat)" = D; do sleep 0.1; done
        kill -KILL "$(cut -d' ' -f4 /proc/$child/stat)"
        """,
        IGB_UNBIND);
    assertThat(mustShell("pgrep -f \"^[^ ]*dd of=$1\"", IGB_UNBIND))
        .as("the child lives on")
        .isNotEmpty();

    assertThat(lend(1, "status").out()).contains("lend reserve 01:00.0 was cut off");
    RunResult next = lend(0, "reserve", NIC);
    assertThat(next.out())
        .contains("is still under way for a Lend that was killed", "is reserved: on vfio-pci");
    assertThat(lend(1, "status").out()).contains("STUCK: 01:00.0");
    lend(0, "return", NIC);

    release();
    awaitChildren();
    lend(0, "recover");
    assertThat(driver(PF)).isEqualTo("igb");
  }

  @Test
  void whatSomebodyElseTakesFromAHolderIsLeftAloneAndTheHolderIsNamed() {
    lend(0, "reserve", NIC);
    hold(NIC);
    assertThat(lend(1, "return", NIC).err()).contains("is held by java (pid ");
    inBackground("echo 0000:02:00.0 > /sys/bus/pci/drivers/vfio-pci/unbind");
    mustShell("until ! test -e /sys/bus/pci/devices/0000:02:00.0/driver; do sleep 0.1; done");

    assertThat(lend(1, "return", NIC).err())
        .contains("is being taken off vfio-pci by somebody else", "it is held by java (pid ");
    lend(0, "show", NIC);
    lend(0, "list");
    assertThat(lend(0, "status").out()).contains(NIC);

    release();
    mustShell("until ! pgrep -f '[d]rivers/vfio-pci/unbind' > /dev/null; do sleep 0.1; done");
    lend(0, "return", NIC);
    assertThat(driver(NIC)).isEqualTo("e1000e");
  }

  private void anotherDeviceGoesAndComesBack() {
    lend(0, "reserve", NIC);
    assertThat(driver(NIC)).isEqualTo("vfio-pci");
    lend(0, "return", NIC);
    assertThat(driver(NIC)).isEqualTo("e1000e");
  }

  /** One VF, open in a process; taking it away then holds the lock of its PF. */
  private void removalOfVfsBlocks() {
    mustShell(
        """
        modprobe vfio-pci
        d=/sys/bus/pci/devices/0000:01:00.0
        test "$(cat $d/sriov_numvfs)" = 0 || echo 0 > $d/sriov_numvfs
        echo 0 > $d/sriov_drivers_autoprobe
        echo 1 > $d/sriov_numvfs
        echo vfio-pci > /sys/bus/pci/devices/0000:01:10.0/driver_override
        echo 0000:01:10.0 > /sys/bus/pci/drivers_probe
        """);
    hold(VF);
    inBackground("echo 0 > /sys/bus/pci/devices/0000:01:00.0/sriov_numvfs");
    mustShell("until ! test -e /sys/bus/pci/devices/0000:01:10.0/driver; do sleep 0.1; done");
  }

  private void hold(String address) {
    mustShell(
        """
        rm -f /run/held
        nohup java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '/mnt/share/lib/*' \
          dev.lend.sysfs.HoldVfio "0000:$1" /run/held > /run/held.log 2>&1 < /dev/null &
        pid=$!
        echo $pid > /run/held.pid
        until test -e /run/held; do
          kill -0 $pid || { cat /run/held.log; exit 1; }
          sleep 0.1
        done
        """,
        address);
  }

  private void release() {
    lab.run(
        "sh",
        "-c",
        "test -e /run/held.pid || exit 0; pid=$(cat /run/held.pid); kill -KILL $pid; rm /run/held.pid;"
            + " while test -e /proc/$pid; do sleep 0.1; done");
  }

  /** Lend's own writes have returned. */
  private void awaitChildren() {
    mustShell("while pgrep -f '[d]d of=/sys/' > /dev/null; do sleep 0.1; done");
  }

  private void inBackground(String shell) {
    mustShell("nohup sh -c \"$1\" > /run/by-hand.log 2>&1 < /dev/null &", shell);
  }

  private String driver(String address) {
    return mustShell(
        "basename \"$(readlink /sys/bus/pci/devices/0000:$1/driver || echo none)\"", address);
  }
}
