package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The main job on the real kernel with a real guest: asserts on what kernel and guest show, not on
 * what Lend says.
 */
final class LendingLabIT extends LabHost {
  private static final String VF = "01:10.0";
  private static final String MAC = "52:54:00:82:57:60";
  private static final String SOCKET = "/run/guest/it/qmp.sock";
  private static final String GUEST = "qmp:" + SOCKET;

  @BeforeEach
  void fourVfsAndAGuest() {
    mustShell(
        """
        ip link set enp1s0 up
        echo 1 > /sys/class/net/enp1s0/device/sriov_drivers_autoprobe
        test "$(cat /sys/class/net/enp1s0/device/sriov_numvfs)" = 4 ||
          echo 4 > /sys/class/net/enp1s0/device/sriov_numvfs
        ip link set enp1s0 vf 0 mac "$1"
        udevadm settle
        guest list | grep -qx it || guest start it -device virtio-serial-pci,bus=pcie.0,addr=0x9 \\
          -chardev socket,id=agent,path=/run/guest/it/agent.sock,server=on,wait=off \\
          -device virtserialport,chardev=agent,name=org.qemu.guest_agent.0
        """,
        MAC);
  }

  @AfterAll
  static void theDevicesAreLeftAsTheyWere() {
    sharedLab().run("guest", "stop", "it");
    sharedLab().run("sh", "-c", "echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs");
  }

  @AfterEach
  void nothingStaysBehind() {
    String status = lab.run("lend", "status").out();
    if (!status.contains("Nothing is lent.")) {
      lab.run("guest", "stop", "it");
      for (String device : List.of(VF, "02:00.0")) {
        lab.run("lend", "detach", device);
        lab.run("lend", "return", device);
      }
    }
    assertThat(status).contains("Nothing is lent.");
  }

  @Test
  void aVirtualFunctionGoesToARunningGuestCarriesTrafficAndComesBack() {
    assertThat(driver(VF)).isEqualTo("igbvf");

    assertThat(lend(0, "attach", VF, "--guest", GUEST).out())
        .contains(
            "all memory of " + GUEST + ", 256 MiB, is locked",
            "has 3 free root ports left",
            GUEST + " sees it as 0000:01:00.0, driver igbvf, eth0");

    assertThat(driver(VF)).isEqualTo("vfio-pci");
    assertThat(lend(0, "attach", "01:10.2", "--guest", GUEST, "--dry-run").out())
        .as("its memory is locked already")
        .contains("has 2 free root ports left")
        .doesNotContain("memory");
    assertThat(inGuest("lspci -nnk -d 8086:10ca"))
        .contains("82576 Virtual Function", "in use: igbvf");
    assertThat(
            inGuest(
                "i=$(grep -l "
                    + MAC
                    + " /sys/class/net/*/address | cut -d/ -f5); ip addr add 10.9.0.21/24 dev $i;"
                    + " ip link set $i up; ping -c 2 -w 20 10.9.0.1"))
        .contains(" 0% packet loss");
    assertThat(lend(0, "status").out()).contains(VF, "ok: in the guest");

    lend(0, "detach", VF);

    assertThat(driver(VF)).isEqualTo("igbvf");
    assertThat(override(VF)).isEqualTo("(null)");
    assertThat(inGuest("lspci -nn -d 8086:10ca")).isEmpty();
  }

  @Test
  void aDeviceThatOneGuestHasIsRefusedToAnotherWhoeverGaveIt() {
    must("guest", "start", "other");
    try {
      lend(0, "attach", VF, "--guest", GUEST);
      RunResult second = lend(1, "attach", VF, "--guest", "qmp:/run/guest/other/qmp.sock");
      assertThat(second.err()).contains("is lent to " + GUEST, "one device, one guest");

      RunResult unknownToLend =
          lend(
              1, "attach", VF, "--guest", "qmp:/run/guest/other/qmp.sock", "--state", "/run/empty");
      assertThat(unknownToLend.err()).contains("is held by qemu").contains("guest it");
      lend(0, "detach", VF);
    } finally {
      lab.run("guest", "stop", "other");
    }
  }

  @Test
  void theFullStoryOfAFunctionWhoseGuestEndsIsThatItStaysLentUntilItIsTakenBack() {
    lend(0, "attach", VF, "--guest", GUEST);
    must("guest", "stop", "it");

    assertThat(lend(1, "status").out()).contains("the guest has let it go, or has ended");
    lend(0, "detach", VF);

    assertThat(driver(VF)).isEqualTo("igbvf");
  }

  @Test
  void aPausedGuestThatDoesNotLetGoIsToldApartAndKeepsTheDevice() {
    lend(0, "attach", VF, "--guest", GUEST);
    monitor("stop");

    RunResult silent = lend(3, "detach", VF, "--timeout", "5");

    assertThat(silent.err())
        .contains("did not answer within 5 s", "everything is as it was before");
    assertThat(driver(VF)).isEqualTo("vfio-pci");
    monitor("cont");
    lend(0, "detach", VF);
    assertThat(driver(VF)).isEqualTo("igbvf");

    lend(0, "attach", VF, "--guest", GUEST);
    monitor("stop");
    RunResult forced = lend(0, "detach", VF, "--timeout", "2", "--force");
    assertThat(forced.out())
        .contains(
            "it is stopped at once", "did not let it go, and was stopped", "is back on igbvf");
    assertThat(driver(VF)).isEqualTo("igbvf");
    assertThat(must("guest", "list")).doesNotContain("it");
  }

