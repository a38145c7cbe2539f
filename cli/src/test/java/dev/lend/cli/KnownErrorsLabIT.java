package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.explain.KnownError;
import dev.lend.explain.KnownErrors;
import dev.lend.explain.Provoked;
import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Each error that the lab's kernel, QEMU and shell can be brought to is had here, and what they say
 * is known by the table. Done by hand, as people do it: Lend itself refuses most of it.
 */
final class KnownErrorsLabIT extends LabHost {
  /** What every script may use. */
  private static final String TOOLS =
      """
      pci=/sys/bus/pci/devices drivers=/sys/bus/pci/drivers
      # Which controller is nvme0 depends on which one answers first.
      disk() { ls -d $pci/0000:$1/nvme/nvme*/nvme*n1 | sed 's,.*/,/dev/,; s,c[0-9]*n,n,'; }
      driver() { basename "$(readlink $pci/0000:$1/driver || echo none)"; }
      free() { test ! -e $pci/0000:$1/driver || echo 0000:$1 > $pci/0000:$1/driver/unbind; }
      bind() { free $1; echo "$2" > $pci/0000:$1/driver_override; echo 0000:$1 > /sys/bus/pci/drivers_probe; }
      qemu() {
        qemu-system-x86_64 -nodefaults -display none -machine q35,accel=tcg,smm=off,sata=off,smbus=off -m 64 -S "$@"
      }
      modprobe vfio-pci
      dmesg -C
      """;

