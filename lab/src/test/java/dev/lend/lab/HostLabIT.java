package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every other lab test relies on: the lab is the host that the documentation says it is. */
final class HostLabIT extends LabHost {
  private static final String PF = "/sys/bus/pci/devices/0000:01:00.0";

  @Test
  void aCommandGetsItsArgumentsExactlyAndGivesBackItsStatusAndBothOutputs() {
    String odd = "it's \"odd\" $HOME `x` \\ *\n two  blanks";

    RunResult result = lab.run("sh", "-c", "printf %s \"$1\"; echo problem >&2; exit 7", "sh", odd);

    assertThat(result).isEqualTo(new RunResult(7, odd, "problem\n"));
  }

  @Test
  void aCommandReadsTheInputThatItIsGiven() {
    byte[] input = "line one\nline two\n".getBytes(StandardCharsets.UTF_8);

    assertThat(lab.run(List.of("wc", "-l"), input).out().strip()).isEqualTo("2");
  }

  @Test
  void aLabThatIsUpIsLeftAlone() {
    LabStatus before = lab.status();

    assertThat(lab.up()).isEqualTo(Lab.Started.ALREADY_UP);
    assertThat(lab.status()).isEqualTo(before);
  }

  @Test
  void theImageIsNotRebuiltUnderARunningLab() {
    assertThatThrownBy(lab::rebuild)
        .isInstanceOf(LabException.class)
        .hasMessageContaining("is up and runs from the image")
        .hasMessageContaining("lend lab down");
  }

  @Test
  void theDevicesAreWhereTheDocumentationSays() {
    String drivers =
        mustShell(
            """
            for d in 00:02.0 00:03.0 01:00.0 02:00.0 04:01.0 04:02.0 05:00.0 06:00.0 07:00.0 08:00.0 00:1b.0 00:1c.0; do
              echo "$d $(basename "$(readlink "/sys/bus/pci/devices/0000:$d/driver")")"
            done
            """);

    assertThat(drivers.lines())
        .containsExactly(
            "00:02.0 virtio-pci",
            "00:03.0 virtio-pci",
            "01:00.0 igb",
            "02:00.0 e1000e",
            "04:01.0 8139cp",
            "04:02.0 e1000",
            "05:00.0 nvme",
            "06:00.0 megaraid_sas",
            "07:00.0 xhci_hcd",
            "08:00.0 nvme",
            "00:1b.0 snd_hda_intel",
            "00:1c.0 bochs-drm");
  }

  @Test
  void devicesBehindThePciBridgeShareAGroupAndTheSrIovCardHasItsOwn() {
    assertThat(must("ls", "/sys/bus/pci/devices/0000:04:02.0/iommu_group/devices").lines())
        .containsExactly("0000:03:00.0", "0000:04:01.0", "0000:04:02.0");
    assertThat(must("ls", PF + "/iommu_group/devices")).isEqualTo("0000:01:00.0");
  }

  @Test
  void theDiskThatCarriesTheRootIsInTheMountTable() {
    assertThat(must("cat", "/proc/mounts").lines())
        .anyMatch(line -> line.startsWith("/dev/vda /run/lab/lower ext4 ro"));
  }

  @Test
  void allVirtualFunctionsCanBeMadeAndAreAloneInTheirGroups() {
    try {
      must("sh", "-c", "echo 7 > " + PF + "/sriov_numvfs");

      assertThat(mustShell("for v in $1/virtfn*; do basename $(readlink $v); done", PF).lines())
          .containsExactly(
              "0000:01:10.0",
              "0000:01:10.2",
              "0000:01:10.4",
              "0000:01:10.6",
              "0000:01:11.0",
              "0000:01:11.2",
              "0000:01:11.4");
      assertThat(must("ls", "/sys/bus/pci/devices/0000:01:11.4/iommu_group/devices"))
          .isEqualTo("0000:01:11.4");
    } finally {
      must("sh", "-c", "echo 0 > " + PF + "/sriov_numvfs");
    }
  }

  @Test
  void theSharingNvmeControllerMakesVirtualFunctionsThatAreAloneInTheirGroups() {
    String nvme = "/sys/bus/pci/devices/0000:08:00.0";
    try {
      // Their driver fails on them, slowly, until the controller hands them queues.
      mustShell("echo 0 > $1/sriov_drivers_autoprobe; echo 4 > $1/sriov_numvfs", nvme);

      assertThat(mustShell("for v in $1/virtfn*; do basename $(readlink $v); done", nvme).lines())
          .containsExactly("0000:08:00.1", "0000:08:00.2", "0000:08:00.3", "0000:08:00.4");
      assertThat(must("ls", "/sys/bus/pci/devices/0000:08:00.4/iommu_group/devices"))
          .isEqualTo("0000:08:00.4");
    } finally {
      mustShell("echo 0 > $1/sriov_numvfs; echo 1 > $1/sriov_drivers_autoprobe", nvme);
    }
  }

  @Test
  void aLabThatKeepsNothingIsNotRebooted() {
    assertThatThrownBy(() -> lab.reboot(true))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("keeps nothing")
        .hasMessageContaining("lend lab up --keep --name test-");
    assertThat(lab.status()).isInstanceOf(LabStatus.Up.class);
  }

  @Test
  void aGuestTakesAHotPluggedVirtualFunctionReachesThePeerAndLetsItGo() {
    try {
      mustShell(
          """
          modprobe vfio-pci
          ip link set enp1s0 up
          echo 0 > $1/sriov_drivers_autoprobe
          echo 1 > $1/sriov_numvfs
          ip link set enp1s0 vf 0 mac 52:54:00:00:00:10
          echo vfio-pci > /sys/bus/pci/devices/0000:01:10.0/driver_override
          echo 0000:01:10.0 > /sys/bus/pci/drivers_probe
          """,
          PF);
      must("guest", "start", "host-test");
      assertThat(must("guest", "list")).isEqualTo("host-test");

      must(
          "guest-qmp",
          "host-test",
          "{\"execute\":\"device_add\",\"arguments\":{\"driver\":\"vfio-pci\",\"host\":\"0000:01:10.0\","
              + "\"id\":\"vf0\",\"bus\":\"rp0\"}}");
      String ping =
          must(
              "guest",
              "run",
              "host-test",
              "--",
              "sh",
              "-c",
              "until [ -e /sys/class/net/eth0 ]; do sleep 0.1; done; cat /sys/class/net/eth0/address;"
                  + " ip link set eth0 up; ip address add 10.9.0.2/24 dev eth0;"
                  + " ping -c 2 -w 20 10.9.0.1");
      assertThat(ping).startsWith("52:54:00:00:00:10").contains(" 0% packet loss");

      String events =
          must(
              "guest-qmp",
              "host-test",
              "{\"execute\":\"device_del\",\"arguments\":{\"id\":\"vf0\"}}",
              "DEVICE_DELETED");
      assertThat(events).contains("DEVICE_DELETED").contains("vf0");
    } finally {
      lab.run("guest", "stop", "host-test");
      mustShell("echo 0 > $1/sriov_numvfs; echo 1 > $1/sriov_drivers_autoprobe", PF);
    }
  }

  @Test
  void aGuestsCommandKeepsItsStatusAndArguments() {
    try {
      must("guest", "start", "words");

      RunResult result =
          lab.run(
              "guest",
              "run",
              "words",
              "--",
              "sh",
              "-c",
              "printf '%s|' \"$@\"; exit 9",
              "x",
              "a  b",
              "it's");

      assertThat(result).isEqualTo(new RunResult(9, "a  b|it's|", ""));
    } finally {
      lab.run("guest", "stop", "words");
    }
  }
}
