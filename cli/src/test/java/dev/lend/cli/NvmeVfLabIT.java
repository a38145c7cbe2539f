package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** NVMe VFs on the real kernel: a controller hands out queues, and a guest has a disk for them. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class NvmeVfLabIT extends LabHost {
  private static final String PF = "08:00.0";
  private static final String VF = "08:00.1";
  private static final String DEVICE = "/sys/bus/pci/devices/0000:08:00.0";
  private static final String GUEST = "qmp:/run/guest/nvme/qmp.sock";

  // Under a controller is one path to a disk (nvme1c1n1), and the disk of all paths is without it.

  /** Sixteen pages of a disk, as whoever has it reads them. */
  private static final String SUM = "dd if=$d bs=4096 count=16 iflag=direct 2>/dev/null | md5sum";

  @BeforeEach
  @AfterEach
  void noVfs() {
    lab.run("guest", "stop", "nvme");
    lab.run("lend", "detach", VF);
    mustShell(
        """
        umount /mnt/nvme 2>/dev/null || true
        rm -f /etc/lend/*.yaml
        echo 0 > $1/sriov_numvfs
        echo 1 > $1/sriov_drivers_autoprobe
        """,
        DEVICE);
  }

  private String driver(String function) {
    return mustShell(
        "basename $(readlink /sys/bus/pci/devices/0000:$1/driver || echo none)", function);
  }

  /** What Lend reads back from the controller: queues, interrupts and state of each VF. */
  private String shares() {
    return mustShell(
        "lend vf list $1 --json | jq -c '[.pfs[0].vfs[].nvme | [.queues, .interrupts, .online]]'",
        PF);
  }

  private String inGuest(String command) {
    return must("guest", "run", "nvme", "--", "sh", "-c", command);
  }

  @Test
  void aVfWithQueuesOfItsOwnIsADiskInAGuest() {
    lend(0, "vf", "create", PF, "2");
    assertThat(must("cat", DEVICE + "/sriov_numvfs")).isEqualTo("2");
    assertThat(driver(VF)).as("for guests: no driver of the host has it").isEqualTo("none");
    assertThat(shares()).isEqualTo("[[4,2,true],[4,2,true]]");
    assertThat(lend(0, "vf", "list", PF).out()).contains("QUEUES", "online", VF);

    must("guest", "start", "nvme");
    lend(0, "attach", VF, "--guest", GUEST);
    assertThat(inGuest("lspci -nnk -d 1b36:0010")).contains("in use: nvme");
    String written =
        inGuest(
            "until ls /dev/nvme0n1 >/dev/null 2>&1; do sleep 0.1; done; d=/dev/nvme0n1;"
                + " dd if=/dev/urandom of=/tmp/new bs=4096 count=16 2>/dev/null;"
                + " dd if=/tmp/new of=$d bs=4096 oflag=direct 2>/dev/null;"
                + " md5sum < /tmp/new; "
                + SUM);
    assertThat(written.lines().distinct()).as("what was written reads back").hasSize(1);
    assertThat(
            mustShell(
                "d=/dev/$(cd $1/nvme/nvme*/ && ls -d nvme*n1 | tail -1 | sed 's/c[0-9]*n/n/'); "
                    + SUM,
                DEVICE))
        .as("the PF reaches the same namespace")
        .isEqualTo(written.lines().findFirst().orElseThrow());
    assertThat(lend(1, "vf", "set", PF + "/vf0", "--queues", "2").err()).contains("uses it");
    assertThat(lend(1, "vf", "remove", PF).err()).contains("is lent to " + GUEST);

    lend(0, "detach", VF);
    assertThat(driver(VF)).isEqualTo("none");
    assertThat(inGuest("lspci -nn -d 1b36:0010")).isEmpty();
    assertThat(shares()).as("a guest's reset leaves it online").startsWith("[[4,2,true]");
    lend(0, "vf", "set", PF + "/vf0", "--queues", "2", "--interrupts", "1");
    assertThat(shares()).isEqualTo("[[2,1,true],[4,2,true]]");
    lend(0, "vf", "remove", PF);
    assertThat(must("cat", DEVICE + "/sriov_numvfs")).isEqualTo("0");
  }

  @Test
  @Order(1)
  void aFileSystemOnTheControllerOutlivesItsReset() {
    mustShell(
        """
        d=/dev/$(cd $1/nvme/nvme*/ && ls -d nvme*n1 | tail -1 | sed 's/c[0-9]*n/n/')
        mkdir -p /mnt/nvme
        mke2fs -q -F $d && mount $d /mnt/nvme
        (i=0; while test ! -e /run/nvme-stop; do i=$((i + 1)); echo $i > /mnt/nvme/f$((i % 50));
          sync -f /mnt/nvme || break; done; echo $i > /run/nvme-count) > /dev/null 2>&1 &
        """,
        DEVICE);
    try {
      // Once it hands out all it has, it needs no reset again before the lab's next start.
      boolean due = lend(0, "vf", "create", PF, "2", "--dry-run").out().contains("is reset");
      assertThat(lend(0, "vf", "create", PF, "2").out().contains("is reset")).isEqualTo(due);
    } finally {
      mustShell("touch /run/nvme-stop; until test -s /run/nvme-count; do sleep 0.1; done");
    }
    assertThat(
            mustShell(
                "i=$(cat /run/nvme-count); cat /mnt/nvme/f$((i % 50)); echo $i; rm /run/nvme-*"))
        .satisfies(text -> assertThat(text.lines().distinct()).hasSize(1));
    assertThat(shares()).isEqualTo("[[4,2,true],[4,2,true]]");
  }

  @Test
  void whatIsKeptIsMadeAgainAndTheHostsDriverTakesWhatIsForTheHost() {
    lend(0, "vf", "create", PF, "2", "--queues", "3", "--for", "host", "--persist");
    assertThat(driver(VF)).isEqualTo("nvme");
    assertThat(mustShell("cat /etc/lend/*.yaml")).contains("queues: 3");
    // As after a start of the host: no VFs, and the controller keeps everything to itself.
    mustShell(
        """
        echo 0 > $1/sriov_numvfs
        echo 1 > $1/reset
        """,
        DEVICE);
    assertThat(lend(0, "vf", "restore").out()).contains("2 VFs, restored");
    assertThat(driver(VF)).isEqualTo("nvme");
    assertThat(shares()).isEqualTo("[[3,2,true],[3,2,true]]");
    assertThat(lend(0, "vf", "restore").out()).contains("2 VFs, as they are");
  }
}
