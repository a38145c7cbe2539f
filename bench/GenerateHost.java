import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Writes the sysfs of a made-up KVM host with a given number of PCI functions: network cards with
 * SR-IOV, NVMe disks, graphics cards, bridges, IOMMU groups. The same count and seed give the same
 * host. Files of equal content are one file with several names, since a real sysfs takes no space
 * either.
 */
final class GenerateHost {
  /** Root ports of one domain; eight to a slot, as multi-function root ports are. */
  private static final int PORTS = 64;

  /** ext4 allows 65,000 names for one file. */
  private static final int MOST_NAMES = 60_000;

  /** A kind of function. */
  private record Kind(int vendor, int device, int pciClass, String driver) {
    boolean bridge() {
      return pciClass >> 8 == 0x0604;
    }
  }

  private static final Kind HOST_BRIDGE = new Kind(0x8086, 0x09a2, 0x060000, "");
  private static final Kind ISA_BRIDGE = new Kind(0x8086, 0x1b81, 0x060100, "");
  private static final Kind SATA = new Kind(0x8086, 0x1bd2, 0x010601, "ahci");
  private static final Kind USB = new Kind(0x8086, 0x1bcd, 0x0c0330, "xhci_hcd");
  private static final Kind ROOT_PORT = new Kind(0x8086, 0x352a, 0x060400, "pcieport");
  private static final Kind OLD_BRIDGE = new Kind(0x10b5, 0x8112, 0x060400, "");
  private static final Kind OLD_NIC = new Kind(0x10ec, 0x8139, 0x020000, "8139cp");
  private static final Kind NVME = new Kind(0x144d, 0xa824, 0x010802, "nvme");
  private static final Kind GRAPHICS = new Kind(0x10de, 0x20f1, 0x030200, "vfio-pci");
  private static final Kind SOUND = new Kind(0x10de, 0x1aef, 0x040300, "vfio-pci");
  private static final Kind PF = new Kind(0x8086, 0x1592, 0x020000, "ice");
  private static final Kind VF_HOST = new Kind(0x8086, 0x1889, 0x020000, "iavf");
  private static final Kind VF_LENT = new Kind(0x8086, 0x1889, 0x020000, "vfio-pci");
  private static final Kind VF_IDLE = new Kind(0x8086, 0x1889, 0x020000, "");

  private final Path root;
  private final int wanted;
  private final Random random;
  private final Map<String, Path> pool = new HashMap<>();
  private final Map<String, Integer> names = new HashMap<>();
  private final Set<String> drivers = new HashSet<>();
  private int made;
  private int groups;
  private int nets;

  private GenerateHost(Path root, int wanted, long seed) {
    this.root = root;
    this.wanted = wanted;
    this.random = new Random(seed);
  }

  /** Arguments: directory, number of functions, seed. */
  public static void main(String[] args) throws IOException {
    new GenerateHost(Path.of(args[0]), Integer.parseInt(args[1]), Long.parseLong(args[2])).write();
  }

  private void write() throws IOException {
    for (String directory :
        List.of("sys/bus/pci/devices", "sys/bus/pci/drivers", "sys/kernel/iommu_groups",
            "sys/class/net", "sys/block", "proc/net", "proc/self")) {
      Files.createDirectories(root.resolve(directory));
    }
    Files.writeString(root.resolve("sys/bus/pci/drivers_probe"), "");
    for (int node = 0; node < (wanted > 1_000 ? 2 : 1); node++) {
      Files.createDirectories(root.resolve("sys/devices/system/node/node" + node));
    }
    for (int domain = 0; made < wanted; domain++) {
      domain(domain);
    }
    Files.writeString(
        root.resolve("proc/net/route"),
        "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
            + (nets == 0 ? "" : "ens0\t00000000\t0100000A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"));
  }

  private void domain(int domain) throws IOException {
    String complex = String.format("sys/devices/pci%04x:00", domain);
    function(complex, domain, 0, 0x00, HOST_BRIDGE, newGroup());
    int chipset = newGroup();
    function(complex, domain, 0, 0xf8, ISA_BRIDGE, chipset);
    function(complex, domain, 0, 0xfa, SATA, chipset);
    function(complex, domain, 0, 0xa0, USB, newGroup());
    for (int port = 0; port < PORTS && made < wanted; port++) {
      int bus = port + 1;
      int devfn = 8 + port;
      String above = function(complex, domain, 0, devfn, ROOT_PORT, newGroup());
      if (made < wanted) {
        card(above, domain, bus, port);
      }
    }
  }