  /** What is done, and the errors that are said to it, in the output or in the kernel's log. */
  private static final Map<String, Set<String>> PROVOCATIONS =
      Map.ofEntries(
          Map.entry(
              """
              bind 04:01.0 vfio-pci
              qemu -device vfio-pci,host=0000:04:01.0
              lend check 04:01.0
              """,
              Set.of("group-not-viable", "not-isolated-by-acs")),
          Map.entry(
              """
              bind 04:01.0 vfio-pci
              bind 04:02.0 vfio-pci
              qemu -device intel-iommu,caching-mode=on,intremap=off \
                -device vfio-pci,host=0000:04:01.0 -device vfio-pci,host=0000:04:02.0
              """,
              Set.of("group-in-two-address-spaces")),
          Map.entry(
              // Told to use none of its ways, a card is as good as one that has none.
              """
              free 02:00.0
              echo > $pci/0000:02:00.0/reset_method
              echo 1 | tee $pci/0000:02:00.0/reset
              echo default > $pci/0000:02:00.0/reset_method
              dmesg
              """,
              Set.of("no-reset-method")),
          Map.entry(
              """
              bind 01:00.0 vfio-pci
              echo Y > /sys/module/vfio_pci/parameters/enable_sriov
              echo 1 > $pci/0000:01:00.0/sriov_numvfs
              bind 01:10.0 vfio-pci
              qemu -device vfio-pci,host=0000:01:10.0
              echo 0 > $pci/0000:01:00.0/sriov_numvfs
              echo N > /sys/module/vfio_pci/parameters/enable_sriov
              dmesg
              """,
              Set.of("vf-token-needed")),
          Map.entry(
              """
              qemu -device vfio-pci,host=0000:02:00.0
              qemu -device vfio-pci,host=0000:0f:00.0
              qemu -m 64T
              modprobe vfio-nothing
              """,
              Set.of(
                  "device-not-on-vfio",
                  "device-gone",
                  "guest-memory-missing",
                  "vfio-module-missing")),
          Map.entry(
              """
              echo 8086 1572 | tee $drivers/vfio-pci/new_id
              echo 8086 1572 | tee $drivers/vfio-pci/new_id
              echo 8086 1572 > $drivers/vfio-pci/remove_id
              bind 03:00.0 vfio-pci
              dmesg
              echo 0000:04:01.0 | tee $drivers/e1000e/unbind
              unshare -m sh -c 'mount -o remount,ro,bind /sys; echo 0000:02:00.0 > /sys/bus/pci/drivers_probe'
              """,
              Set.of(
                  "new-id-exists", "host-driver-failed", "not-on-that-driver", "sysfs-forbidden")),
          Map.entry(
              """
              net=$(ls $pci/0000:01:00.0/net)
              ip link set $net down
              modprobe igbvf
              echo 2 > $pci/0000:01:00.0/sriov_numvfs
              echo 3 | tee $pci/0000:01:00.0/sriov_numvfs
              echo 9 | tee $pci/0000:01:00.0/sriov_numvfs
              until ls $pci/0000:01:00.0/virtfn*/net/* > /run/nets 2>&1; do sleep 0.1; done
              ip link set $net up
              ip link set $net vf 0 state enable
              ip link set $net vf 0 mac 52:54:00:aa:bb:01
              until dmesg | grep -q 'NIC Link is Up'; do sleep 0.1; done
              vf=$(ls $pci/0000:01:00.0/virtfn0/net)
              ip link set $vf up
              ip link set $vf address 52:54:00:aa:bb:09
              until dmesg | grep -q 'administratively set MAC'; do sleep 0.1; done
              dmesg
              bind 01:00.0 vfio-pci
              echo 1 | tee $pci/0000:01:00.0/sriov_numvfs
              """,
              Set.of(
                  "vf-count-not-zero",
                  "vf-count-too-high",
                  "vf-mac-missing",
                  "pf-down",
                  "vf-setting-unsupported",
                  "vf-mac-fixed-by-host",
                  "vf-driver-missing")),
          Map.entry(
              """
              bind 02:00.0 vfio-pci
              qemu -daemonize -pidfile /run/provoked.pid -qmp unix:/run/provoked.sock,server=on,wait=off \
                -device pcie-root-port,id=rp0,chassis=1,slot=1 -device vfio-pci,host=0000:02:00.0,id=nic0,bus=rp0
              qemu -device vfio-pci,host=0000:02:00.0
              ask() { printf '{"execute":"%s","arguments":{%s}}\\n' "$1" "$2"; }
              { echo '{"execute":"qmp_capabilities"}'
                ask device_add '"driver":"e1000e","id":"x","bus":"pcie.0"'
                ask device_add '"driver":"e1000e","id":"x","bus":"pcie.7"'
                ask device_add '"driver":"e1000e","id":"nic0","bus":"rp0"'
                ask device_add '"driver":"e1000e","id":"x","bus":"rp0"'
                ask device_del '"id":"nothing"'
                ask device_del '"id":"nic0"'
                ask device_del '"id":"nic0"'
                ask migrate '"uri":"exec:cat>/dev/null"'
                ask quit ''
              } | socat -t20 - UNIX-CONNECT:/run/provoked.sock
              """,
              Set.of(
                  "group-held",
                  "no-hotplug-slot",
                  "no-such-bus",
                  "device-id-taken",
                  "no-free-slot",
                  "no-such-device-in-guest",
                  "unplug-under-way",
                  "migration-blocked")),
          Map.entry(
              """
              bind 02:00.0 vfio-pci
              qemu -device pcie-root-port,id=rp0 \
                -device vfio-pci,host=0000:02:00.0,bus=rp0,multifunction=on,failover_pair_id=net1
              setpriv --bounding-set=-ipc_lock --inh-caps=-ipc_lock prlimit --memlock=65536:65536 \
                timeout 60 qemu-system-x86_64 -nodefaults -display none -machine q35,accel=tcg -m 64 -S \
                -device vfio-pci,host=0000:02:00.0
              setpriv --reuid=65534 --clear-groups timeout 60 qemu-system-x86_64 -nodefaults -display none \
                -machine q35,accel=tcg -m 64 -S -device vfio-pci,host=0000:02:00.0
              dmesg
              """,
              Set.of("failover-not-paired", "memlock", "vfio-files-forbidden")),
          Map.entry(
              """
              bind 02:00.0 vfio-pci
              qemu -daemonize -pidfile /run/provoked.pid -device vfio-pci,host=0000:02:00.0
              echo 2 > /proc/sys/kernel/hung_task_timeout_secs
              echo 0000:02:00.0 > $drivers/vfio-pci/unbind &
              until dmesg | grep -q 'device request'; do sleep 0.1; done
              echo 1 > $pci/0000:02:00.0/reset &
              timeout 60 sh -c "until dmesg | grep -q 'blocked for more than'; do sleep 0.2; done"
              echo 120 > /proc/sys/kernel/hung_task_timeout_secs
              dmesg
              kill $(cat /run/provoked.pid)
              wait
              """,
              Set.of("unbind-waits-for-guest", "kernel-does-not-answer")),
          Map.entry(
              """
              mkfs.ext4 -q -F $(disk 05:00.0)
              mkdir -p /run/lost
              mount $(disk 05:00.0) /run/lost
              echo some > /run/lost/file
              echo 0000:05:00.0 > $drivers/nvme/unbind
              sync
              umount /run/lost
              dmesg
              """,
              Set.of("disk-taken-from-host")),
          Map.entry(
              // A serial port is told that it is where the card's registers are: that reserves
              // them.
              """
              free 04:01.0
              read -r port rest < $pci/0000:04:01.0/resource
              perl -e '
                open(F, "+<", "/dev/ttyS3") or die $!; my $s = "\\0" x 72;
                ioctl(F, 0x541E, $s) or die $!;
                substr($s, 0, 4) = pack("i", 4); substr($s, 8, 4) = pack("I", hex($ARGV[0]));
                ioctl(F, 0x541F, $s) or die $!;' $port
              echo 0000:04:01.0 > /sys/bus/pci/drivers_probe
              dmesg
              perl -e '
                open(F, "+<", "/dev/ttyS3") or die $!; my $s = "\\0" x 72;
                ioctl(F, 0x541E, $s) or die $!;
                substr($s, 0, 4) = pack("i", 0); substr($s, 8, 4) = pack("I", 0x2e8);
                ioctl(F, 0x541F, $s) or die $!;'
              """,
              Set.of("bar-reserved")));

