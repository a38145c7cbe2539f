package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.BlockDevice;
import dev.lend.model.Dependent;
import dev.lend.model.Dependent.Part;
import dev.lend.model.Dependent.Role;
import dev.lend.model.HostProcess;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.Surroundings;
import dev.lend.plan.BlastRadius;
import dev.lend.plan.Consequence;
import dev.lend.plan.Consequence.Kind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SurroundingsReaderTest {
  private static final String PORT = "pci0000:00";
  private static final String NIC = "0000:01:00.1";
  private static final String GPU = "0000:81:00.0";
  private static final String DISK = "0000:82:00.0";
  private static final HostProcess QEMU =
      new HostProcess(900, "qemu-system-x86", Optional.of("db"));

  @TempDir Path root;

  private static PciAddress at(String text) {
    return PciAddress.parse(text).orElseThrow();
  }

  private static HostTree server(Path root) {
    HostTree host = SampleHosts.server(root);
    for (String address : List.of("0000:01:00.0", NIC, GPU)) {
      host.file(device(address) + "/reset_method", "flr bus");
    }
    return host;
  }

  private static HostSnapshot around(HostTree host, String address, String... session) {
    return new HostReader(new FileKernel(host.root()))
        .read(
            Scope.uses()
                .withAllAround(Set.of(at(address)))
                .withSession(session.length == 0 ? "" : session[0]));
  }

  private static List<Dependent> dependents(HostTree host, String address) {
    return around(host, address).surroundings().of(at(address));
  }

  private static HostTree process(HostTree host, int pid, String name, String... words) {
    String line = String.join("\0", words) + "\0";
    return host.file("proc/" + pid + "/comm", name)
        .bytes("proc/" + pid + "/cmdline", line.getBytes(StandardCharsets.UTF_8))
        .directory("proc/" + pid + "/fd");
  }

  private static HostTree qemuHolds(HostTree host, String node, String flags) {
    return process(host, 900, "qemu-system-x86", "qemu", "-name", "guest=db")
        .link("proc/900/fd/7", node)
        .file("proc/900/fdinfo/7", "pos:\t0\nflags:\t" + flags + "\nmnt_id:\t9");
  }

  private static HostTree node(HostTree host, String number, String path, String name) {
    String[] parts = number.split(":");
    return host.file(
            path + "/uevent", "MAJOR=" + parts[0] + "\nMINOR=" + parts[1] + "\nDEVNAME=" + name)
        .linkTo("sys/dev/char/" + number, path);
  }

  private static String device(String address) {
    return switch (address) {
      case GPU -> "sys/devices/pci0000:80/0000:80:01.0/" + GPU;
      case DISK -> "sys/devices/pci0000:80/" + DISK;
      default -> "sys/devices/pci0000:00/0000:00:01.0/" + address;
    };
  }

  @Test
  void tellsWhatSoftwareInterfacesAre() {
    HostTree host = server(root).upper("bond0", "", "eth1").upper("team0", "", "eth1");
    host.upper("mv0", "", "bond0").upper("ovs-system", "", "eth2");
    host.file("sys/class/net/bond0/uevent", "DEVTYPE=bond\nINTERFACE=bond0");
    host.file("sys/class/net/mv0/iflink", "7").file("sys/class/net/mv0/ifindex", "9");
    host.file("sys/class/net/team0/iflink", "8").file("sys/class/net/team0/ifindex", "8");
    HostSnapshot read = around(host, "0000:01:00.0");
    assertThat(read.surroundings().nets().types())
        .containsEntry("bond0", "bond")
        .containsEntry("mv0", "stacked")
        .containsEntry("ovs-system", "openvswitch")
        .doesNotContainKeys("eth1", "team0");
    assertThat(BlastRadius.of(read, at("0000:01:00.0")))
        .filteredOn(found -> found.kind() == Kind.UPPER)
        .extracting(Consequence::text)
        .containsExactly(
            "is part of the bond bond0",
            "carries mv0 (macvlan, ipvlan or the like)",
            "is part of team0");
  }

  @Test
  void takesAnInterfaceThatDoesNotSayWhatItIsForOneOfOpenVSwitchWhereThereIsOne() {
    HostTree host = server(root).upper("br-ex", "").upper("tap0", "").upper("dm0", "");
    host.file("sys/class/net/tap0/tun_flags", "0x1002");
    host.file("sys/class/net/dm0/uevent", "DEVTYPE=wlan\nINTERFACE=dm0");
    assertThat(around(host, "0000:01:00.0").surroundings().nets().types())
        .doesNotContainKey("br-ex");
    host.upper("ovs-system", "", "eth1");
    assertThat(around(host, "0000:01:00.0").surroundings().nets().types())
        .containsEntry("br-ex", "openvswitch")
        .containsEntry("dm0", "wlan")
        .doesNotContainKeys("tap0", "lo");
  }

  @Test
  void findsRoutesBeyondTheNetworksThatAnInterfaceIsIn() {
    HostTree host = server(root);
    host.file(
        "proc/net/route",
        """
        Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
        br0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
        br0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
        eth1\t0000000A\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
        eth1\t0000630A\t0100000A\t0003\t0\t0\t0\t0000FFFF\t0\t0\t0
        eth1\t050505AC\t00000000\t0005\t0\t0\t0\tFFFFFFFF\t0\t0\t0\
        """);
    String nothing = "00000000000000000000000000000000";
    host.file(
        "proc/net/ipv6_route",
        String.join(
            "\n",
            "20010db8000100000000000000000000 30 "
                + nothing
                + " 00 "
                + "fe800000000000000000000000000001 00000400 00000001 00000000 00000003 eth1",
            "20010db8000000000000000000000000 40 "
                + nothing
                + " 00 "
                + nothing
                + " 00000100 00000001 00000000 00000001 eth1",
            "20010db8000000000000000000000005 80 "
                + nothing
                + " 00 "
                + nothing
                + " 00000000 00000001 00000000 80200001 eth1",
            "ff000000000000000000000000000000 08 "
                + nothing
                + " 00 "
                + nothing
                + " 00000100 00000001 00000000 00000001 eth1"));
    Surroundings read = around(host, "0000:01:00.0").surroundings();
    assertThat(read.nets().routes().get("eth1"))
        .containsExactly("10.99.0.0/16", "172.5.5.5/32", "2001:db8:1::/48");
    assertThat(read.nets().routes()).doesNotContainKey("br0");
  }

  @Test
  void findsTheSessionByTheWayThatItsAnswersTake() {
    HostTree host = server(root);
    // Nobody knows which interface has this host's end; the answers leave through the bridge.
    String session = "198.51.100.7 50022 203.0.113.9 22";
    assertThat(around(host, NIC, session).surroundings().nets().sessions()).containsExactly("br0");
    assertThat(BlastRadius.of(around(host, NIC, session), at(NIC)))
        .filteredOn(found -> found.kind() == Kind.SESSION)
        .extracting(Consequence::text)
        .containsExactly("carries your own SSH session (eth0 > br0)");
    String near = "10.0.7.7 50022 203.0.113.9 22";
    assertThat(around(host, NIC, near).surroundings().nets().sessions()).containsExactly("eth1");
    String six = "2001:db8:9::1%x 50022 2001:db8::5 22";
    assertThat(around(host, NIC, six).surroundings().nets().sessions()).containsExactly("br0");
    assertThat(around(host, NIC, "nonsense x y z").surroundings().nets().sessions()).isEmpty();
  }

  @Test
  void givesAnAddressWithoutANetworkToTheOneInterfaceThatHasNone() {
    HostTree host = SampleHosts.cloud(root);
    host.file("proc/net/fib_trie", "Local:\n   |-- 203.0.113.9\n      /32 host LOCAL");
    assertThat(around(host, "00:03.0").net("eth0").orElseThrow().addresses())
        .containsExactly("203.0.113.9/32");
  }

  @Test
  void noticesAnInterfaceInAnotherNamespaceAndNamesThese() {
    HostTree host = server(root).directory(device("0000:01:10.4") + "/virtio9/net");
    process(host, 1, "init", "init").link("proc/1/ns/net", "net:[100]");
    process(host, 50, "nginx", "nginx").link("proc/50/ns/net", "net:[200]");
    host.link("proc/self/ns/net", "net:[100]");
    host.file(
        "proc/self/mountinfo",
        "42 41 0:4 net:[300] /run/netns/peer rw shared:2 - nsfs nsfs rw\n"
            + "43 41 0:4 net:[100] /run/netns/host rw shared:2 - nsfs nsfs rw");
    assertThat(dependents(host, "0000:01:10.4"))
        .contains(new Dependent.NetElsewhere(List.of("nginx (pid 50)", "peer")));
    assertThat(dependents(host, "0000:01:10.2"))
        .noneMatch(Dependent.NetElsewhere.class::isInstance);
  }

  @Test
  void findsBpfProgramsThatAProcessHolds() {
    HostTree host = server(root).file("sys/class/net/eth1/ifindex", "4");
    process(host, 77, "cilium-agent", "cilium-agent").link("proc/77/fd/9", "anon_inode:bpf_link");
    host.file("proc/77/fdinfo/9", "flags:\t02\nlink_type:\txdp\nlink_id:\t3\nifindex:\t4");
    assertThat(dependents(host, "0000:01:00.0"))
        .containsExactly(
            new Dependent.BpfProgram(
                "eth1", "xdp", new HostProcess(77, "cilium-agent", Optional.empty())));
  }

  @Test
  void findsWhoHasADeviceFileOpen() {
    HostTree host = server(root);
    node(host, "226:0", device(GPU) + "/drm/card0", "dri/card0");
    node(host, "226:128", device(DISK) + "/drm/renderD128", "dri/renderD128");
    process(host, 60, "Xorg", "Xorg")
        .link("proc/60/fd/4", "/dev/dri/card0")
        .link("proc/60/fd/5", "/dev/dri/renderD128")
        .link("proc/60/fd/6", "/dev/null");
    assertThat(dependents(host, GPU))
        .containsExactly(
            new Dependent.OpenFile(
                "dri/card0", "", false, false, new HostProcess(60, "Xorg", Optional.empty())));
  }

  @Test
  void findsAGuestsDiskOnAVolumeOfTheDisk() {
    HostTree host = qemuHolds(server(root), "/dev/dm-2", "02140002");
    assertThat(dependents(host, DISK))
        .containsExactly(new Dependent.OpenFile("dm-2", "vg-swap", true, true, QEMU));
    assertThat(BlastRadius.of(around(host, DISK), at(DISK)))
        .filteredOn(found -> found.kind() == Kind.DISK_OPEN)
        .extracting(Consequence::refuses)
        .containsExactly(true);
    host.file("proc/900/fdinfo/7", "flags:\t0100000");
    assertThat(dependents(host, DISK))
        .as("for reading")
        .containsExactly(new Dependent.OpenFile("dm-2", "vg-swap", true, false, QEMU));
  }

  @Test
  void findsWhatIsMountedInAnotherNamespaceOnly() {
    HostTree host = server(root).partition("nvme0n1", "nvme0n1p9", "259:9");
    process(host, 1, "init", "init").link("proc/1/ns/mnt", "mnt:[1]");
    process(host, 50, "dockerd", "dockerd").link("proc/50/ns/mnt", "mnt:[2]");
    host.link("proc/self/ns/mnt", "mnt:[1]");
    host.file(
        "proc/50/mountinfo",
        "1 0 259:9 / /data rw - ext4 /dev/nvme0n1p9 rw\n2 1 253:1 / /root rw - ext4 /dev/x rw");
    assertThat(dependents(host, DISK))
        .containsExactly(
            new Dependent.MountElsewhere(
                "nvme0n1p9", "/data", new HostProcess(50, "dockerd", Optional.empty())));
  }

  @Test
  void saysWhatAnIdleDiskHolds() {
    HostTree host = SampleHosts.cloud(root);
    host.file("proc/1/mountinfo", "").partition("vda", "vda1", "254:1");
    host.file("run/udev/data/b254:1", "S:x\nE:ID_FS_TYPE=LVM2_member\nE:ID_FS_LABEL=old");
    assertThat(BlastRadius.of(around(host, "00:02.0"), at("00:02.0")))
        .extracting(Consequence::text)
        .containsExactly(
            "takes the disk vda with it, not in use; it holds LVM2_member \"old\" on vda1");
  }

  private List<BlockDevice.Use> uses(HostTree host) {
    return around(host, "00:02.0").disks().stream()
        .filter(disk -> disk.name().equals("vda"))
        .findFirst()
        .orElseThrow()
        .uses();
  }

  @Test
  void followsAZfsPoolToItsMounts() {
    HostTree host = SampleHosts.cloud(root).partition("vda", "vda1", "254:1");
    host.file("run/udev/data/b254:1", "E:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL=tank");
    host.file("proc/1/mountinfo", "1 0 0:50 / /srv rw - zfs tank/srv rw");
    assertThat(uses(host)).as("not imported").isEmpty();
    host.directory("proc/spl/kstat/zfs/tank");
    assertThat(uses(host))
        .containsExactly(new BlockDevice.Use(List.of("vda1"), new BlockDevice.Mounted("/srv")));
    host.file("proc/1/mountinfo", "");
    assertThat(uses(host))
        .containsExactly(
            new BlockDevice.Use(List.of("vda1"), new BlockDevice.Layer("the ZFS pool tank")));
  }

  @Test
  void followsABcacheFromWhatItCachesAndFromItsCache() {
    for (boolean cache : new boolean[] {true, false}) {
      HostTree host = SampleHosts.cloud(root.resolve(cache ? "cache" : "backing"));
      host.directory("sys/fs/bcache")
          .disk("sys/devices/virtual/block/bcache0", "bcache0", "252:0", 1 << 20)
          .file("proc/1/mountinfo", "1 0 252:0 / /fast rw - ext4 /dev/bcache0 rw");
      String link = "../../../../../../virtual/block/bcache0";
      String bcache = "sys/devices/pci0000:00/0000:00:02.0/virtio1/block/vda/bcache";
      host.link(cache ? bcache + "/set/bdev0/dev" : bcache + "/dev", link);
      assertThat(uses(host))
          .containsExactly(
              new BlockDevice.Use(List.of("bcache0"), new BlockDevice.Mounted("/fast")));
    }
  }

  @Test
  void followsALoopDeviceOverAPartitionAndTheJournalOfAnXfs() {
    HostTree host = SampleHosts.cloud(root).partition("vda", "vda1", "254:1");
    host.partition("vda", "vda2", "254:2");
    host.disk("sys/devices/virtual/block/loop3", "loop3", "7:3", 1 << 20)
        .file("sys/block/loop3/loop/backing_file", "/dev/vda1");
    host.file(
        "proc/1/mountinfo",
        "1 0 7:3 / /mnt rw - ext4 /dev/loop3 rw\n"
            + "2 0 8:1 / /big rw - xfs /dev/sdz1 rw,attr2,logdev=/dev/vda2,noquota");
    assertThat(uses(host))
        .containsExactly(
            new BlockDevice.Use(List.of("vda1", "loop3"), new BlockDevice.Mounted("/mnt")),
            new BlockDevice.Use(List.of("vda2"), new BlockDevice.Mounted("/big")));
  }

  @Test
  void findsTheConsoleOnADisplaysOwnFrameBufferAndOnThatOfTheFirmware() {
    for (boolean own : new boolean[] {true, false}) {
      HostTree host = server(root.resolve(own ? "own" : "firmware"));
      String above = own ? device(GPU) : "sys/devices/platform/efi-framebuffer.0";
      host.linkTo("sys/class/graphics/fb0", above + "/graphics/fb0")
          .directory(above + "/graphics/fb0")
          .file(device(GPU) + "/boot_vga", "1")
          .file("sys/class/vtconsole/vtcon1/name", "(M) frame buffer device")
          .file("sys/class/vtconsole/vtcon1/bind", "1");
      assertThat(dependents(host, GPU))
          .containsExactly(new Part(Role.BOOT_DISPLAY, ""), new Part(Role.CONSOLE, "fb0"));
      assertThat(dependents(host, DISK)).isEmpty();
      host.file("sys/class/vtconsole/vtcon1/bind", "0");
      assertThat(dependents(host, GPU)).containsExactly(new Part(Role.BOOT_DISPLAY, ""));
    }
  }

  @Test
  void findsTheFirmwaresFrameBufferBesideTheDisplaysAndBelowItsOwn() {
    String driver = "sys/bus/platform/drivers/simple-framebuffer/";
    for (boolean own : new boolean[] {true, false}) {
      HostTree host = server(root.resolve(own ? "own" : "firmware"));
      String above = own ? device(GPU) : "sys/devices/platform";
      host.directory(above + "/simple-framebuffer.0").directory(driver + "module");
      assertThat(dependents(host, GPU)).as("nobody draws in it").isEmpty();
      host.linkTo(driver + "simple-framebuffer.0", above + "/simple-framebuffer.0");
      if (!own) {
        assertThat(dependents(host, GPU)).as("another display's").isEmpty();
        host.file(device(GPU) + "/boot_vga", "1");
      }
      assertThat(dependents(host, GPU))
          .contains(new Part(Role.FRAME_BUFFER, "simple-framebuffer.0"));
      assertThat(dependents(host, DISK)).isEmpty();
    }
  }

  @Test
  void findsMonitorsSoundSecurityWatchdogAndRdma() {
    HostTree host = server(root);
    String gpu = device(GPU);
    host.linkTo("sys/class/drm/card0-HDMI-A-1", gpu + "/drm/card0/card0-HDMI-A-1")
        .file(gpu + "/drm/card0/card0-HDMI-A-1/status", "connected")
        .linkTo("sys/class/drm/card0-DP-1", gpu + "/drm/card0/card0-DP-1")
        .file(gpu + "/drm/card0/card0-DP-1/status", "disconnected")
        .linkTo("sys/class/sound/card1", gpu + "/sound/card1")
        .file(gpu + "/sound/card1/id", "HDMI")
        .linkTo("sys/class/sound/controlC1", gpu + "/sound/card1/controlC1")
        .linkTo("sys/class/tpm/tpm0", gpu + "/tpm/tpm0")
        .directory(gpu + "/tpm/tpm0")
        .linkTo("sys/class/watchdog/watchdog0", gpu + "/watchdog/watchdog0")
        .file(gpu + "/watchdog/watchdog0/state", "active")
        .linkTo("sys/class/watchdog/watchdog1", gpu + "/watchdog/watchdog1")
        .file(gpu + "/watchdog/watchdog1/state", "inactive")
        .linkTo("sys/class/infiniband/mlx5_0", gpu + "/infiniband/mlx5_0");
    assertThat(dependents(host, GPU))
        .containsExactlyInAnyOrder(
            new Part(Role.MONITOR, "HDMI-A-1"),
            new Part(Role.SOUND, "card1 (HDMI)"),
            new Part(Role.TPM, "tpm0"),
            new Part(Role.ACTIVE_WATCHDOG, "watchdog0"),
            new Part(Role.WATCHDOG, "watchdog1"),
            new Part(Role.RDMA, "mlx5_0"));
  }

  @Test
  void tellsKeyboardsFromOtherUsbDevicesAndLeavesHubsOut() {
    HostTree host = new HostTree(root);
    String path = host.function(PORT, "0000:07:00.0", "0c0330", "1b36:000d").path() + "/usb1";
    usb(host, path, "usb1", "09", "xHCI");
    usb(host, path, "1-1", "00", "QEMU USB Keyboard")
        .file(path + "/1-1/1-1:1.0/bInterfaceClass", "03")
        .file(path + "/1-1/1-1:1.0/bInterfaceSubClass", "01")
        .file(path + "/1-1/1-1:1.0/bInterfaceProtocol", "01")
        .linkTo("sys/bus/usb/devices/1-1:1.0", path + "/1-1/1-1:1.0");
    usb(host, path, "1-2", "09", "Hub");
    usb(host, path, "1-2.4", "00", "");
    assertThat(dependents(host, "07:00.0"))
        .containsExactly(
            new Part(Role.KEYBOARD, "1-1 (QEMU USB Keyboard)"), new Part(Role.USB, "1-2.4"));
  }

  private static HostTree usb(
      HostTree host, String path, String name, String type, String product) {
    return host.file(path + "/" + name + "/bDeviceClass", type)
        .file(path + "/" + name + "/product", product)
        .linkTo("sys/bus/usb/devices/" + name, path + "/" + name);
  }

  @Test
  void findsAConsoleOnASerialPortOfACard() {
    HostTree host = new HostTree(root);
    String path = host.function(PORT, "0000:05:00.0", "070002", "1415:9501").path();
    node(host, "4:68", path + "/tty/ttyS4", "ttyS4");
    host.file("proc/consoles", "tty0    -WU (EC  p  )    4:7\nttyS4    -W- (E   p a)    4:68");
    assertThat(dependents(host, "05:00.0")).containsExactly(new Part(Role.CONSOLE, "ttyS4"));
  }

  @Test
  void takesWhatIsReachedOnlyThroughAVmdAlong() {
    HostTree host = SampleHosts.odd(root);
    host.disk(
        "sys/devices/pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0/nvme/n",
        "nvme0n1",
        "259:0",
        1 << 20);
    host.file("proc/1/mountinfo", "1 0 259:0 / / rw - ext4 /dev/nvme0n1 rw");
    HostSnapshot read = around(host, "0000:00:0e.0");
    assertThat(read.surroundings().of(at("0000:00:0e.0")))
        .contains(new Dependent.Below(List.of(at("10000:e1:00.0"))));
    assertThat(BlastRadius.together(read, read.function(at("0000:00:0e.0")).orElseThrow()))
        .extracting(Consequence::device, Consequence::kind)
        .contains(org.assertj.core.groups.Tuple.tuple(at("10000:e1:00.0"), Kind.ROOT_STORAGE));
  }

  @Test
  void noticesThatAResetWouldHitTheOthersOfASlot() {
    HostTree host = SampleHosts.server(root);
    String path = device(NIC);
    assertThat(dependents(host, NIC))
        .as("no way to reset it")
        .containsExactly(new Dependent.SharedReset(List.of(at("01:00.0"))));
    host.file(path + "/reset_method", "bus");
    assertThat(dependents(host, NIC))
        .containsExactly(new Dependent.SharedReset(List.of(at("01:00.0"))));
    for (String own : List.of("flr bus", "pm", "device_specific")) {
      host.file(path + "/reset_method", own);
      assertThat(dependents(host, NIC)).as(own).isEmpty();
    }
    assertThat(dependents(host, "0000:01:10.0")).as("a VF has a reset of its own").isEmpty();
  }

  @Test
  void findsAMountedFolderOfTheMachineBelow() {
    HostTree host = SampleHosts.cloud(root);
    String virtio = "sys/devices/pci0000:00/0000:00:02.0/virtio1";
    host.bytes(virtio + "/mount_tag", "dist\0".getBytes(StandardCharsets.UTF_8))
        .linkTo("sys/bus/virtio/drivers/9pnet_virtio/virtio1", virtio)
        .file("proc/self/mountinfo", "38 32 0:33 / /opt ro - 9p dist ro\n1 0 0:1 / /x - 9p z rw");
    assertThat(dependents(host, "00:02.0"))
        .containsExactly(new Dependent.SharedFolder("dist", "/opt"));
  }

  @Test
  void survivesADamagedCapture() {
    HostTree host = SampleHosts.odd(root).link("sys/dev/char/1:1", "../../../../../../etc");
    host.link("sys/bus/usb/devices/1-1", "nowhere").link("proc/7/fd/1", "/dev/\u001b");
    host.link("sys/class/block/a", "a").file("proc/consoles", "x");
    for (PciAddress address : around(host, "03:00.0").functions().keySet()) {
      assertThat(around(host, address.toString()).surroundings()).isNotNull();
    }
  }

  @Test
  void findsTheSessionOfThePersonBehindSudo() {
    HostTree host = new HostTree(root);
    host.file("proc/self/stat", "70 (lend (x) y) S 60 1 1")
        .file("proc/60/stat", "60 (sudo) S 50 1 1")
        .bytes("proc/60/environ", "PATH=/bin\0".getBytes(StandardCharsets.UTF_8))
        .file("proc/50/stat", "50 (bash) S 1 1 1")
        .bytes(
            "proc/50/environ",
            "A=b\0SSH_CONNECTION=10.0.0.1 5 10.0.0.2 22\0".getBytes(StandardCharsets.UTF_8));
    FileKernel kernel = new FileKernel(root);
    assertThat(SshSession.connection(kernel, "")).isEqualTo("10.0.0.1 5 10.0.0.2 22");
    assertThat(SshSession.connection(kernel, "own")).isEqualTo("own");
    host.file("proc/50/stat", "50 (bash) S 50 1 1");
    host.bytes("proc/50/environ", new byte[0]);
    assertThat(SshSession.connection(kernel, "")).as("a circle").isEmpty();
  }

  @Test
  void readsAddressesAsPeopleWriteThem() {
    assertThat(ProcNet.bytes("192.0.2.1")).contains(new byte[] {(byte) 192, 0, 2, 1});
    assertThat(ProcNet.bytes("::ffff:192.0.2.1")).contains(new byte[] {(byte) 192, 0, 2, 1});
    assertThat(ProcNet.bytes("fe80::1%eth0").orElseThrow()).startsWith(0xfe, 0x80).endsWith(0, 1);
    assertThat(ProcNet.bytes("::").orElseThrow()).isEqualTo(new byte[16]);
    assertThat(ProcNet.bytes("1:2:3:4:5:6:7:8").orElseThrow()).endsWith(0, 7, 0, 8);
    for (String none :
        List.of("", "x", "1:2", "1::2::3", "1.2.3", "1:2:3:4:5:6:7:8:9", "::12345")) {
      assertThat(ProcNet.bytes(none)).as(none).isEmpty();
    }
  }
}
