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
 * The main job with a real domain of a real libvirt: asserts on what kernel, guest and virsh show,
 * not on what Lend says.
 */
final class LibvirtLabIT extends LabHost {
  private static final String VF = "01:10.0";
  private static final String ALIAS = "ua-lend-0000-01-10-0";
  private static final String MAC = "52:54:00:82:57:70";
  private static final String DOMAIN = "virt";
  private static final String NEVER_STARTED = "idle";
  private static final int CID = 900;

  @BeforeEach
  void fourVfsAndADomain() {
    String state =
        mustShell(
            """
            ip link set enp1s0 up
            echo 1 > /sys/class/net/enp1s0/device/sriov_drivers_autoprobe
            test "$(cat /sys/class/net/enp1s0/device/sriov_numvfs)" = 4 ||
              echo 4 > /sys/class/net/enp1s0/device/sriov_numvfs
            ip link set enp1s0 vf 0 mac "$1" vlan 7
            udevadm settle
            lab-libvirt
            modprobe -a vhost_vsock vfio-pci
            for name in "$2" "$3"; do
              virsh -q dominfo "$name" > /dev/null 2>&1 && continue
              printf '%s' "$4" | sed -e "s/NAME/$name/" > /tmp/domain.xml
              virsh -q define /tmp/domain.xml
            done
            virsh domstate "$2"
            """,
            MAC, DOMAIN, NEVER_STARTED, LabDomain.xml("NAME", CID));
    if (!state.strip().equals("running")) {
      start();
    }
  }

  private void start() {
    mustShell(LabDomain.start("virsh -q start \"$1\""), DOMAIN, "" + CID);
  }

  @AfterEach
  void nothingStaysBehind() {
    String status = lab.run("lend", "status").out();
    if (!status.contains("Nothing is lent.")) {
      lab.run("sh", "-c", "lab-libvirt; virsh destroy \"$1\"", "sh", DOMAIN);
      for (String device : List.of(VF, "01:10.2", "01:10.4", "02:00.0")) {
        lab.run("lend", "detach", device);
        lab.run("lend", "return", device);
      }
    }
    assertThat(status).contains("Nothing is lent.");
  }

  @AfterAll
  static void theDevicesAreLeftAsTheyWere() {
    sharedLab()
        .run(
            "sh",
            "-c",
            "lab-libvirt; for name; do virsh destroy \"$name\"; virsh undefine \"$name\"; done;"
                + " rm -rf \"/run/guest/$1\";"
                + " ip link set enp1s0 vf 0 mac 00:00:00:00:00:00 vlan 0;"
                + " echo 0 > /sys/class/net/enp1s0/device/sriov_numvfs",
            "sh",
            DOMAIN,
            NEVER_STARTED);
  }

  @Test
  void aVfGoesToARunningDomainWithItsAddressAndVlanAndComesBack() {
    assertThat(driver(VF)).isEqualTo("igbvf");

    lend(0, "attach", VF, "--guest", DOMAIN);

    assertThat(driver(VF)).isEqualTo("vfio-pci");
    assertThat(must("virsh", "dumpxml", DOMAIN))
        .contains(
            "<interface type='hostdev'",
            "<mac address='" + MAC + "'/>",
            "<tag id='7'/>",
            "<alias name='" + ALIAS + "'/>");
    assertThat(must("virsh", "dumpxml", "--inactive", DOMAIN)).doesNotContain("hostdev");
    assertThat(inGuest("lspci", "-nnk", "-d", "8086:10ca")).contains("in use: igbvf");
    assertThat(inGuest("sh", "-c", "cat /sys/class/net/*/address")).contains(MAC);
    assertThat(lend(0, "status").out()).contains("lent to " + DOMAIN, "ok: in the guest");
    assertThat(lend(0, "guests").out())
        .contains(
            DOMAIN + "  libvirt domain, running (pid ",
            "lent by Lend",
            NEVER_STARTED + "  libvirt domain, off");
    String uuid = must("virsh", "domuuid", DOMAIN).strip();
    assertThat(lend(1, "attach", VF, "--guest", uuid).err())
        .contains("is lent to " + DOMAIN + " already");

    lend(0, "detach", VF);

    assertThat(driver(VF)).isEqualTo("igbvf");
    assertThat(must("virsh", "dumpxml", DOMAIN)).doesNotContain("hostdev");
    assertThat(inGuest("lspci", "-nn", "-d", "8086:10ca")).isEmpty();
    assertThat(must("ip", "link", "show", "enp1s0"))
        .contains(MAC + " brd ff:ff:ff:ff:ff:ff, vlan 7");
  }