  @AfterEach
  void theDevicesAreWhereTheyWere() {
    tidy();
  }

  @AfterAll
  static void theDiskIsEmpty() {
    sharedLab().run("sh", "-c", TOOLS + "dd if=/dev/zero of=$(disk 05:00.0) bs=1M count=2; sync");
  }

  private void tidy() {
    mustShell(
        TOOLS
            + """
            test ! -s /run/provoked.pid || kill $(cat /run/provoked.pid) 2> /dev/null || true
            rm -f /run/provoked.pid
            for device in 01:00.0:igb 02:00.0:e1000e 03:00.0:none 04:01.0:8139cp 04:02.0:e1000 05:00.0:nvme; do
              address=${device%:*}
              if test "$(driver $address)" != "${device##*:}"; then
                free $address
                echo > $pci/0000:$address/driver_override
                echo 0000:$address > /sys/bus/pci/drivers_probe
              fi
              test "$(driver $address)" = "${device##*:}"
            done
            test "$(cat $pci/0000:01:00.0/sriov_numvfs)" = 0 || echo 0 > $pci/0000:01:00.0/sriov_numvfs
            """);
  }

  @TestFactory
  List<DynamicTest> isKnownByWhatIsReallySaid() {
    List<DynamicTest> tests = new ArrayList<>();
    PROVOCATIONS.forEach((script, errors) ->
        tests.add(
            DynamicTest.dynamicTest(
                String.join(", ", new TreeSet<>(errors)),
                () -> {
                  RunResult result = lab.run("sh", "-c", TOOLS + script);
                  tidy();
                  String said = result.out() + "\n" + result.err();
                  assertThat(KnownErrors.of(said))
                      .as(said)
                      .extracting(KnownError::name)
                      .containsAll(errors);
                })));
    return tests;
  }

  @Test
  void provokesAllThatTheTableSays() {
    Set<String> all = new TreeSet<>();
    PROVOCATIONS.values().forEach(all::addAll);
    assertThat(all).isEqualTo(Provoked.in(Provoked.Where.LAB));
  }
}
