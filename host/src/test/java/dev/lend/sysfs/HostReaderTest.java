package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Binding;
import dev.lend.model.BlockDevice;
import dev.lend.model.BlockDevice.Layer;
import dev.lend.model.BlockDevice.Mounted;
import dev.lend.model.BlockDevice.Swap;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import dev.lend.model.SriovRole;
import dev.lend.model.VfioHolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostReaderTest {
  @TempDir Path root;

  private static PciAddress at(String text) {
    return PciAddress.parse(text).orElseThrow();
  }

  private static HostSnapshot read(HostTree host) {
    return new HostReader(new FileKernel(host.root())).read(Scope.uses());
  }

  private static PciFunction function(HostSnapshot host, String address) {
    return host.function(at(address)).orElseThrow();
  }

  private static List<BlockDevice.What> uses(BlockDevice disk) {
    return disk.uses().stream().map(BlockDevice.Use::what).toList();
  }

  private BlockDevice disk(HostTree host, String name) {
    return read(host).disks().stream().filter(d -> d.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void readsAFunctionFromItsUevent() {
    PciFunction function = function(read(SampleHosts.server(root)), "01:00.0");
    assertThat(function.pciClass().code()).isEqualTo(0x020000);
    assertThat(function.id()).isEqualTo(new PciId(0x8086, 0x10c9));
    assertThat(function.driver()).contains("igb");
    assertThat(function.group()).isEqualTo(Fact.known(12));
    assertThat(function.numaNode()).isEqualTo(Fact.known(0));
  }

  @Test
  void numbersVfsByTheirLinksAndNotByTheirAddresses() {
    HostTree host = new HostTree(root);
    HostTree.Device pf =
        host.function("pci0000:00", "0000:01:00.0", "020000", "8086:10c9").sriov(4);
    // Before the PF in the order of addresses, and against the order of numbers.
    pf.vf(1, host.function("pci0000:00", "0000:00:10.0", "020000", "8086:10ca"));
    pf.vf(0, host.function("pci0000:00", "0000:02:00.0", "020000", "8086:10ca"));
    HostSnapshot snapshot = read(host);
    assertThat(function(snapshot, "01:00.0").sriov())
        .isEqualTo(new SriovRole.Physical(4, List.of(at("02:00.0"), at("00:10.0"))));
    assertThat(function(snapshot, "00:10.0").sriov())
        .isEqualTo(new SriovRole.Virtual(at("01:00.0"), 1));
    assertThat(function(snapshot, "02:00.0").sriov())
        .isEqualTo(new SriovRole.Virtual(at("01:00.0"), 0));
  }

  @Test
  void leavesNodesOutWhereThereIsOneOnly() {
    HostTree host = new HostTree(root);
    host.function("pci0000:00", "0000:00:01.0", "020000", "8086:10c9").node(0);
    assertThat(function(read(host), "00:01.0").numaNode()).isEqualTo(Fact.absent());
  }

  @Test
  void takesFilesOneByOneWhereUeventSaysNothing() {
    HostSnapshot host = read(SampleHosts.odd(root));
    assertThat(function(host, "03:00.0").id()).isEqualTo(new PciId(0x8086, 0x10c9));
    assertThat(function(host, "04:00.0").id()).isEqualTo(new PciId(0x8086, 0x10c9));
  }

  @Test
  void leavesOutDevicesThatAreGoneOrLeadAstray() {
    HostSnapshot host = read(SampleHosts.odd(root));
    assertThat(host.functions().keySet().stream().map(PciAddress::toString))
        .containsExactly(
            "0000:00:0e.0",
            "0000:03:00.0",
            "0000:04:00.0",
            "0000:05:00.0",
            "10000:e0:06.0",
            "10000:e1:00.0");
  }

  @Test
  void readsAHostWithoutPci() {
    HostTree host = new HostTree(root);
    assertThat(read(host).functions()).isEmpty();
    assertThat(new HostReader(new FileKernel(root.resolve("sys"))).read(Scope.uses()).functions())
        .isEmpty();
  }

  @Test
  void saysThatThereIsNoGroupWithoutAnIommu() {
    HostSnapshot host = read(SampleHosts.cloud(root));
    assertThat(function(host, "00:03.0").group()).isEqualTo(Fact.absent());
  }

  @Test
  void findsTheGroupOfACaptureThatHasLinksOnly() {
    HostTree host = new HostTree(root);
    String path = host.function("pci0000:00", "0000:00:01.0", "020000", "8086:10c9").path();
    host.link(path + "/iommu_group", "../../../kernel/iommu_groups/7");
    assertThat(function(read(host), "00:01.0").group()).isEqualTo(Fact.known(7));
  }

  @Test
  void findsTheFunctionBehindAVirtioInterface() {
    NetInterface net = read(SampleHosts.cloud(root)).net("eth0").orElseThrow();
    assertThat(net.function()).contains(at("00:03.0"));
    assertThat(net.up()).isTrue();
    assertThat(net.defaultRoute()).isTrue();
  }

  @Test
  void givesAddressesToTheInterfaceWhosePrefixCoversThem() {
    HostSnapshot host = read(SampleHosts.server(root));
    assertThat(host.net("eth1").orElseThrow().addresses())
        .containsExactly("10.0.0.5/16", "2001:db8::5/64");
    assertThat(host.net("br0").orElseThrow().addresses()).containsExactly("192.0.2.2/24");
    assertThat(host.net("eth0").orElseThrow().addresses()).isEmpty();
  }

  @Test
  void followsABridgeAboveAnInterface() {
    HostSnapshot host = read(SampleHosts.server(root));
    assertThat(host.net("eth0").orElseThrow().uppers()).containsExactly("br0");
    assertThat(host.net("br0").orElseThrow().defaultRoute()).isTrue();
    assertThat(host.net("br0").orElseThrow().function()).isEmpty();
  }

  @Test
  void takesNoRejectedRouteForADefaultRoute() {
    HostTree host = SampleHosts.cloud(root);
    host.file(
        "proc/net/route", "Iface\neth0\t00000000\t00000000\t0201\t0\t0\t0\t00000000\t0\t0\t0");
    assertThat(read(host).net("eth0").orElseThrow().defaultRoute()).isFalse();
  }

  @Test
  void readsRoutesOfABigEndianMachine() {
    HostTree host = SampleHosts.cloud(root);
    host.file(
        "proc/net/route", "Iface\neth0\tC0000200\t00000000\t0001\t0\t0\t0\tFFFFFF00\t0\t0\t0");
    host.file("proc/net/fib_trie", "Local:\n   |-- 192.0.2.9\n      /32 host LOCAL");
    assertThat(read(host).net("eth0").orElseThrow().addresses()).containsExactly("192.0.2.9/24");
  }

  @Test
  void followsAMultipathNamespaceThroughEncryptionAndVolumesToItsMounts() {
    BlockDevice disk = disk(SampleHosts.server(root), "nvme0n1");
    assertThat(disk.function()).contains(at("82:00.0"));
    assertThat(disk.bytes()).isEqualTo(1L << 40);
    assertThat(disk.uses())
        .containsExactly(
            new BlockDevice.Use(List.of("nvme0n1p1"), new Mounted("/boot/efi")),
            new BlockDevice.Use(List.of("nvme0n1p2", "dm-0", "dm-1"), new Mounted("/")),
            new BlockDevice.Use(List.of("nvme0n1p2", "dm-0", "dm-2"), new Swap()));
  }

  @Test
  void namesALayerThatNothingIsMountedOn() {
    HostTree host = SampleHosts.cloud(root).mapped("vda", "dm-0", "crypt", "253:0");
    host.file("proc/1/mountinfo", "");
    assertThat(uses(disk(host, "vda"))).containsExactly(new Layer("crypt"));
  }

  @Test
  void endsInACircleOfLayers() {
    HostTree host = SampleHosts.cloud(root).mapped("vda", "dm-0", "a", "253:0");
    host.mapped("dm-0", "dm-1", "b", "253:1");
    host.linkTo("sys/block/dm-1/holders/dm-0", "sys/devices/virtual/block/dm-0");
    assertThat(uses(disk(host, "vda"))).contains(new Mounted("/"));
  }

  @Test
  void findsTheDiskUnderAnOverlayRoot() {
    HostTree host = SampleHosts.cloud(root);
    host.file(
        "proc/1/mountinfo",
        """
        1 0 0:25 / / rw - overlay overlay rw,lowerdir=/run/lab/lower,upperdir=/run/lab/rw/up
        2 1 0:26 / /run rw - tmpfs tmpfs rw
        3 2 254:0 / /run/lab/lower ro - ext4 /dev/vda ro\
        """);
    assertThat(uses(disk(host, "vda")))
        .containsExactlyInAnyOrder(new Mounted("/run/lab/lower"), new Mounted("/"));
  }

  @Test
  void findsTheDiskUnderALoopDeviceThatCarriesTheRoot() {
    HostTree host = SampleHosts.cloud(root);
    host.disk("sys/devices/virtual/block/loop0", "loop0", "7:0", 1 << 20)
        .file("sys/block/loop0/loop/backing_file", "/media/live/root.img")
        .file(
            "proc/1/mountinfo",
            """
            1 0 0:25 / / rw - overlay overlay rw,lowerdir=/rofs
            2 1 7:0 / /rofs ro - squashfs /dev/loop0 ro
            3 1 254:0 / /media/live ro - iso9660 /dev/vda ro\
            """);
    assertThat(uses(disk(host, "vda")))
        .containsExactlyInAnyOrder(new Mounted("/media/live"), new Mounted("/"));
  }

  @Test
  void knowsAllDevicesOfAMountedBtrfs() {
    HostTree host = SampleHosts.cloud(root);
    host.function("pci0000:00", "0000:00:04.0", "010000", "1af4:1042")
        .disk("virtio2/block", "vdb", "254:16", 1L << 34);
    host.file("proc/1/mountinfo", "1 0 0:30 /@home /home rw - btrfs /dev/vda rw")
        .directory("sys/fs/btrfs/1234/devices/vda")
        .directory("sys/fs/btrfs/1234/devices/vdb");
    assertThat(uses(disk(host, "vda"))).containsExactly(new Mounted("/home"));
    assertThat(uses(disk(host, "vdb"))).containsExactly(new Mounted("/home"));
  }

  @Test
  void namesMountPointsWithBlanksAsTheyAre() {
    HostTree host = SampleHosts.cloud(root);
    host.file("proc/1/mountinfo", "1 0 254:0 / /mnt/my\\040disk rw - ext4 /dev/vda rw");
    assertThat(uses(disk(host, "vda"))).containsExactly(new Mounted("/mnt/my disk"));
  }

  @Test
  void leavesOutLoopDevicesThatNobodySetUp() {
    HostTree host = SampleHosts.cloud(root);
    host.disk("sys/devices/virtual/block/loop1", "loop1", "7:1", 0);
    assertThat(read(host).disks().stream().map(BlockDevice::name)).containsExactly("vda");
  }

  @Test
  void findsTheGuestThatHoldsAGroup() {
    HostSnapshot host = read(SampleHosts.server(root));
    assertThat(host.holdersOf(function(host, "01:10.0")))
        .containsExactly(new VfioHolder(20, 4242, "qemu-system-x86", Optional.of("web1")));
    assertThat(host.holders()).hasSize(1);
  }

  @Test
  void findsTheGuestThatHoldsADeviceThroughIommufd() {
    HostTree host = SampleHosts.server(root);
    host.link("proc/77/fd/9", "/dev/vfio/devices/vfio0")
        .file("proc/77/comm", "cloud-hyperviso")
        .linkTo("sys/class/vfio-dev/vfio0", "sys/devices/pci0000:00/0000:01:10.4/vfio-dev/vfio0");
    HostSnapshot snapshot = read(host);
    assertThat(snapshot.holdersOf(function(snapshot, "01:10.4")))
        .containsExactly(new VfioHolder(22, 77, "cloud-hyperviso", Optional.empty()));
  }

  @Test
  void readsTheNameOfAGuestInAllItsForms() {
    assertThat(HolderReader.guestName("qemu\0-name\0web1\0")).contains("web1");
    assertThat(HolderReader.guestName("qemu\0-name\0debug-threads=on,guest=a b\0")).contains("a b");
    assertThat(HolderReader.guestName("qemu\0-name")).isEmpty();
    assertThat(HolderReader.guestName("")).isEmpty();
  }

  @Test
  void takesAnUnsetOverrideForNone() {
    HostTree host = SampleHosts.server(root);
    host.file("sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/driver_override", "(null)");
    host.file("sys/devices/pci0000:00/0000:00:01.0/0000:01:10.0/driver_override", "vfio-pci");
    HostSnapshot snapshot =
        new HostReader(new FileKernel(root))
            .read(Scope.functions().withBindings(Set.of(at("01:00.0"), at("01:10.0"))));
    assertThat(snapshot.binding(at("01:00.0")))
        .contains(new Binding(Optional.of("igb"), Optional.empty()));
    assertThat(snapshot.binding(at("01:10.0")))
        .contains(new Binding(Optional.of("vfio-pci"), Optional.of("vfio-pci")));
    assertThat(snapshot.vfioPciLoaded()).isTrue();
  }

  @Test
  void takesTheSessionFromTheVariableOfTheSshServer() {
    assertThat(Scope.uses().withSession("198.51.100.7 50022 192.0.2.2 22").sessionAddress())
        .contains("192.0.2.2");
    assertThat(Scope.uses().withSession("").sessionAddress()).isEmpty();
  }
}
