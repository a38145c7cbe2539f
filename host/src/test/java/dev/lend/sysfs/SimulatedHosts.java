package dev.lend.sysfs;

/** Ready-made hosts. */
public final class SimulatedHosts {
  private SimulatedHosts() {}

  /**
   * The lab's host: an igb with 7 VFs, an e1000e alone in its group, an rtl8139 and an e1000 that
   * share one behind a PCI bridge, an NVMe disk, a SAS adapter with a disk, USB, sound, an NVMe
   * controller with 4 VFs, and the virtio devices that the host itself lives on. vfio-pci is not
   * loaded.
   */
  public static SimulatedKernel lab() {
    return lab(SimulatedKernel.host()).build();
  }

  /** The lab's host, to which more can be added. */
  public static HostBuilder lab(HostBuilder host) {
    return host.function("0000:00:00.0", 0x060000, 0x8086, 0x29c0)
        .function("0000:00:02.0", 0x010000, 0x1af4, 0x1001)
        .disk("vda", 4096)
        .mount("/")
        .function("0000:00:03.0", 0x020000, 0x1af4, 0x1000)
        .net("enp0s3")
        .address("10.0.2.15/24")
        .defaultRoute("10.0.2.2")
        .rootPort("0000:00:10.0")
        .rootPort("0000:00:11.0")
        .rootPort("0000:00:12.0")
        .rootPort("0000:00:13.0")
        .rootPort("0000:00:14.0")
        .rootPort("0000:00:15.0")
        .rootPort("0000:00:16.0")
        .function("0000:00:1b.0", 0x040300, 0x8086, 0x293e)
        .function("0000:00:1f.0", 0x060100, 0x8086, 0x2918)
        .group(30)
        .function("0000:00:1f.2", 0x010601, 0x8086, 0x2922)
        .group(30)
        .nic("0000:01:00.0", "igb")
        .under("0000:00:10.0")
        .net("enp1s0")
        .up()
        .pf(8, 7, 7)
        .resets("flr pm bus")
        .nic("0000:02:00.0", "e1000e")
        .under("0000:00:11.0")
        .net("enp2s0")
        .resets("pm bus")
        .pciBridge("0000:03:00.0")
        .under("0000:00:12.0")
        .group(31)
        .nic("0000:04:01.0", "8139cp")
        .under("0000:03:00.0")
        .group(31)
        .net("ens1")
        .resets("bus")
        .nic("0000:04:02.0", "e1000")
        .under("0000:03:00.0")
        .group(31)
        .net("ens2")
        .nvme("0000:05:00.0")
        .under("0000:00:13.0")
        .disk("nvme0n1", 64)
        .hba("0000:06:00.0")
        .under("0000:00:14.0")
        .disk("sda", 64)
        .function("0000:07:00.0", 0x0c0330, 0x1b36, 0x000d)
        .under("0000:00:15.0")
        .resets("bus")
        .nvmeWithVfs("0000:08:00.0", 4)
        .under("0000:00:16.0")
        .disk("nvme1n1", 64);
  }
}