  private void card(String above, int domain, int bus, int port) throws IOException {
    int left = wanted - made;
    int choice = port == 0 || left > 500 && port % 8 != 7 ? 0 : random.nextInt(6);
    switch (choice) {
      case 0, 1 -> network(above, domain, bus, Math.min(left - 1, wanted < 100 ? 3 : 126));
      case 2, 3 -> function(above, domain, bus, 0, NVME, newGroup());
      case 4 -> {
        int group = newGroup();
        function(above, domain, bus, 0, GRAPHICS, group);
        function(above, domain, bus, 1, SOUND, group);
      }
      default -> {
        int group = newGroup();
        String bridge = function(above, domain, bus, 0, OLD_BRIDGE, group);
        function(bridge, domain, bus + 128, 8, OLD_NIC, group);
        function(bridge, domain, bus + 128, 16, OLD_NIC, group);
      }
    }
  }

  /** A port of a network card and its VFs, most of them lent. */
  private void network(String above, int domain, int bus, int vfs) throws IOException {
    String pf = function(above, domain, bus, 0, PF, newGroup());
    Path directory = root.resolve(pf);
    share(directory.resolve("sriov_totalvfs"), "128\n");
    share(directory.resolve("sriov_numvfs"), Math.max(vfs, 0) + "\n");
    share(directory.resolve("sriov_drivers_autoprobe"), "0\n");
    net(pf);
    for (int vf = 0; vf < vfs && made < wanted; vf++) {
      Kind kind = vf % 8 == 7 ? VF_IDLE : vf % 8 == 6 ? VF_HOST : VF_LENT;
      String made = function(above, domain, bus, 0x10 + vf, kind, newGroup());
      Path target = root.resolve(made);
      Files.createSymbolicLink(
          directory.resolve("virtfn" + vf), Path.of("..", target.getFileName().toString()));
      Files.createSymbolicLink(
          target.resolve("physfn"), Path.of("..", directory.getFileName().toString()));
    }
  }

  private void net(String function) throws IOException {
    String name = "ens" + nets++;
    Path directory = Files.createDirectories(root.resolve(function + "/net/" + name));
    int n = nets;
    Files.writeString(
        directory.resolve("address"), String.format("02:00:00:00:%02x:%02x\n", n >> 8, n & 0xff));
    share(directory.resolve("flags"), "0x1003\n");
    share(directory.resolve("operstate"), "up\n");
    Files.writeString(directory.resolve("ifindex"), nets + 1 + "\n");
    Files.createSymbolicLink(directory.resolve("device"), Path.of("../.."));
    Path link = root.resolve("sys/class/net/" + name);
    Files.createSymbolicLink(link, link.getParent().relativize(directory));
  }

  private int newGroup() throws IOException {
    Path directory = root.resolve("sys/kernel/iommu_groups/" + groups);
    Files.createDirectories(directory.resolve("devices"));
    share(directory.resolve("type"), "DMA-FQ\n");
    share(directory.resolve("reserved_regions"), "0x00000000fee00000 0x00000000feefffff msi\n");
    return groups++;
  }

