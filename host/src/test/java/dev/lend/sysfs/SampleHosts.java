package dev.lend.sysfs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Hosts that tests of several modules read. */
public final class SampleHosts {
  private static final String PCI_IDS =
      """
      # a comment
      1002  Advanced Micro Devices, Inc. [AMD/ATI]
      \t73bf  Navi 21 [Radeon RX 6800]
      \tab28  Navi 21 HDMI Audio
      144d  Samsung Electronics Co Ltd
      \ta80a  NVMe SSD Controller PM9A1
      1af4  Red Hat, Inc.
      \t1041  Virtio 1.0 network device
      \t1042  Virtio 1.0 block device
      8086  Intel Corporation
      # a comment between a vendor and its devices
      \t10c9  82576 Gigabit Network Connection
      \t\t8086 a03c  Gigabit ET Dual Port Server Adapter
      \t10ca  82576 Virtual Function
      \t1237  440FX - 82441FX PMC [Natoma]
      \t3420  7500/5520/5500/X58 I/O Hub PCI Express Root Port 0
      C 01  Mass storage controller
      \t00  SCSI storage controller
      \t08  Non-Volatile memory controller
      \t\t02  NVM Express
      C 02  Network controller
      \t00  Ethernet controller
      C 03  Display controller
      \t00  VGA compatible controller
      C 04  Multimedia controller
      \t03  Audio device
      C 06  Bridge
      \t00  Host bridge
      \t04  PCI bridge
      """;

  private SampleHosts() {}

  /**
   * A server with everything in it: a card with VFs, one of them in a guest; a graphics card that
   * shares its group with its sound function; the root disk, encrypted and in logical volumes; the
   * default route on a bridge over the second port; two NUMA nodes.
   */
  public static HostTree server(Path root) {
    HostTree host = new HostTree(root).file("usr/share/misc/pci.ids", PCI_IDS);
    host.function("pci0000:00", "0000:00:00.0", "060000", "8086:1237").group(0).node(0);
    String port = "pci0000:00/0000:00:01.0";
    host.function("pci0000:00", "0000:00:01.0", "060400", "8086:3420")
        .driver("pcieport")
        .group(1)
        .node(0);
    HostTree.Device pf =
        host.function(port, "0000:01:00.0", "020000", "8086:10c9")
            .driver("igb")
            .group(12)
            .node(0)
            .sriov(7)
            .net("net", "eth1", "02:00:00:00:01:00", true);
    host.function(port, "0000:01:00.1", "020000", "8086:10c9")
        .driver("igb")
        .group(13)
        .node(0)
        .sriov(7)
        .net("net", "eth0", "02:00:00:00:01:01", true);
    pf.vf(0, vf(host, port, "0000:01:10.0", 20).driver("vfio-pci"));
    pf.vf(
        1,
        vf(host, port, "0000:01:10.2", 21)
            .driver("igbvf")
            .net("net", "eth2", "02:00:00:00:02:01", false));
    pf.vf(2, vf(host, port, "0000:01:10.4", 22));
    graphicsAndStorage(host);
    network(host);
    host.file("proc/4242/comm", "qemu-system-x86")
        .bytes(
            "proc/4242/cmdline",
            "qemu-system-x86_64\0-name\0guest=web1,debug-threads=on\0"
                .getBytes(StandardCharsets.UTF_8))
        .link("proc/4242/fd/3", "/dev/vfio/vfio")
        .link("proc/4242/fd/17", "/dev/vfio/20");
    return host;
  }

  private static HostTree.Device vf(HostTree host, String port, String address, int group) {
    return host.function(port, address, "020000", "8086:10ca").group(group).node(0);
  }

  private static void graphicsAndStorage(HostTree host) {
    host.function("pci0000:80", "0000:80:01.0", "060400", "8086:3420")
        .driver("pcieport")
        .group(30)
        .node(1);
    String port = "pci0000:80/0000:80:01.0";
    host.function(port, "0000:81:00.0", "030000", "1002:73bf").driver("amdgpu").group(31).node(1);
    host.function(port, "0000:81:00.1", "040300", "1002:ab28")
        .driver("snd_hda_intel")
        .group(31)
        .node(1);
    HostTree.Device nvme =
        host.function("pci0000:80", "0000:82:00.0", "010802", "144d:a80a")
            .driver("nvme")
            .group(32)
            .node(1);
    // With multipath the namespace hangs below the subsystem, and the controller has a path to it.
    host.directory(nvme.path() + "/nvme/nvme0/nvme0c0n1")
        .linkTo("sys/class/nvme/nvme0", nvme.path() + "/nvme/nvme0")
        .disk(
            "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1", "nvme0n1", "259:0", 1L << 40)
        .partition("nvme0n1", "nvme0n1p1", "259:1")
        .partition("nvme0n1", "nvme0n1p2", "259:2")
        .mapped("nvme0n1/nvme0n1p2", "dm-0", "luks-1", "253:0")
        .mapped("dm-0", "dm-1", "vg-root", "253:1")
        .mapped("dm-0", "dm-2", "vg-swap", "253:2")
        .file(
            "proc/self/mountinfo",
            """
            21 1 253:1 / / rw,relatime shared:1 - ext4 /dev/mapper/vg-root rw
            22 21 0:20 / /proc rw - proc proc rw
            23 21 259:1 / /boot/efi rw - vfat /dev/nvme0n1p1 rw
            24 21 253:1 /srv/data /var/lib/containers/1 rw - ext4 /dev/mapper/vg-root rw\
            """)
        .file(
            "proc/swaps",
            "Filename\t\t\t\tType\t\tSize\n/dev/mapper/vg-swap                     partition\t8388604");
  }

