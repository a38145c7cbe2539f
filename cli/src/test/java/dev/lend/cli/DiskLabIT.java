package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A state folder on a real file system that is full at one moment or another, or read-only: Lend
 * says so, the device is where it was or where it should be, and all goes on once there is room.
 */
final class DiskLabIT extends LabHost {
  private static final String NIC = "02:00.0";
  private static final String STATE = "/run/small/state";

  /** The journal of one change takes fewer blocks of 1 KiB than this. */
  private static final int BLOCKS = 24;

  @BeforeEach
  void aFileSystemOfTwoMebibytes() {
    mustShell(
        """
        modprobe loop
        udevadm settle
        mkdir -p /run/small
        truncate -s 2M /run/small.img
        mke2fs -q -t ext2 -b 1024 -m 0 /run/small.img
        mount -o loop /run/small.img /run/small
        """);
    lend(0, "recover", "--state", STATE);
  }

  @AfterEach
  void theHostIsAsItWas() {
    mustShell("mount -o remount,rw /run/small; rm -f /run/small/fill");
    lab.run("lend", "recover", "--state", STATE);
    lab.run("lend", "return", NIC, "--state", STATE);
    mustShell("umount /run/small; rm /run/small.img");
    assertThat(driver()).isEqualTo("e1000e");
  }

  @Test
  void aDiskThatIsFullAtAnyMomentOfAChangeStrandsNothing() {
    boolean full = false;
    for (int blocks = 0; blocks < BLOCKS && !driver().equals("vfio-pci"); blocks++) {
      leaveRoomFor(blocks);
      RunResult out = lab.run("lend", "reserve", NIC, "--yes", "--state", STATE);
      if (out.exit() == 0) {
        assertThat(driver()).isEqualTo("vfio-pci");
      } else {
        full = true;
        assertThat(out.exit()).as(out.out() + out.err()).isEqualTo(3);
        assertThat(out.out() + out.err()).contains("No space left on device");
        assertThat(driver()).as("put back").isEqualTo("e1000e");
        makeRoom();
        assertThat(lend(0, "recover", "--state", STATE).out()).isNotEmpty();
        assertThat(lend(0, "status", "--state", STATE).out()).contains("Nothing is lent.");
      }
    }
    assertThat(full).as("it was full once").isTrue();
    assertThat(driver()).as("there was room in the end").isEqualTo("vfio-pci");

    comesHomeWhateverIsFull();
  }

  private void comesHomeWhateverIsFull() {
    boolean full = false;
    for (int blocks = 0; blocks < BLOCKS && driver().equals("vfio-pci"); blocks++) {
      leaveRoomFor(blocks);
      RunResult home = lab.run("lend", "return", NIC, "--state", STATE);
      if (home.exit() != 0) {
        full = true;
        assertThat(home.exit()).as(home.out() + home.err()).isBetween(3, 4);
        assertThat(home.out() + home.err()).contains("No space left on device");
      }
      makeRoom();
      lend(0, "recover", "--state", STATE);
      // Not between: reserved as before, or home.
      String status = lend(0, "status", "--state", STATE).out();
      assertThat(status)
          .contains(driver().equals("e1000e") ? "Nothing is lent." : "waits on vfio-pci");
    }
    assertThat(full).as("it was full once").isTrue();
    assertThat(driver()).as("it came home in the end").isEqualTo("e1000e");
  }

  @Test
  void aReadOnlyStateFolderStopsChangesBeforeTheyBeginAndNoLooking() {
    mustShell("mount -o remount,ro /run/small");
    RunResult refused = lend(2, "reserve", NIC, "--yes", "--state", STATE);
    assertThat(refused.err())
        .contains("Read-only file system", "--state DIR", "nothing was changed");
    assertThat(driver()).isEqualTo("e1000e");
    assertThat(lend(0, "status", "--state", STATE).out()).contains("Nothing is lent.");
    lend(0, "list", "--state", STATE);

    mustShell("mount -o remount,rw /run/small");
    lend(0, "reserve", NIC, "--yes", "--state", STATE);
    mustShell("mount -o remount,ro /run/small");
    RunResult kept = lend(2, "return", NIC, "--state", STATE);
    assertThat(kept.err()).contains("Read-only file system", "nothing was changed");
    assertThat(driver()).isEqualTo("vfio-pci");
    assertThat(lend(0, "status", "--state", STATE).out()).contains(NIC, "waits on vfio-pci");

    mustShell("mount -o remount,rw /run/small");
    lend(0, "return", NIC, "--state", STATE);
    assertThat(driver()).isEqualTo("e1000e");
  }

  /** Fills the file system, but for so many blocks of 1 KiB. */
  private void leaveRoomFor(int blocks) {
    mustShell(
        """
        rm -f /run/small/fill
        dd if=/dev/zero of=/run/small/fill bs=1k 2> /dev/null || true
        size=$(stat -c %s /run/small/fill)
        truncate -s $((size - 1024 * $1)) /run/small/fill
        """,
        "" + blocks);
  }

  private void makeRoom() {
    mustShell("rm -f /run/small/fill");
  }

  private String driver() {
    return mustShell(
        "basename \"$(readlink /sys/bus/pci/devices/0000:$1/driver || echo none)\"", NIC);
  }
}
