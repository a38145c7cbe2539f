package dev.lend.sysfs;

/** Hosts as a capture holds them, for what only reads: from the processor to QEMU. */
public final class CapturedHosts {
  private static final String NORMAL_MSI = " 24:  0  PCI-MSI 0-edge nvme0q0";
  private static final String REMAPPED_MSI = " 24:  0  IR-PCI-MSI-0000:01:00.0 0-edge nvme0q0";

  private CapturedHosts() {}

  /**
   * An Intel server that is ready: a network card with 2 of 7 VFs below a port with ACS, two old
   * cards behind a bridge to conventional PCI, and an NVMe disk below a port without ACS.
   */
  public static MapKernel intelReady() {
    MapKernel host = software(intel());
    host.file("proc/interrupts", "            CPU0\n" + REMAPPED_MSI);
    host.file("proc/cmdline", "BOOT_IMAGE=/vmlinuz root=UUID=1 ro quiet intel_iommu=on iommu=pt");
    host.file("sys/class/iommu/dmar0/intel-iommu/ecap", "f020de");
    host.file("sys/class/iommu/dmar0/intel-iommu/cap", "8d2078c106f0466");
    host.file("sys/module/kvm_intel/parameters/enable_apicv", "Y");
    host.directory("sys/module/vhost_net");
    host.directory("sys/bus/pci/drivers/vfio-pci");
    host.directory("sys/module/vfio_iommu_type1/parameters");
    host.file("sys/module/vfio_iommu_type1/parameters/allow_unsafe_interrupts", "N");
    devices(host, true);
    return host;
  }

  /** The same server with the word for the kernel forgotten. */
  public static MapKernel intelForgotten() {
    MapKernel host = software(intel());
    host.file("proc/interrupts", "            CPU0\n" + NORMAL_MSI);
    host.file("proc/cmdline", "BOOT_IMAGE=/vmlinuz root=UUID=1 ro quiet");
    host.directory("sys/class/iommu");
    host.directory("sys/kernel/iommu_groups");
    module(host, "6.12.0-1-amd64");
    devices(host, false);
    return host;
  }

  /** An AMD desktop that is ready without a word, and nobody has installed libvirt. */
  public static MapKernel amdReady() {
    MapKernel host = new MapKernel();
    host.file("proc/cpuinfo", "vendor_id\t: AuthenticAMD\nflags\t\t: fpu svm npt flushbyasid\n");
    kvm(host, "kvm_amd", "6.17.1-arch1-1");
    host.file("etc/os-release", "ID=arch");
    host.directory("boot/loader/entries");
    host.file("sys/firmware/acpi/tables/IVRS", "");
    host.directory("sys/class/iommu/ivhd0");
    host.file("proc/interrupts", "            CPU0\n" + REMAPPED_MSI);
    host.file("proc/cmdline", "quiet");
    host.file("usr/bin/qemu-system-x86_64", "");
    host.directory("var/lib/pacman/local/qemu-system-x86-10.1.0-1");
    host.file("proc/self/limits", "Max locked memory   unlimited  unlimited  bytes");
    module(host, "6.17.1-arch1-1");
    new Functions(host)
        .group(14)
        .add("pci0000:00/", "0000:00:03.0", "0x060400", "0x1022:0x1453", "pcieport", root(0, 0))
        .add(
            "pci0000:00/0000:00:03.0/",
            "0000:0a:00.0",
            "0x030000",
            "0x10de:0x1b80",
            "",
            new byte[64])
        .add(
            "pci0000:00/0000:00:03.0/",
            "0000:0a:00.1",
            "0x040300",
            "0x10de:0x10f0",
            "",
            new byte[64])
        .group(15)
        .add("pci0000:00/", "0000:00:14.0", "0x0c0330", "0x1022:0x43ee", "xhci_hcd", new byte[64]);
    String card = "sys/devices/pci0000:00/0000:00:03.0/0000:0a:00.0/";
    host.file(card + "boot_vga", "1");
    host.file(
        card + "resource",
        "0x00000000f6000000 0x00000000f6ffffff 0x0000000000040200\n"
            + "0x0000000000000000 0x00000003ffffffff 0x000000000014220c");
    return host;
  }

