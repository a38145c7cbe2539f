package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One device of each kind that the lab has, all in one guest, and back: the guest uses what it got,
 * and the host finds it afterwards as the guest left it.
 */
final class KindsLabIT extends LabHost {
  private static final String GUEST = "qmp:/run/guest/kinds/qmp.sock";

  /** What goes, and the driver that it has at home. */
  private static final Map<String, String> KINDS =
      Map.of(
          "01:00.0", "igb",
          "04:02.0", "e1000",
          "05:00.0", "nvme",
          "06:00.0", "megaraid_sas",
          "07:00.0", "xhci_hcd",
          "00:1b.0", "snd_hda_intel",
          "00:1c.0", "bochs-drm");

  /** The disk of a controller, by the controller's place: its name depends on who came first. */
  private static final String DISKS =
      """
      disk_of() {
        # Under an NVMe controller is one path to a disk (nvme1c1n1): the disk of all is without it.
        d=$(cd /sys/bus/pci/devices/0000:$1 && find . -path '*/block/*' -prune -o -name 'nvme*n*' -print |
          tail -n 1 | sed 's,.*/,,; s/c[0-9]*n/n/')
        test -n "$d" || d=$(basename "$(echo /sys/bus/pci/devices/0000:$1/host*/target*/*/block/*)")
        echo "/dev/$d"
      }
      """;

  private void aGuestWithRoomForAll() {
    mustShell(
        DISKS
            + """
            for controller in 05:00.0 06:00.0; do
              dd if=/dev/urandom of="$(disk_of $controller)" bs=4096 count=16 oflag=direct 2> /dev/null
            done
            # Behind a port that sets nothing aside there is no room for a display's memory.
            set -- -device pcie-root-port,id=roomy,chassis=9,slot=9,bus=pcie.0,addr=3,mem-reserve=32M
            for n in 4 5; do
              set -- "$@" -device "pcie-root-port,id=rp$n,chassis=$((n + 1)),slot=$((n + 1)),bus=pcie.0,addr=$((n + 4))"
            done
            guest list | grep -qx kinds || guest start kinds "$@"
            # A kernel asks for this one by its name, of a program that the guest does not have.
            guest run kinds -- modprobe snd_hda_codec_generic
            """);
  }

  @AfterEach
  void nothingStaysBehind() {
    lab.run("guest", "stop", "kinds");
    String status = lab.run("lend", "status").out();
    if (!status.contains("Nothing is lent.")) {
      lab.run("lend", "detach", "--guest", GUEST, "--all");
    }
    lab.run("umount", "/mnt/kinds");
    assertThat(status).contains("Nothing is lent.");
  }

  private String driver(String address) {
    return mustShell(
        "basename \"$(readlink /sys/bus/pci/devices/0000:$1/driver || echo none)\"", address);
  }

  private String inGuest(String shell) {
    return must("guest", "run", "kinds", "--", "sh", "-c", shell);
  }

  /** The first sixteen pages and the two after them, as the host reads them. */
  private List<String> sums(String controller) {
    return mustShell(
            DISKS
                + """
                d=$(disk_of "$1")
                dd if=$d bs=4096 count=16 iflag=direct 2> /dev/null | md5sum
                dd if=$d bs=4096 skip=16 count=2 iflag=direct 2> /dev/null | md5sum
                """,
            controller)
        .lines()
        .toList();
  }

