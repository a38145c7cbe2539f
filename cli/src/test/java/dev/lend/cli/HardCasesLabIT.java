package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * QEMUs that die while a device is on its way, and two people who want the same one: in the end
 * each device is where {@code lend status} says it is.
 */
final class HardCasesLabIT extends LabHost {
  private static final String VF = "01:10.0";
  private static final List<String> MACHINES = List.of("one", "two");

  /**
   * Ends once the last step of a change is under way: its line is the journal's last, after that of
   * a step that is done.
   *
   * <p>{@code $1} is how many lines the journal had before.
   */
  private static final String UNDER_WAY =
      """
      under_way() {
        until tail -n "+$(($1 + 1))" /var/lib/lend/journal | grep -q '"done"' &&
          tail -n 1 /var/lib/lend/journal | grep -q '"begun"'; do sleep 0.05; done
      }
      lines() { test ! -e /var/lib/lend/journal && echo 0 || wc -l < /var/lib/lend/journal; }
      """;

  /**
   * Machines that have nothing to start from: their firmware gives numbers to the buses, without
   * which QEMU does not tell what is behind a root port, and that is all they need.
   */
  @BeforeEach
  void oneVfAndTwoMachines() {
    mustShell(
        """
        modprobe vfio-pci
        ip link set enp1s0 up
        test "$(cat /sys/class/net/enp1s0/device/sriov_numvfs)" != 0 ||
          echo 1 > /sys/class/net/enp1s0/device/sriov_numvfs
        udevadm settle
        for name; do
          mkdir -p "/run/guest/$name"
          qemu-system-x86_64 -name "$name" -nodefaults -display none -machine q35,accel=kvm,smm=off -m 64 \
            -net none -daemonize -pidfile "/run/guest/$name/pid" -qmp "unix:/run/guest/$name/qmp.sock,server=on,wait=off" \
            -qmp "unix:/run/guest/$name/script.sock,server=on,wait=off" \
            -device pcie-root-port,id=rp0,chassis=1,slot=1
        done
        for name; do
          until guest-qmp "$name" '{"execute":"query-pci"}' | grep -q '"secondary": [1-9]'; do sleep 0.1; done
        done
        """,
        MACHINES.toArray(String[]::new));
    assertThat(driver()).isEqualTo("igbvf");
  }

  @AfterEach
  void nothingStaysBehind() {
    lab.run(
        "sh",
        "-c",
        "for name in one two dying; do pid=$(cat /run/guest/$name/pid) || continue;"
            + " kill -9 $pid; tail --pid=$pid -f /dev/null; rm -rf /run/guest/$name; done");
    lab.run("lend", "detach", VF);
    lab.run("lend", "return", VF);
    assertThat(lab.run("lend", "status").out()).contains("Nothing is lent.");
    assertThat(driver()).isEqualTo("igbvf");
  }

  @AfterAll
  static void theCardIsLeftAsItWas() {
    sharedLab().run("sh", "-c", "echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs");
  }

  private String driver() {
    return mustShell(
        "basename \"$(readlink /sys/bus/pci/devices/0000:01:10.0/driver || echo none)\"");
  }

  private static String guest(String machine) {
    return "qmp:/run/guest/" + machine + "/qmp.sock";
  }

  @Test
  void ofTwoWhoWantOneDeviceAtOnceOneGetsItAndTheOtherIsToldWho() {
    String ended =
        mustShell(
            """
            for name; do
              (code=0; lend attach 01:10.0 --guest "qmp:/run/guest/$name/qmp.sock" > "/run/guest/$name/said" 2>&1 || code=$?
               echo "$code $name" > "/run/guest/$name/ended") &
            done
            wait
            cat /run/guest/*/ended | sort
            cat /run/guest/*/said
            """,
            MACHINES.toArray(String[]::new));

    assertThat(ended).as("one got it").matches("(?s)0 (one|two)\\n1 (one|two)\\n.*");
    String winner = ended.substring(2, 5);
    assertThat(ended)
        .contains("is lent to " + guest(winner) + ": one device, one guest")
        .contains("01:10.0 (VF 0 of 01:00.0) is lent to " + guest(winner) + ".");
    assertThat(lend(0, "status").out()).contains("lent to " + guest(winner), "ok: in the guest");
    assertThat(mustShell("ls -l /proc/$(cat /run/guest/$1/pid)/fd", winner)).contains("/dev/vfio/");
  }

  @Test
  void aGuestThatDiesInTheMiddleOfAPlugLeavesTheDeviceAtHome() {
    String said =
        mustShell(
            UNDER_WAY
                + """
                pid=$(cat /run/guest/one/pid) before=$(lines)
                lend attach 01:10.0 --guest qmp:/run/guest/one/qmp.sock > /run/hard.said 2>&1 &
                job=$!
                until tail -n "+$((before + 1))" /var/lib/lend/journal | grep -q '"opened"'; do sleep 0.05; done
                kill -STOP "$pid"
                under_way "$before"
                kill -KILL "$pid"
                code=0
                wait "$job" || code=$?
                echo "status $code"
                cat /run/hard.said
                """);

    assertThat(said).startsWith("status 3\n").contains("did not take 0000:01:10.0");
    assertThat(driver()).isEqualTo("igbvf");
    assertThat(lend(0, "status").out()).contains("Nothing is lent.");
  }

  @Test
  void aGuestThatDiesInTheMiddleOfAnUnplugIsRidOfTheDevice() {
    must("guest", "start", "dying");
    lend(0, "attach", VF, "--guest", "qmp:/run/guest/dying/qmp.sock");

    String said =
        mustShell(
            """
            guest-qmp dying '{"execute":"stop"}' > /dev/null
            before=$(wc -l < /var/lib/lend/journal)
            lend detach 01:10.0 --timeout 200 > /run/hard.said 2>&1 &
            until tail -n "+$((before + 1))" /var/lib/lend/journal | grep -q '"begun"'; do sleep 0.05; done
            kill -KILL "$(cat /run/guest/dying/pid)"
            wait $! || { cat /run/hard.said; exit 1; }
            cat /run/hard.said
            """);

    assertThat(said).contains("is back on igbvf");
    assertThat(driver()).isEqualTo("igbvf");
  }
}