  @Test
  void aPcTakesADeviceOnItsRootBusOnceItsProcessMayLockItsMemory() {
    mustShell(
        "LEND_GUEST_MACHINE=pc prlimit --memlock=8388608:8388608 setpriv --bounding-set=-ipc_lock"
            + " guest start pc");
    try {
      String out = lend(0, "attach", VF, "--guest", "qmp:/run/guest/pc/qmp.sock").out();

      assertThat(out).contains("let the process of qmp:/run/guest/pc/qmp.sock", "at pci.0");
      assertThat(must("guest", "run", "pc", "--", "lspci", "-nnk", "-d", "8086:10ca"))
          .contains("in use: igbvf");
      assertThat(mustShell("grep 'locked memory' /proc/$(cat /run/guest/pc/pid)/limits"))
          .doesNotContain(" 8388608 ");
      lend(0, "detach", VF);
      assertThat(driver(VF)).isEqualTo("igbvf");
    } finally {
      lab.run("guest", "stop", "pc");
    }
  }

  @Test
  void aFunctionIsReservedAndReturnedWithoutAGuest() {
    lend(0, "reserve", "02:00.0");
    assertThat(driver("02:00.0")).isEqualTo("vfio-pci");
    assertThat(must("sh", "-c", "ls /dev/vfio")).contains(group("02:00.0"));

    lend(0, "return", "02:00.0");
    assertThat(driver("02:00.0")).isEqualTo("e1000e");
    assertThat(override("02:00.0")).isEqualTo("(null)");
  }

  @Test
  void aGuestStartsWithAReservedFunctionByTheArgumentsThatLendPrints() {
    lend(0, "reserve", VF);
    try {
      mustShell("guest start started $(lend qemu-args \"$1\")", VF);
      assertThat(must("guest", "run", "started", "--", "lspci", "-nnk", "-d", "8086:10ca"))
          .contains("in use: igbvf");
      assertThat(lend(0, "status").out()).contains("in a guest: qemu", "guest started");
      assertThat(lend(1, "return", VF).err()).contains("is held by qemu");
      assertThat(driver(VF)).isEqualTo("vfio-pci");
    } finally {
      lab.run("guest", "stop", "started");
    }
    lend(0, "return", VF);
    assertThat(driver(VF)).isEqualTo("igbvf");
  }

  @Test
  void aChangeThatWasKilledInTheMiddleIsEndedByTheNext() {
    for (String delay : List.of("0.8", "1.2", "1.6", "2.0", "2.5")) {
      mustShell("timeout -s KILL \"$1\" lend reserve 02:00.0 || true", delay);

      lend(0, "recover");

      String driver = driver("02:00.0");
      boolean lent = !lend(0, "status").out().contains("Nothing is lent.");
      assertThat(driver).as("killed after %s s", delay).isEqualTo(lent ? "vfio-pci" : "e1000e");
      if (lent) {
        lend(0, "return", "02:00.0");
      }
      assertThat(driver("02:00.0")).isEqualTo("e1000e");
      assertThat(override("02:00.0")).isEqualTo("(null)");
    }
  }

  @Test
  void whatTheHostLivesOnIsRefusedAndNothingIsTouched() {
    assertThat(lend(1, "reserve", "enp0s3").err()).contains("carries this host's default route");
    assertThat(lend(1, "reserve", "vda", "--yes").err()).contains("carries this host's /");
    assertThat(lend(1, "reserve", "00:10.0").err()).contains("is a bridge");
    assertThat(lend(1, "attach", "01:00.0", "--guest", GUEST).err())
        .contains("VFs, which would vanish");
    assertThat(driver("00:03.0")).isEqualTo("virtio-pci");
    assertThat(driver("00:02.0")).isEqualTo("virtio-pci");
  }

  @Test
  void wrongWordsGiveOneLineAndStatusTwo() {
    for (List<String> words :
        List.of(
            List.of("attach", VF, "--guest", "web1"),
            List.of("attach", VF, "--guest", "qmp:/run/nobody.sock"),
            List.of("attach", "01:1f.7", "--guest", GUEST),
            List.of("attach", VF, "--guset", GUEST),
            List.of("reserve", "eth9"),
            List.of("reserve", "02:00.0", "--state", "/proc/nowhere"))) {
      RunResult result = lend(2, words.toArray(String[]::new));
      assertThat(result.err().lines()).as(words.toString()).hasSize(1);
      assertThat(result.err()).startsWith("lend: ").doesNotContain("Exception");
    }
  }

  private String inGuest(String shell) {
    return must("guest", "run", "it", "--", "sh", "-c", shell);
  }

  private void monitor(String command) {
    mustShell(
        "echo '{\"execute\":\"qmp_capabilities\"}{\"execute\":\"'\"$1\"'\"}' | socat -t2 - UNIX-CONNECT:\"$2\"",
        command,
        "/run/guest/it/script.sock");
  }

  private String driver(String address) {
    return mustShell("basename \"$(readlink \"$1\")\"", device(address) + "/driver");
  }

  private String group(String address) {
    return mustShell("basename \"$(readlink \"$1\")\"", device(address) + "/iommu_group");
  }

  private String override(String address) {
    return must("cat", device(address) + "/driver_override");
  }

  private static String device(String address) {
    return "/sys/bus/pci/devices/0000:" + address;
  }
}