  /** Writes one function below {@code above} and returns its directory. */
  private String function(String above, int domain, int bus, int devfn, Kind kind, int group)
      throws IOException {
    String address = String.format("%04x:%02x:%02x.%x", domain, bus, devfn >> 3, devfn & 7);
    String place = above + "/" + address;
    Path directory = Files.createDirectories(root.resolve(place));
    int subVendor = kind.bridge() ? 0 : kind.vendor();
    String alias =
        String.format(
            "pci:v%08Xd%08Xsv%08Xsd%08Xbc%02Xsc%02Xi%02X",
            kind.vendor(), kind.device(), subVendor, 0, kind.pciClass() >> 16,
            kind.pciClass() >> 8 & 0xff, kind.pciClass() & 0xff);
    Files.writeString(
        directory.resolve("uevent"),
        (kind.driver().isEmpty() ? "" : "DRIVER=" + kind.driver() + "\n")
            + String.format(
                "PCI_CLASS=%X\nPCI_ID=%04X:%04X\nPCI_SUBSYS_ID=%04X:0000\nPCI_SLOT_NAME=%s\n",
                kind.pciClass(), kind.vendor(), kind.device(), subVendor, address)
            + "MODALIAS=" + alias + "\n");
    share(directory.resolve("class"), String.format("0x%06x\n", kind.pciClass()));
    share(directory.resolve("vendor"), String.format("0x%04x\n", kind.vendor()));
    share(directory.resolve("device"), String.format("0x%04x\n", kind.device()));
    share(directory.resolve("subsystem_vendor"), String.format("0x%04x\n", subVendor));
    share(directory.resolve("subsystem_device"), "0x0000\n");
    share(directory.resolve("revision"), "0x02\n");
    share(directory.resolve("irq"), "0\n");
    share(directory.resolve("numa_node"), wanted > 1_000 ? domain % 2 + "\n" : "-1\n");
    share(directory.resolve("modalias"), alias + "\n");
    share(directory.resolve("driver_override"), kind == VF_LENT ? "vfio-pci\n" : "(null)\n");
    share(directory.resolve("resource"), resources(kind));
    config(directory.resolve("config"), kind, bus);
    if (!kind.bridge()) {
      share(directory.resolve("reset_method"), "flr bus\n");
    }
    Path here = root.resolve("sys/bus/pci/devices/" + address);
    Files.createSymbolicLink(here, here.getParent().relativize(directory));
    driver(directory, address, kind.driver());
    Path groupDirectory = root.resolve("sys/kernel/iommu_groups/" + group);
    Files.createSymbolicLink(
        directory.resolve("iommu_group"), directory.relativize(groupDirectory));
    Path member = groupDirectory.resolve("devices/" + address);
    Files.createSymbolicLink(member, member.getParent().relativize(directory));
    made++;
    return place;
  }

  private void driver(Path directory, String address, String name) throws IOException {
    if (name.isEmpty()) {
      return;
    }
    Path driver = root.resolve("sys/bus/pci/drivers/" + name);
    if (drivers.add(name)) {
      Files.createDirectories(driver);
      Files.createDirectories(root.resolve("sys/module/" + name));
      Files.createSymbolicLink(driver.resolve("module"), Path.of("../../../../module", name));
    }
    Files.createSymbolicLink(directory.resolve("driver"), directory.relativize(driver));
    Files.createSymbolicLink(driver.resolve(address), driver.relativize(directory));
  }

  private static String resources(Kind kind) {
    String empty = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
    String first =
        kind.bridge() ? empty : "0x00000000fe000000 0x00000000fe01ffff 0x0000000000040200\n";
    return first + empty.repeat(12);
  }

  /** The standard header of configuration space (PCI Local Bus Specification 3.0, section 6.1). */
  private void config(Path file, Kind kind, int bus) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    header.putShort(0x00, (short) kind.vendor()).putShort(0x02, (short) kind.device());
    header.putShort(0x04, (short) 0x0406).putShort(0x06, (short) 0);
    header.putInt(0x08, kind.pciClass() << 8 | 0x02);
    if (kind.bridge()) {
      header.put(0x0e, (byte) 1).put(0x18, (byte) bus).put(0x19, (byte) (bus + 1));
      header.put(0x1a, (byte) (bus + 1));
    } else {
      header.putInt(0x10, 0xfe000004).putShort(0x2c, (short) kind.vendor());
    }
    share(file, header.array());
  }

  private void share(Path file, String text) throws IOException {
    share(file, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** Gives a file of that content one more name. */
  private void share(Path file, byte[] content) throws IOException {
    String key = new String(content, StandardCharsets.ISO_8859_1);
    int count = names.merge(key, 1, Integer::sum);
    if (count % MOST_NAMES == 1) {
      Files.write(file, content);
      pool.put(key, file);
    } else {
      Files.createLink(file, pool.get(key));
    }
  }
}