  @Test
  void aWholeCardGoesInAsAHostDevice() {
    lend(0, "attach", "02:00.0", "--guest", DOMAIN);

    assertThat(must("virsh", "dumpxml", DOMAIN))
        .contains("<hostdev mode='subsystem' type='pci'", "ua-lend-0000-02-00-0");
    assertThat(inGuest("lspci", "-nnk")).contains("in use: e1000e");

    lend(0, "detach", "02:00.0");
    assertThat(driver("02:00.0")).isEqualTo("e1000e");
  }

  @Test
  void aDomainThatIsNotThereAndOneThatIsOffAreSaidInOneLine() {
    RunResult nobody = lend(2, "attach", VF, "--guest", DOMAIN + "x");
    assertThat(nobody.err().lines()).hasSize(1);
    assertThat(nobody.err()).contains("no such guest", "Did you mean " + DOMAIN + "?");

    assertThat(lend(1, "attach", VF, "--guest", NEVER_STARTED).err())
        .contains("is not running", "virsh start '" + NEVER_STARTED + "'");
    assertThat(driver(VF)).isEqualTo("igbvf");
  }

  @Test
  void aDomainThatIsStoppedAndStartedHasAPersistentDeviceAgainAndDetachTakesItFromBoth() {
    String before = must("virsh", "dumpxml", "--inactive", DOMAIN);
    lend(0, "attach", VF, "--guest", DOMAIN, "--persistent");
    assertThat(must("virsh", "dumpxml", "--inactive", DOMAIN))
        .contains(
            "<interface type='hostdev'>",
            "<mac address='" + MAC + "'/>",
            "<tag id='7'/>",
            "<alias name='" + ALIAS + "'/>");
    assertThat(inGuest("lspci", "-nnk", "-d", "8086:10ca")).contains("in use: igbvf");
    assertThat(lend(0, "status").out())
        .contains("lent to " + DOMAIN + ", at its every start", "ok: in the guest");
    must("virsh", "destroy", DOMAIN);
    assertThat(driver(VF)).isEqualTo("vfio-pci");
    assertThat(lend(0, "status").out())
        .contains("ok: waits on vfio-pci for the guest's next start");

    start();

    assertThat(inGuest("lspci", "-nnk", "-d", "8086:10ca")).contains("in use: igbvf");
    assertThat(inGuest("sh", "-c", "cat /sys/class/net/*/address")).contains(MAC);
    assertThat(lend(0, "status").out()).contains("ok: in the guest");

    lend(0, "detach", VF);

    assertThat(driver(VF)).isEqualTo("igbvf");
    assertThat(must("virsh", "dumpxml", "--inactive", DOMAIN)).isEqualTo(before);
    assertThat(must("virsh", "dumpxml", DOMAIN)).doesNotContain("hostdev");
    assertThat(inGuest("lspci", "-nn", "-d", "8086:10ca")).isEmpty();
  }

