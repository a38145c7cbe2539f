package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That what the lab's image promises is in it and works, beyond what the main job needs. */
final class ToolsLabIT extends LabHost {
  private static final String GUEST = "tools";

  @Test
  void libvirtRunsAndKnowsTheDevices() {
    must("lab-libvirt");

    assertThat(must("virsh", "nodedev-list", "--cap", "pci").lines())
        .contains("pci_0000_01_00_0", "pci_0000_02_00_0");
  }

  @Test
  void aGuestHasTheDriversOfWhatCanBeLentAndTheToolsToTryIt() {
    List<String> start = new ArrayList<>(List.of("guest", "start", GUEST));
    start.addAll(List.of("-device", "rtl8139,addr=0x10,romfile="));
    start.addAll(List.of("-device", "e1000,addr=0x11,romfile="));
    start.addAll(List.of("-device", "e1000e,addr=0x12,romfile="));
    start.addAll(List.of("-device", "virtio-net-pci,addr=0x13,romfile="));
    start.addAll(List.of("-device", "nvme,addr=0x14,serial=tools"));
    try {
      must(start.toArray(String[]::new));

      // A driver may still be at its device when the guest begins to answer.
      String devices =
          in(
              "for i in $(seq 100); do [ $(lspci -k | grep -c 'in use: \\(8139cp\\|e1000e\\{0,1\\}\\|nvme\\)$')"
                  + " = 4 ] && break; sleep 0.1; done; lspci -k");
      assertThat(devices)
          .contains("in use: 8139cp", "in use: e1000\n", "in use: e1000e", "in use: virtio-pci")
          .contains("in use: nvme");
      assertThat(in("ls /sys/bus/virtio/drivers/virtio_net")).contains("virtio");

      String interfaces =
          in("for i in /sys/class/net/*/device; do i=${i%/device}; ethtool -i ${i##*/}; done");
      assertThat(interfaces).contains("driver: 8139cp", "driver: virtio_net");
      assertThat(in("ip link set lo up; iperf3 -s -D; iperf3 -c 127.0.0.1 -t 1"))
          .contains("receiver");
      // netperf resolves names only on a machine with an address besides the loopback's.
      in("i=$(ls /sys/class/net | grep -v lo | head -n 1); ip address add 192.0.2.9/24 dev $i");
      assertThat(in("netserver; netperf -H 127.0.0.1 -l 1")).contains("Throughput");
    } finally {
      lab.run("guest", "stop", GUEST);
    }
  }

  private String in(String shell) {
    return must("guest", "run", GUEST, "--", "sh", "-c", shell);
  }
}