  private static void network(HostTree host) {
    host.upper("br0", "02:00:00:00:01:01", "eth0")
        .file(
            "proc/net/route",
            """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            br0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
            br0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
            eth1\t0000000A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\
            """)
        .file(
            "proc/net/fib_trie",
            """
            Main:
              +-- 0.0.0.0/0 3 0 5
                 |-- 192.0.2.0
                    /24 link UNICAST
            Local:
              +-- 0.0.0.0/0 2 0 2
                 |-- 192.0.2.2
                    /32 host LOCAL
                 |-- 10.0.0.5
                    /32 host LOCAL
                 |-- 127.0.0.1
                    /32 host LOCAL\
            """)
        .file(
            "proc/net/if_inet6",
            """
            fe800000000000000000000000000001 03 40 20 80     eth1
            20010db8000000000000000000000005 03 40 00 80     eth1\
            """)
        .file(
            "proc/net/ipv6_route",
            """
            00000000000000000000000000000000 00 00000000000000000000000000000000 00 \
            fe800000000000000000000000000001 00000400 00000001 00000000 00000003      br0
            00000000000000000000000000000000 00 00000000000000000000000000000000 00 \
            00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo\
            """);
  }

  /** A virtual machine in a cloud: no IOMMU, virtio, one disk. */
  public static HostTree cloud(Path root) {
    HostTree host = new HostTree(root).file("usr/share/hwdata/pci.ids", PCI_IDS);
    host.function("pci0000:00", "0000:00:00.0", "060000", "8086:1237");
    host.function("pci0000:00", "0000:00:02.0", "010000", "1af4:1042")
        .driver("virtio-pci")
        .disk("virtio1/block", "vda", "254:0", 1L << 34);
    host.function("pci0000:00", "0000:00:03.0", "020000", "1af4:1041")
        .driver("virtio-pci")
        .net("virtio0/net", "eth0", "02:00:00:00:00:03", true);
    return host.file("proc/1/mountinfo", "1 0 254:0 / / rw - ext4 /dev/root rw")
        .file(
            "proc/net/route",
            """
            Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT
            eth0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\
            """);
  }

  /**
   * A damaged capture of a machine with a 32-bit domain: devices half gone, empty and garbled
   * files, links out of the capture, links in a circle, names that a terminal would obey.
   */
  public static HostTree odd(Path root) {
    HostTree host = new HostTree(root).file("usr/share/misc/pci.ids", PCI_IDS);
    host.function("pci0000:00", "0000:00:0e.0", "010400", "8086:9a0b").driver("vmd").group(1);
    String vmd = "pci0000:00/0000:00:0e.0/pci10000:e0";
    host.function(vmd, "10000:e0:06.0", "060400", "8086:3420").group(1);
    host.function(vmd + "/10000:e0:06.0", "10000:e1:00.0", "010802", "144d:a80a")
        .driver("nvme")
        .group(1);
    host.link("sys/bus/pci/devices/0000:02:00.0", "../../../devices/pci0000:00/0000:02:00.0");
    HostTree.Device empty = host.function("pci0000:00", "0000:03:00.0", "020000", "8086:10c9");
    host.bytes(empty.path() + "/uevent", new byte[0]);
    HostTree.Device garbled = host.function("pci0000:00", "0000:04:00.0", "020000", "8086:10c9");
    host.bytes(garbled.path() + "/uevent", new byte[] {(byte) 0xff, 0, 'P', '=', ':', '\n', 0x1b});
    host.function("pci0000:00", "0000:05:00.0", "020000", "8086:10c9").driver("evil\u001b[2J");
    host.link("sys/bus/pci/devices/0000:06:00.0", "../../../../../../../../../../etc");
    host.link("sys/bus/pci/devices/0000:07:00.0", "0000:08:00.0");
    host.link("sys/bus/pci/devices/0000:08:00.0", "0000:07:00.0");
    host.file("sys/bus/pci/devices/not-an-address", "");
    return host;
  }
}