  /** A cloud instance: a virtual machine with no IOMMU and no nested virtualization. */
  public static MapKernel virtualMachine() {
    MapKernel host = new MapKernel();
    host.file("proc/cpuinfo", "vendor_id\t: GenuineIntel\nflags\t\t: fpu sse2 hypervisor\n");
    host.file("proc/sys/kernel/osrelease", "6.8.0-41-generic");
    host.file("etc/os-release", "ID=ubuntu\nID_LIKE=debian");
    host.file("sys/firmware/acpi/tables/FACP", "");
    host.directory("sys/class/iommu");
    host.directory("sys/kernel/iommu_groups");
    host.file("proc/interrupts", "            CPU0\n" + NORMAL_MSI);
    host.file("proc/cmdline", "ro console=ttyS0");
    host.file("proc/self/limits", "Max locked memory   8388608  8388608  bytes");
    host.directory("lib/modules/6.8.0-41-generic");
    new Functions(host)
        .add(
            "pci0000:00/", "0000:00:03.0", "0x020000", "0x1af4:0x1000", "virtio-pci", new byte[64]);
    return host;
  }

  /** An ARM server with an SMMU. */
  public static MapKernel arm() {
    MapKernel host = new MapKernel();
    host.file("proc/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nFeatures\t: fp asimd\n");
    host.directory("sys/class/misc/kvm").file("dev/kvm", "");
    host.file("proc/sys/kernel/osrelease", "6.12.0-1-arm64");
    host.file("etc/os-release", "ID=fedora");
    host.file("sys/firmware/acpi/tables/IORT", "");
    host.directory("sys/class/iommu/smmu3.0x0000000040000000");
    host.file("proc/cmdline", "quiet");
    host.file("usr/bin/qemu-system-aarch64", "");
    host.file("proc/self/limits", "Max locked memory   unlimited  unlimited  bytes");
    host.file(
        "lib/modules/6.12.0-1-arm64/modules.builtin",
        "kernel/drivers/vfio/vfio_iommu_type1.ko\n" + "kernel/drivers/vfio/pci/vfio-pci.ko");
    new Functions(host)
        .group(3)
        .add("pci0000:00/", "0000:00:01.0", "0x020000", "0x15b3:0x1017", "mlx5_core", new byte[64]);
    return host;
  }

  private static MapKernel intel() {
    MapKernel host = new MapKernel();
    host.file(
        "proc/cpuinfo",
        "vendor_id\t: GenuineIntel\nflags\t\t: fpu vmx x2apic\nvmx flags\t: vnmi ept vpid\n\n"
            + "vendor_id\t: GenuineIntel\nflags\t\t: fpu\n");
    kvm(host, "kvm_intel", "6.12.0-1-amd64");
    host.file("etc/os-release", "PRETTY_NAME=\"Debian GNU/Linux 13\"\nID=debian");
    host.file("etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet\"");
    host.file("sys/firmware/acpi/tables/DMAR", "");
    return host;
  }

  private static void kvm(MapKernel host, String module, String release) {
    host.directory("sys/class/misc/kvm").directory("sys/module/" + module).file("dev/kvm", "");
    host.file("sys/module/" + module + "/parameters/nested", "Y");
    host.file("proc/sys/kernel/osrelease", release);
  }

  private static MapKernel software(MapKernel host) {
    host.file("usr/bin/qemu-system-x86_64", "");
    host.file(
        "var/lib/dpkg/status",
        "Package: secret-tool\nVersion: 6.6.6\n\nPackage: qemu-system-x86\nStatus: install ok"
            + " installed\nVersion: 1:10.0.3+ds-0+deb13u1\n");
    host.link("usr/lib/x86_64-linux-gnu/libvirt.so.0", "libvirt.so.0.11003.0");
    host.file("usr/lib/x86_64-linux-gnu/libvirt.so.0.11003.0", "");
    host.file("run/libvirt/libvirt-sock", "");
    host.file("sys/kernel/security/lockdown", "[none] integrity confidentiality");
    host.file("proc/self/limits", "Max locked memory   8388608  8388608  bytes");
    return host;
  }

  private static void module(MapKernel host, String release) {
    host.file("lib/modules/" + release + "/kernel/drivers/vfio/pci/vfio-pci.ko.xz", "");
    host.file("lib/modules/" + release + "/kernel/drivers/vfio/vfio_iommu_type1.ko.xz", "");
    host.file("lib/modules/" + release + "/kernel/drivers/vhost/vhost_net.ko.xz", "");
  }