  @Test
  void aDomainThatIsOffGetsADeviceForItsNextStartAndNoOtherDefinitionDoes() {
    String before = must("virsh", "dumpxml", "--inactive", NEVER_STARTED);
    lend(0, "attach", "01:10.2", "--guest", NEVER_STARTED, "--next-boot");
    lend(0, "attach", "02:00.0", "--guest", NEVER_STARTED, "--next-boot");

    assertThat(must("virsh", "dumpxml", "--inactive", NEVER_STARTED))
        .contains("<hostdev mode='subsystem' type='pci' managed='no'>", "ua-lend-0000-02-00-0")
        .contains("ua-lend-0000-01-10-2");
    assertThat(lend(0, "status").out()).contains("lent to " + NEVER_STARTED);
    assertThat(driver("02:00.0")).isEqualTo("vfio-pci");
    lend(0, "detach", "--guest", NEVER_STARTED, "--all");
    assertThat(driver("02:00.0")).isEqualTo("e1000e");
    assertThat(must("virsh", "dumpxml", "--inactive", NEVER_STARTED)).isEqualTo(before);

    mustShell(
        """
        printf '%s' "$2" > /tmp/theirs.xml
        virsh -q attach-device --config "$1" /tmp/theirs.xml
        """,
        NEVER_STARTED,
        """
        <hostdev mode='subsystem' type='pci' managed='yes'>
          <source><address domain='0' bus='1' slot='16' function='4'/></source>
          <alias name='ua-theirs'/>
        </hostdev>
        """);
    try {
      assertThat(lend(1, "attach", "01:10.4", "--guest", DOMAIN, "--persistent").err())
          .contains("is in the definition of " + NEVER_STARTED + ": one device, one guest");
      assertThat(lend(0, "attach", "01:10.4", "--guest", DOMAIN, "--dry-run").out())
          .contains("note:", "is in the definition of " + NEVER_STARTED);
    } finally {
      must("virsh", "detach-device-alias", NEVER_STARTED, "ua-theirs", "--config");
    }
  }

  @Test
  void aPausedDomainIsSilentAndKeepsTheDevice() {
    lend(0, "attach", VF, "--guest", DOMAIN);
    must("virsh", "suspend", DOMAIN);

    RunResult silent = lend(3, "detach", VF, "--timeout", "5");

    assertThat(silent.err())
        .contains("did not answer within 5 s", "everything is as it was before");
    assertThat(driver(VF)).isEqualTo("vfio-pci");
    assertThat(must("virsh", "dumpxml", DOMAIN)).contains(ALIAS);

    lend(0, "detach", VF, "--timeout", "2", "--force");
    assertThat(driver(VF)).isEqualTo("igbvf");
    assertThat(must("virsh", "domstate", DOMAIN)).contains("shut off");
  }

  @Test
  void allThatADomainHadComesHomeAfterItHasEnded() {
    lend(0, "attach", VF, "--guest", DOMAIN);
    lend(0, "attach", "01:10.2", "--guest", DOMAIN);
    assertThat(inGuest("lspci", "-nn", "-d", "8086:10ca").lines()).hasSize(2);
    must("virsh", "destroy", DOMAIN);

    assertThat(lend(1, "status").out()).contains("the guest has let it go, or has ended");
    lend(0, "detach", "--guest", DOMAIN, "--all");

    assertThat(driver(VF)).isEqualTo("igbvf");
    assertThat(driver("01:10.2")).isEqualTo("igbvf");
    assertThat(lend(1, "detach", "--guest", DOMAIN, "--all").err())
        .contains("nothing is lent to " + DOMAIN);
  }

  @Test
  void aLibvirtThatIsKilledInTheMiddleOfAnUnplugAndComesBackIsSurvived() {
    lend(0, "attach", VF, "--guest", DOMAIN);
    // Held, so that the unplug is under way until it runs again.
    must("virsh", "suspend", DOMAIN);

    mustShell(
        """
        lines=$(wc -l < /var/lib/lend/journal)
        lend detach "$1" --timeout 120 > /tmp/detach.out 2>&1 &
        until tail -n +$((lines + 1)) /var/lib/lend/journal | grep -q '"begun"'; do sleep 0.05; done
        kill -KILL "$(cat /run/libvirtd.pid)"
        lab-libvirt
        virsh -q resume "$2"
        wait $! || { cat /tmp/detach.out; exit 1; }
        """,
        VF,
        DOMAIN);

    assertThat(driver(VF)).isEqualTo("igbvf");
    assertThat(must("virsh", "dumpxml", DOMAIN)).doesNotContain("hostdev");
    assertThat(lend(0, "status").out()).contains("Nothing is lent.");
  }

