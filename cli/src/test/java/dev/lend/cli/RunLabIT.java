package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code lend run} with a real QEMU, which ends in every way that there is. */
final class RunLabIT extends LabHost {
  private static final String VF = "01:10.0";
  private static final String NAME = "ran";

  /** Starts the lab's small guest by {@code lend run}, in the background: name, then device. */
  private static final String START =
      """
      name=$1 device=$2 dir=/run/guest/$1
      rm -rf "$dir" && mkdir -p "$dir"
      modprobe -a vhost_vsock vfio-pci
      cid=$(flock /run/guest/.cid sh -c \
        'n=$(cat /run/guest/.next 2>/dev/null || echo 3); echo $((n + 1)) > /run/guest/.next; echo "$n"')
      echo "$cid" > "$dir/cid"
      timeout 300 socat -u "VSOCK-LISTEN:$((10000 + cid))" CREATE:"$dir/ready" \
        > /dev/null 2>&1 < /dev/null &
      (
        lend run "$device" -- qemu-system-x86_64 -name "$name" -nodefaults -display none \
          -pidfile "$dir/pid" -no-reboot -machine q35,accel=kvm,smm=off,sata=off,smbus=off \
          -cpu host -smp 1 -m 256 -kernel /run/lab/boot/vmlinux -initrd /run/lab/boot/guest.initrd \
          -append "console=ttyS0 quiet panic=-1 tsc=reliable no_timer_check nokaslr \
            cryptomgr.notests mitigations=off lend.name=$name lend.ready=$((10000 + cid))" \
          -serial "file:$dir/console" -qmp "unix:$dir/script.sock,server=on,wait=off" \
          -device "vhost-vsock-pci,guest-cid=$cid,bus=pcie.0,addr=0x2" \
          || code=$?
        echo "${code:-0}" > "$dir/status"
      ) > "$dir/said" 2>&1 < /dev/null &
      echo $! > "$dir/job"
      until ls -l "/proc/$(cat "$dir/pid" 2>/dev/null)/fd" 2>/dev/null | grep -q '/dev/vfio/[0-9]'
      do
        test ! -e "$dir/status" || { cat "$dir/said"; exit 1; }
      done
      """;

  @BeforeEach
  void oneVf() {
    mustShell(
        """
        ip link set enp1s0 up
        echo 1 > /sys/class/net/enp1s0/device/sriov_drivers_autoprobe
        test "$(cat /sys/class/net/enp1s0/device/sriov_numvfs)" != 0 ||
          echo 1 > /sys/class/net/enp1s0/device/sriov_numvfs
        udevadm settle
        """);
    assertThat(driver()).isEqualTo("igbvf");
  }

  @AfterEach
  void nothingStaysBehind() {
    lab.run("guest", "stop", NAME);
    lab.run("lend", "recover");
    assertThat(lab.run("lend", "status").out()).contains("Nothing is lent.");
    assertThat(driver()).isEqualTo("igbvf");
  }

  @AfterAll
  static void theCardIsLeftAsItWas() {
    sharedLab().run("sh", "-c", "echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs");
  }

  private String driver() {
    return mustShell("basename \"$(readlink /sys/bus/pci/devices/0000:01:10.0/driver)\"");
  }

  private String qemu() {
    return must("cat", "/run/guest/" + NAME + "/pid");
  }

  private void start() {
    mustShell(START, NAME, VF);
  }

  /** Waits for the end of {@code lend run}: its exit status, and what it said. */
  private String ended() {
    return mustShell(
        """
        cd "/run/guest/$1"
        tail --pid="$(cat job)" -f /dev/null
        echo "status $(cat status)"
        cat said
        """,
        NAME);
  }

  /** A signal to the Lend that waits. */
  private void signal(String signal) {
    mustShell("kill -\"$2\" \"$(ps -o ppid= -p \"$1\" | tr -d ' ')\"", qemu(), signal);
  }

  /** Under nested emulation, a guest's kernel sometimes panics at its start, by chance. */
  private boolean answers() {
    String waits =
        "until test -s /run/guest/$0/ready; do test ! -e /run/guest/$0/status || exit 1; done";
    return lab.run("sh", "-c", waits, NAME).ok();
  }

  @Test
  void theGuestHasTheDeviceWhileItRunsAndTheHostHasItBackThen() {
    start();
    for (int attempt = 1; attempt < 3 && !answers(); attempt++) {
      start();
    }

    assertThat(must("guest", "run", NAME, "--", "lspci", "-nnk", "-d", "8086:10ca"))
        .contains("82576 Virtual Function", "in use: igbvf");
    assertThat(lend(0, "status").out())
        .contains("lent to ran (pid " + qemu() + "), by lend run", "ok: in the guest");
    assertThat(lend(1, "return", VF).err()).contains("comes back when it ends");
    assertThat(must("grep", "locked memory", "/proc/" + qemu() + "/limits")).contains("unlimited");
    assertThat(lend(0, "reserve", "02:00.0", "--no-wait").out()).contains("is reserved");
    lend(0, "return", "02:00.0");

    must("guest-qmp", NAME, "{\"execute\":\"quit\"}");

    assertThat(ended()).startsWith("status 0\n").contains("is back on igbvf");
    assertThat(driver()).isEqualTo("igbvf");
  }

  @Test
  void theExitStatusOfAQemuThatDoesNotStartIsHandedOn() {
    assertThat(lend(1, "run", VF, "--", "qemu-system-x86_64", "-machine", "none-such").err())
        .contains("unsupported machine type", "is back on igbvf");
    assertThat(driver()).isEqualTo("igbvf");
  }

  @Test
  void aQemuThatIsKilledGivesTheDeviceBackToo() {
    start();
    must("kill", "-KILL", qemu());

    assertThat(ended()).startsWith("status 137\n").contains("is back on igbvf");
    assertThat(driver()).isEqualTo("igbvf");
  }

  @Test
  void aLendThatIsAskedToEndEndsItsGuestAndGivesTheDeviceBack() {
    for (String signal : new String[] {"TERM", "HUP"}) {
      start();
      signal(signal);

      // 143 is QEMU's own too: it takes signals into its hands late in its start.
      assertThat(ended()).as(signal).containsPattern("^status (0|143)\n").contains("is back on");
      assertThat(driver()).isEqualTo("igbvf");
    }
  }

  @Test
  void theGuestOfALendThatIsKilledKeepsTheDeviceUntilItEnds() {
    start();
    String pid = qemu();
    signal("KILL");
    assertThat(ended()).startsWith("status 137\n");

    assertThat(lend(0, "status").out()).contains("ok: in the guest");
    assertThat(lend(0, "recover").out()).contains("Nothing to recover");
    assertThat(driver()).isEqualTo("vfio-pci");

    mustShell("kill -KILL \"$1\" && tail --pid=\"$1\" -f /dev/null", pid);
    assertThat(lend(1, "status").out()).contains("ran (pid " + pid + ") has ended: lend recover");

    assertThat(lend(0, "recover").out()).contains("has ended; it is given back.");
    assertThat(driver()).isEqualTo("igbvf");
  }
}