  private static byte[] root(int capable, int enabled) {
    ConfigBytes bytes = new ConfigBytes(4096).type(1).capability(0x10, 0x0042);
    if (capable == 0) {
      return bytes.bytes();
    }
    byte[] port = bytes.extended(ConfigSpace.EXT_ACS, capable, enabled).bytes();
    // ARI forwarding: it can, and does.
    port[0x40 + 0x24] |= 0x20;
    port[0x40 + 0x28] |= 0x20;
    return port;
  }

  private static void devices(MapKernel host, boolean groups) {
    byte[] card =
        new ConfigBytes(4096)
            .capability(0x05, 0x0000)
            .capability(0x11, 0x8009)
            .capability(0x10, 0x0002)
            .extended(ConfigSpace.EXT_SERIAL, 0xccdd, 0xffaa, 0x99ff, 0xa036)
            .bytes();
    byte[] pfCard =
        new ConfigBytes(4096)
            .capability(0x05, 0x0000)
            .capability(0x11, 0x8009)
            .capability(0x10, 0x0002)
            .extended(ConfigSpace.EXT_SERIAL, 0xccdd, 0xffaa, 0x99ff, 0xa036)
            .extended(ConfigSpace.EXT_ARI)
            .extended(ConfigSpace.EXT_SRIOV, 0, 0, 0, 0, 8, 8, 2, 0, 128, 2, 0, 0x10ca)
            .bytes();
    byte[] toPci = new ConfigBytes(4096).type(1).capability(0x10, 0x0072).bytes();
    String port = "pci0000:00/0000:00:01.0/";
    String old = "pci0000:00/0000:00:02.0/0000:02:00.0/";
    Functions f = new Functions(host);
    f.on(groups, 1)
        .add(
            "pci0000:00/",
            "0000:00:01.0",
            "0x060400",
            "0x8086:0x2f02",
            "pcieport",
            root(0x1f, 0x1d));
    f.on(groups, 2).add(port, "0000:01:00.0", "0x020000", "0x8086:0x10c9", "igb", pfCard);
    f.on(groups, 3).add(port, "0000:01:10.0", "0x020000", "0x8086:0x10ca", "igbvf", card);
    f.on(groups, 4).add(port, "0000:01:10.2", "0x020000", "0x8086:0x10ca", "", card);
    f.on(groups, 5)
        .add(
            "pci0000:00/",
            "0000:00:02.0",
            "0x060400",
            "0x8086:0x2f04",
            "pcieport",
            root(0x1f, 0x1d));
    f.on(groups, 6)
        .add("pci0000:00/0000:00:02.0/", "0000:02:00.0", "0x060400", "0x104c:0x8240", "", toPci)
        .add(old, "0000:03:01.0", "0x020000", "0x10ec:0x8139", "8139cp", new byte[256])
        .add(old, "0000:03:02.0", "0x020000", "0x8086:0x100e", "e1000", new byte[256]);
    f.on(groups, 7)
        .add("pci0000:00/", "0000:00:03.0", "0x060400", "0x8086:0x2f08", "pcieport", root(0, 0))
        .add("pci0000:00/0000:00:03.0/", "0000:04:00.0", "0x010802", "0x144d:0xa808", "nvme", card);
    String pf = "sys/devices/" + port + "0000:01:00.0/";
    host.file(pf + "sriov_totalvfs", "7").file(pf + "sriov_numvfs", "2");
    host.file(pf + "sriov_offset", "128").file(pf + "sriov_stride", "2");
    host.file("sys/devices/" + port + "secondary_bus_number", "1");
    host.file("sys/devices/" + port + "subordinate_bus_number", "1");
    host.link(pf + "virtfn0", "../0000:01:10.0").link(pf + "virtfn1", "../0000:01:10.2");
    for (String vf : java.util.List.of("0000:01:10.0", "0000:01:10.2")) {
      host.link("sys/devices/" + port + vf + "/physfn", "../0000:01:00.0");
    }
    host.file(pf + "reset_method", "flr bus").file(pf + "revision", "0x01");
    host.file(pf + "power_state", "D0").file(pf + "driver_override", "(null)");
    host.file(pf + "vpd", "secret");
    host.file("sys/devices/" + port + "0000:01:10.2/reset_method", "flr");
    for (String function :
        java.util.List.of("0000:01:00.0", "0000:01:10.0", "0000:01:10.2", "0000:04:00.0")) {
      String at =
          "sys/devices/"
              + (function.startsWith("0000:04") ? "pci0000:00/0000:00:03.0/" : port)
              + function
              + "/";
      host.file(at + "current_link_speed", "2.5 GT/s PCIe").file(at + "current_link_width", "4");
      host.file(at + "max_link_speed", "5.0 GT/s PCIe").file(at + "max_link_width", "4");
    }
    host.directory(pf + "msi_irqs/30").directory(pf + "msi_irqs/31");
    host.file(
        pf + "resource",
        """
        0x00000000fe800000 0x00000000fe81ffff 0x0000000000040200
        0x0000000000000000 0x0000000000000000 0x0000000000000000
        0x000000000000c000 0x000000000000c01f 0x0000000000040101
        0x00000000fe840000 0x00000000fe843fff 0x000000000014220c
        0x0000000000000000 0x0000000000000000 0x0000000000000000
        0x0000000000000000 0x0000000000000000 0x0000000000000000
        0x00000000fe880000 0x00000000fe8fffff 0x000000000004e200
        0x00000000fea00000 0x00000000fea1bfff 0x000000000014220c
        0x0000000000000000 0x0000000000000000 0x0000000000000000
        0x0000000000000000 0x0000000000000000 0x0000000000000000
        0x00000000fea20000 0x00000000fea3bfff 0x000000000014220c\
        """);
    String net = pf + "net/eth1";
    host.file(net + "/address", "a0:36:9f:12:34:56").file(net + "/flags", "0x1003");
    host.file(net + "/operstate", "up").link(net + "/device", "../../../0000:01:00.0");
    host.link("sys/class/net/eth1", "../../devices/" + port + "0000:01:00.0/net/eth1");
    host.file(
        "proc/net/if_inet6",
        "fe80000000000000a2369ffffe123456 03 40 20 80     eth1\n"
            + "20010db800000001a2369ffffe123456 03 40 00 80     eth1");
    if (groups) {
      host.directory("sys/class/iommu/dmar0");
      host.file(
          "sys/kernel/iommu_groups/4/reserved_regions",
          "0x00000000fee00000 0x00000000feefffff msi");
      host.file(
          "sys/kernel/iommu_groups/7/reserved_regions",
          "0x000000007b800000 0x000000007bffffff direct\n"
              + "0x00000000fee00000 0x00000000feefffff msi");
    }
  }