  @Test
  void oneOfEachKindWorksInAGuestAndComesBack() {
    aGuestWithRoomForAll();
    List<String> nvme = sums("05:00.0");
    List<String> hba = sums("06:00.0");
    assertThat(lend(1, "attach", "04:02.0", "--guest", GUEST, "--yes").err())
        .contains("04:01.0", "--with-group");

    // The first of the guest's ports has room for its memory.
    assertThat(lend(0, "attach", "00:1c.0", "--guest", GUEST, "--yes").out())
        .contains(
            "is the display that the firmware started with", "shows this host's console (fb0)");
    // Two at a time: while one changes the host, the next starts.
    String said =
        mustShell(
            """
            guest=$1
            shift
            printf '%s\\n' "$@" | xargs -P 2 -I DEVICE sh -c \
              'lend attach DEVICE --guest "$0" --yes --with-group > /tmp/kinds.DEVICE 2>&1 || { cat /tmp/kinds.DEVICE >&2; exit 255; }' "$guest"
            cat /tmp/kinds.*
            rm /tmp/kinds.*
            """,
            words());
    assertThat(said)
        .contains(
            "takes the disk nvme",
            "takes the disk sda with it",
            "has the keyboard 1-1 (QEMU USB Keyboard)",
            "is the sound card card0");

    for (String device : KINDS.keySet()) {
      assertThat(driver(device)).as(device).isEqualTo("vfio-pci");
    }
    assertThat(driver("04:01.0")).as("of the same group").isEqualTo("vfio-pci");
    assertThat((inGuest("lspci -nk") + "\n").replaceAll("\\s+(Subsystem|Kernel modules): .*", ""))
        .contains(
            "0200: 8086:10c9 (rev 01)\n\tKernel driver in use: igb\n",
            "0200: 8086:100e (rev 03)\n\tKernel driver in use: e1000\n",
            "0108: 1b36:0010 (rev 02)\n\tKernel driver in use: nvme\n",
            "0104: 1000:0060\n\tKernel driver in use: megaraid_sas\n",
            "0c03: 1b36:000d (rev 01)\n\tKernel driver in use: xhci_hcd\n",
            "0403: 8086:293e (rev 03)\n\tKernel driver in use: snd_hda_intel\n",
            "0300: 1234:1111 (rev 02)\n\tKernel driver in use: bochs-drm\n");
    List<String> written = theGuestUsesThem(nvme, hba);

    lend(0, "detach", "--guest", GUEST, "--all");

    KINDS.forEach((device, driver) -> assertThat(driver(device)).as(device).isEqualTo(driver));
    assertThat(driver("04:01.0")).isEqualTo("8139cp");
    assertThat(inGuest("lspci -n")).doesNotContain("0200:", "0108:", "0104:", "0c03:", "0403:");
    mustShell(
        "until test -b /dev/sda && ls /sys/bus/pci/devices/0000:05:00.0/nvme/*/nvme*n1; do sleep 0.1; done");
    assertThat(sums("05:00.0")).containsExactly(nvme.getFirst(), written.getFirst());
    assertThat(sums("06:00.0")).containsExactly(hba.getFirst(), written.getLast());
    assertThat(mustShell("cat /proc/asound/cards /sys/bus/usb/devices/*/product"))
        .contains("HDA Intel", "QEMU USB Keyboard");
  }

  /** What it wrote to the two disks, each after what the host wrote. */
  private List<String> theGuestUsesThem(List<String> nvme, List<String> hba) {
    String work =
        """
        until test -b /dev/nvme0n1 && test -b /dev/sda && test -e /sys/class/drm/card0 &&
          grep -q HDA /proc/asound/cards && grep -q Keyboard /proc/bus/input/devices; do sleep 0.1; done;
        for d in /dev/nvme0n1 /dev/sda; do
          dd if=$d bs=4096 count=16 iflag=direct 2>/dev/null | md5sum;
          dd if=/dev/urandom of=/tmp/new bs=4096 count=2 2>/dev/null;
          dd if=/tmp/new of=$d bs=4096 seek=16 oflag=direct 2>/dev/null;
          md5sum < /tmp/new;
        done
        """;
    List<String> sums = inGuest(work.replace('\n', ' ')).lines().toList();
    assertThat(sums).hasSize(4);
    assertThat(sums.get(0)).isEqualTo(nvme.getFirst());
    assertThat(sums.get(2)).isEqualTo(hba.getFirst());
    return List.of(sums.get(1), sums.get(3));
  }

  @Test
  void aControllerWhoseDisksAreInUseIsRefusedWithWhatTheyCarry() {
    mustShell(
        DISKS
            + """
            d=$(disk_of 06:00.0)
            mke2fs -q -F -t ext2 $d 4096 && mkdir -p /mnt/kinds && mount $d /mnt/kinds
            """);
    RunResult refused = lend(1, "reserve", "06:00.0", "--yes");
    assertThat(refused.out() + refused.err())
        .contains("carries the mounted /mnt/kinds (sda)", "takes the disk sda with it");
    assertThat(driver("06:00.0")).isEqualTo("megaraid_sas");
  }

  private static String[] words() {
    List<String> words = new ArrayList<>(KINDS.keySet());
    words.remove("00:1c.0");
    words.addFirst(GUEST);
    return words.toArray(String[]::new);
  }
}