  @Test
  void aLibvirtThatIsKilledInTheMiddleOfAPlugLeavesTheDeviceWhereStatusSaysItIs() {
    // Its QEMU is held once Lend has looked, so that the plug is under way until it runs again.
    String said =
        mustShell(
            """
            lines=$(cat /var/lib/lend/journal 2> /dev/null | wc -l)
            news() { tail -n "+$((lines + 1))" /var/lib/lend/journal; }
            lend attach "$1" --guest "$2" --timeout 120 > /tmp/attach.out 2>&1 &
            job=$!
            until news | grep -q '"opened"'; do sleep 0.05; done
            kill -STOP "$(cat "/run/libvirt/qemu/$2.pid")"
            until news | grep -q '"done"' && news | tail -n 1 | grep -q '"begun"'; do sleep 0.05; done
            kill -KILL "$(cat /run/libvirtd.pid)"
            kill -CONT "$(cat "/run/libvirt/qemu/$2.pid")"
            lab-libvirt
            code=0
            wait "$job" || code=$?
            echo "status $code"
            cat /tmp/attach.out
            """,
            VF,
            DOMAIN);

    boolean lent = said.startsWith("status 0\n");
    assertThat(said).as("done, or undone").matches("(?s)status [03]\n.*");
    assertThat(driver(VF)).isEqualTo(lent ? "vfio-pci" : "igbvf");
    assertThat(must("virsh", "dumpxml", DOMAIN).contains(ALIAS)).as(said).isEqualTo(lent);
    assertThat(lend(0, "status").out()).contains(lent ? "ok: in the guest" : "Nothing is lent.");
    if (lent) {
      lend(0, "detach", VF);
    }
    assertThat(driver(VF)).isEqualTo("igbvf");
  }

  @Test
  void whileLibvirtIsAwayNothingIsTakenFromTheDomainAndGuestsSayWhy() {
    lend(0, "attach", VF, "--guest", DOMAIN);
    mustShell("kill -KILL \"$(cat /run/libvirtd.pid)\"");
    try {
      assertThat(lend(1, "detach", VF).err())
          .contains("Guest " + DOMAIN + " cannot be asked for", "systemctl status libvirtd");
      assertThat(lend(1, "attach", "01:10.2", "--guest", DOMAIN).err())
          .contains("libvirt (qemu:///system) cannot be asked");
      assertThat(lend(0, "guests").out())
          .contains("are not listed", DOMAIN + "  libvirt domain, running (pid ", VF);
      assertThat(driver(VF)).isEqualTo("vfio-pci");
    } finally {
      must("lab-libvirt");
    }
    lend(0, "detach", VF);
    assertThat(driver(VF)).isEqualTo("igbvf");
  }

  @Test
  void aLibvirtThatHangsIsGivenUpInItsTime() {
    mustShell("kill -STOP \"$(cat /run/libvirtd.pid)\"");
    try {
      assertThat(lend(1, "attach", VF, "--guest", DOMAIN).err())
          .contains("libvirt gives no answer to the connection within 60 s");
      assertThat(driver(VF)).isEqualTo("igbvf");
    } finally {
      mustShell("kill -CONT \"$(cat /run/libvirtd.pid)\"");
    }
  }

  private String inGuest(String... command) {
    List<String> words = new java.util.ArrayList<>(List.of("guest", "run", DOMAIN, "--"));
    words.addAll(List.of(command));
    return must(words.toArray(String[]::new));
  }

  private String driver(String device) {
    return must(
        "sh", "-c", "basename \"$(readlink /sys/bus/pci/devices/0000:" + device + "/driver)\"");
  }
}