  /** Adds functions, one after the other. */
  private static final class Functions {
    private final MapKernel host;
    private int group = -1;

    Functions(MapKernel host) {
      this.host = host;
    }

    Functions group(int number) {
      group = number;
      return this;
    }

    Functions on(boolean groups, int number) {
      return group(groups ? number : -1);
    }

    Functions add(
        String parent, String address, String pciClass, String id, String driver, byte[] config) {
      String directory = "sys/devices/" + parent + address;
      String[] ids = id.split(":");
      host.file(directory + "/class", pciClass).file(directory + "/config", config);
      host.file(directory + "/vendor", ids[0]).file(directory + "/device", ids[1]);
      host.file(directory + "/subsystem_vendor", "0x1af4");
      host.file(directory + "/subsystem_device", "0x1100");
      host.link("sys/bus/pci/devices/" + address, "../../../devices/" + parent + address);
      String up = "../".repeat(parent.split("/").length + 2);
      if (!driver.isEmpty()) {
        host.directory("sys/bus/pci/drivers/" + driver);
        host.link(directory + "/driver", up + "bus/pci/drivers/" + driver);
      }
      if (pciClass.startsWith("0x0604") && config.length == 4096) {
        host.file(directory + "/current_link_speed", "8.0 GT/s PCIe");
      }
      if (group >= 0) {
        host.link(directory + "/iommu_group", up + "kernel/iommu_groups/" + group);
        host.link(
            "sys/kernel/iommu_groups/" + group + "/devices/" + address,
            "../../../../devices/" + parent + address);
      }
      return this;
    }
  }
}
