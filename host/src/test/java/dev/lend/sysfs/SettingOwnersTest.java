package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.SettingOwner;
import dev.lend.model.SettingOwner.Concern;
import dev.lend.model.SettingOwner.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingOwnersTest {
  private static final String MAC = "52:54:00:12:34:56";
  private static final String NM = "etc/NetworkManager/system-connections/";

  @TempDir private Path root;
  private HostTree host;
  private HostTree.Device card;

  @BeforeEach
  void oneCardAndAnother() {
    host = new HostTree(root);
    card =
        host.function("pci0000:00", "0000:01:00.0", "020000", "8086:10c9")
            .sriov(7)
            .driver("igb")
            .net("net", "eth1", "02:00:00:00:00:01", true);
    host.function("pci0000:00", "0000:02:00.0", "020000", "8086:1572")
        .sriov(64)
        .driver("i40e")
        .net("net", "eth2", "02:00:00:00:00:02", true);
  }

  private SettingOwner.Found found() {
    return found(new FileKernel(root));
  }

  private static SettingOwner.Found found(KernelReader kernel) {
    HostSnapshot read = new HostReader(kernel).read(Scope.functionsAndNames());
    return new SettingOwners(kernel)
        .of(
            read,
            read.function(PciAddress.parse("01:00.0").orElseThrow()).orElseThrow(),
            Optional.of(MAC));
  }

  /** The one owner that a file makes. */
  private SettingOwner owner(String path, String content) {
    host.file(path, content);
    List<SettingOwner> owners = found().owners();
    assertThat(owners).hasSize(1);
    return owners.getFirst();
  }

  private void nobody(String path, String content) {
    host.file(path, content);
    assertThat(found().owners()).isEmpty();
  }

  private static void is(SettingOwner owner, Kind kind, Concern concern, String place) {
    assertThat(owner.kind()).isEqualTo(kind);
    assertThat(owner.concern()).isEqualTo(concern);
    assertThat(owner.place()).isEqualTo(place);
  }

  @Test
  void findsNobodyOnAHostWithoutSuchFiles() {
    assertThat(found()).isEqualTo(new SettingOwner.Found(List.of(), List.of()));
  }

  @Test
  void namesTheConnectionThatKeepsANumberOfVfs() {
    SettingOwner owner =
        owner(
            NM + "uplink.nmconnection",
            """
            [connection]
            id=uplink 1
            type=ethernet
            interface-name=eth1

            [sriov]
            total-vfs=4
            vf.0=mac=02:00:00:00:01:00\
            """);

    assertThat(owner)
        .isEqualTo(
            new SettingOwner(
                Kind.NETWORK_MANAGER,
                Concern.THIS,
                "/etc/NetworkManager/system-connections/uplink.nmconnection",
                7,
                "keeps 4 VFs on it while its connection uplink 1 is active",
                "nmcli connection modify 'uplink 1' remove sriov"));
    assertThat(owner.words())
        .isEqualTo(
            "NetworkManager keeps 4 VFs on it while its connection uplink 1 is active"
                + " (/etc/NetworkManager/system-connections/uplink.nmconnection:7)");
  }

  @Test
  void namesTheConnectionThatKeepsItWithoutVfs() {
    assertThat(owner(NM + "a", "[connection]\ntype=ethernet\ninterface-name=eth1\n[sriov]").what())
        .startsWith("keeps it without VFs");
  }

  @Test
  void knowsAConnectionByThePermanentAddress() {
    is(
        owner(
            "run/NetworkManager/system-connections/a.nmconnection",
            "[connection]\ntype=ethernet\n[ethernet]\nmac-address=52:54:00:12:34:56\n[sriov]\ntotal-vfs=0"),
        Kind.NETWORK_MANAGER,
        Concern.THIS,
        "/run/NetworkManager/system-connections/a.nmconnection:6");
  }

  @Test
  void doesNotKnowForWhomAConnectionOfAnyInterfaceIs() {
    is(
        owner(NM + "any", "[connection]\nid=any\ntype=ethernet\n[sriov]\ntotal-vfs=2"),
        Kind.NETWORK_MANAGER,
        Concern.MAYBE,
        "/etc/NetworkManager/system-connections/any:5");
  }

  @Test
  void leavesConnectionsOfOthersAndOfNoVfsAlone() {
    nobody(NM + "a", "[connection]\ntype=ethernet\ninterface-name=eth2\n[sriov]\ntotal-vfs=2");
    nobody(NM + "b", "[connection]\ntype=ethernet\ninterface-name=eth1");
    nobody(NM + "c", "[connection]\ntype=wifi\n[sriov]\ntotal-vfs=2");
    nobody(NM + "d~", "[connection]\ntype=ethernet\ninterface-name=eth1\n[sriov]\ntotal-vfs=2");
    nobody(NM + "e", "[connection]\ntype=ethernet\n[match]\ndriver=ixgbe;!igb;\n[sriov]");
  }

  @Test
  void readsTheMatchOfAConnection() {
    is(
        owner(
            NM + "a",
            "[connection]\ntype=ethernet\n[match]\ninterface-name=eth*;!eth2;\n"
                + "path=pci-0000:01:*;\n[sriov]\ntotal-vfs=2"),
        Kind.NETWORK_MANAGER,
        Concern.THIS,
        "/etc/NetworkManager/system-connections/a:7");
  }

  @Test
  void namesTheDeviceSectionOfNetworkManagersConfiguration() {
    SettingOwner owner =
        owner(
            "etc/NetworkManager/conf.d/10-vfs.conf",
            "[main]\nplugins=keyfile\n[device-a]\nmatch-device=interface-name:eth1\nsriov-num-vfs=5\n"
                + "[device-b]\nmatch-device=interface-name:eth2\nsriov-num-vfs=6");

    is(owner, Kind.NETWORK_MANAGER, Concern.THIS, "/etc/NetworkManager/conf.d/10-vfs.conf:5");
    assertThat(owner.what()).isEqualTo("makes 5 VFs of it when it appears");
  }

  @Test
  void readsDeviceListsOfNetworkManager() {
    String file = "etc/NetworkManager/NetworkManager.conf";
    String device = "[device]\nsriov-num-vfs=5\nmatch-device=";
    is(
        owner(file, "[device]\nsriov-num-vfs=5"),
        Kind.NETWORK_MANAGER,
        Concern.THIS,
        "/" + file + ":2");
    is(owner(file, device + "driver:igb"), Kind.NETWORK_MANAGER, Concern.THIS, "/" + file + ":2");
    is(owner(file, device + "mac:" + MAC), Kind.NETWORK_MANAGER, Concern.THIS, "/" + file + ":2");
    is(owner(file, device + MAC), Kind.NETWORK_MANAGER, Concern.THIS, "/" + file + ":2");
    is(
        owner(file, device + "s390-subchannels:0.0"),
        Kind.NETWORK_MANAGER,
        Concern.MAYBE,
        "/" + file + ":2");
    nobody(file, device + "type:wifi");
    nobody(file, device + "*,except:interface-name:eth1");
    nobody(file, device + "driver:i40e;interface-name:eth2");
  }

  @Test
  void readsTheOldNetworkScripts() {
    SettingOwner owner =
        owner(
            "etc/sysconfig/network-scripts/ifcfg-uplink",
            "DEVICE=\"eth1\"\nSRIOV_VF0=\"mac=02:00:00:00:01:00\"\nSRIOV_TOTAL_VFS=\"8\"");

    is(owner, Kind.IFCFG, Concern.THIS, "/etc/sysconfig/network-scripts/ifcfg-uplink:3");
    assertThat(owner.what()).isEqualTo("keeps 8 VFs on it");
  }

  @Test
  void readsNetplanLineByLine() {
    host.file(
        "etc/netplan/01-eth.yaml",
        """
        # made by hand
        network:
          version: 2
          ethernets:
            eth1:
              dhcp4: no
              virtual-function-count: 6  # for guests
            "eth2":
              virtual-function-count: 3
            web0:
              link: eth1
            web1: {}
            web2:
              link: 'eth1'
          vlans:
            eth1.7:
              id: 7
              link: eth1\
        """);

    assertThat(found().owners())
        .extracting(SettingOwner::words)
        .containsExactly(
            "netplan makes 6 VFs of it (virtual-function-count) (/etc/netplan/01-eth.yaml:7)",
            "netplan defines 2 VFs of it (link: eth1) (/etc/netplan/01-eth.yaml:11)");
  }

  @Test
  void putsNetplansMatchTogetherFromSeveralFiles() {
    host.file(
        "etc/netplan/02-count.yaml",
        "network:\n  ethernets:\n    fabric:\n      virtual-function-count: 4");
    is(
        owner(
            "etc/netplan/01-match.yaml",
            "network:\n  ethernets:\n    fabric:\n      match:\n        macaddress: "
                + MAC
                + "\n        driver:\n          - ixgbe\n          - igb\n"),
        Kind.NETPLAN,
        Concern.THIS,
        "/etc/netplan/02-count.yaml:4");

    nobody(
        "etc/netplan/01-match.yaml",
        "network:\n  ethernets:\n    fabric:\n      match:\n        macaddress: "
            + MAC
            + "\n        driver: [ixgbe, i40e]");
  }

  @Test
  void letsAnEarlierDirectoryOfNetplanReplaceAFile() {
    host.file("run/netplan/01.yaml", "network: {}");
    nobody(
        "etc/netplan/01.yaml",
        "network:\n  ethernets:\n    eth1:\n      virtual-function-count: 4");
  }

  @Test
  void namesWhatNetplanHasInBraces() {
    is(
        owner("etc/netplan/01.yaml", "network: {ethernets: {eth1: {virtual-function-count: 4}}}"),
        Kind.NETPLAN,
        Concern.MAYBE,
        "/etc/netplan/01.yaml:1");
  }

  @Test
  void namesTheLinkFileThatIsApplied() {
    host.file("usr/lib/systemd/network/99-default.link", "[Match]\nOriginalName=*\n[Link]");
    SettingOwner owner =
        owner(
            "etc/systemd/network/10-vfs.link",
            "[Match]\nPermanentMACAddress="
                + MAC
                + "\n[Link]\nSR-IOVVirtualFunctions=7\n[SR-IOV]\nVirtualFunction=0\nTrust=yes");

    is(owner, Kind.SYSTEMD_LINK, Concern.THIS, "/etc/systemd/network/10-vfs.link:4");
    assertThat(owner.what()).isEqualTo("makes 7 VFs of it when it appears");
  }

  @Test
  void passesOverALinkFileThatComesTooLate() {
    host.file(
        "etc/systemd/network/05-first.link", "[Match]\nDriver=igb i40e\n[Link]\nMTUBytes=9000");
    nobody(
        "etc/systemd/network/10-vfs.link", "[Match]\nDriver=igb\n[Link]\nSR-IOVVirtualFunctions=7");
  }

  @Test
  void readsWhatIsAddedToALinkFile() {
    host.file("usr/lib/systemd/network/10-eth.link", "[Match]\nPath=pci-0000:01:00.0\n[Link]");
    is(
        owner("etc/systemd/network/10-eth.link.d/vfs.conf", "[Link]\nSR-IOVVirtualFunctions=7"),
        Kind.SYSTEMD_LINK,
        Concern.THIS,
        "/etc/systemd/network/10-eth.link.d/vfs.conf:2");
  }

  @Test
  void passesOverAMaskedLinkFile() throws java.io.IOException {
    host.link("etc/systemd/network/10-vfs.link", "/dev/null");
    nobody(
        "usr/lib/systemd/network/10-vfs.link",
        "[Match]\nDriver=igb\n[Link]\nSR-IOVVirtualFunctions=7");
    Files.delete(root.resolve("etc/systemd/network/10-vfs.link"));
  }

  @Test
  void doesNotKnowWhatAnInterfaceWasCalledOnce() {
    is(
        owner(
            "etc/systemd/network/10-vfs.link",
            "[Match]\nOriginalName=eth7\n[Link]\nSR-IOVVirtualFunctions=7"),
        Kind.SYSTEMD_LINK,
        Concern.MAYBE,
        "/etc/systemd/network/10-vfs.link:4");
  }

  @Test
  void namesTheNetworkFileThatSetsVfs() {
    SettingOwner owner =
        owner(
            "run/systemd/network/20-eth1.network",
            "[Match]\nName=eth1\n[Network]\nDHCP=yes\n[SR-IOV]\nVirtualFunction=0\nVLANId=7");

    is(owner, Kind.NETWORKD, Concern.THIS, "/run/systemd/network/20-eth1.network:5");
    assertThat(owner.what()).isEqualTo("sets its VFs");
  }

  @Test
  void findsHooksOfIfupdown() {
    host.file(
        "etc/network/interfaces",
        """
        auto eth2 eth1
        iface eth2 inet manual
            pre-up echo 2 > /sys/class/net/$IFACE/device/sriov_numvfs
        iface eth1 inet manual
            # up echo 9 > /sys/class/net/$IFACE/device/sriov_numvfs
            pre-up echo 4 > /sys/class/net/${IFACE}/device/sriov_numvfs
            up cat /sys/class/net/eth1/device/sriov_numvfs > /dev/null
            up /sbin/ip link set dev eth1 vf 0 mac 02:00:00:00:01:00\
        """);
    host.file(
        "etc/network/if-up.d/vfs",
        "#!/bin/sh\necho 3 | tee \"/sys/class/net/$DEV/device/sriov_numvfs\"");

    assertThat(found().owners())
        .extracting(SettingOwner::words)
        .containsExactly(
            "ifupdown sets the number of its VFs (/etc/network/interfaces:6)",
            "ifupdown sets its VFs (/etc/network/interfaces:8)",
            "ifupdown may concern it: sets the number of its VFs (/etc/network/if-up.d/vfs:2)");
  }

  @Test
  void findsUnitsAndTheScriptsThatTheyStart() {
    host.file(
            "usr/local/sbin/make-vfs",
            "#!/bin/sh\nset -e\necho 4 >/sys/bus/pci/devices/0000:01:00.0/sriov_numvfs")
        .file(
            "etc/systemd/system/vfs.service",
            "[Service]\nType=oneshot\nExecStart=/bin/sh -c 'echo 4 > /sys/class/net/eth1/device/sriov_numvfs'")
        .file(
            "etc/systemd/system/more.service",
            "[Service]\nExecStart=-/usr/local/sbin/make-vfs all");

    assertThat(found().owners())
        .extracting(SettingOwner::kind, SettingOwner::place)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Kind.SCRIPT, "/usr/local/sbin/make-vfs:3"),
            org.assertj.core.groups.Tuple.tuple(Kind.UNIT, "/etc/systemd/system/vfs.service:3"));
  }

  @Test
  void findsTablesThatWriteToSysfs() {
    is(
        owner(
            "etc/tmpfiles.d/vfs.conf",
            "# d /x\nw /sys/class/net/eth1/device/sriov_numvfs - - - - 4"),
        Kind.TMPFILES,
        Concern.THIS,
        "/etc/tmpfiles.d/vfs.conf:2");
    host.file("etc/tmpfiles.d/vfs.conf", "");
    is(
        owner("etc/sysfs.conf", "class/net/eth1/device/sriov_numvfs = 4"),
        Kind.SYSFS_CONF,
        Concern.THIS,
        "/etc/sysfs.conf:1");
  }

  @Test
  void findsModuleOptionsOfItsDriverAlone() {
    SettingOwner owner =
        owner("etc/modprobe.d/nic.conf", "options i40e max_vfs=3\noptions igb debug=1 max_vfs=7,7");

    is(owner, Kind.MODULE_OPTION, Concern.THIS, "/etc/modprobe.d/nic.conf:2");
    assertThat(owner.what()).isEqualTo("makes VFs when igb is loaded (max_vfs=7,7)");
    nobody("etc/modprobe.d/nic.conf", "options igb max_vfs=0\n#options igb max_vfs=2");
  }

  @Test
  void findsModuleOptionsOnTheKernelsCommandLine() {
    SettingOwner owner = owner("proc/cmdline", "quiet ixgbe.max_vfs=3 igb.max_vfs=7");

    is(owner, Kind.KERNEL_COMMAND_LINE, Concern.THIS, "/proc/cmdline:1");
    assertThat(owner.advice()).startsWith("take igb.max_vfs=7 off");
  }

  @Test
  void findsUdevRulesThatWriteTheNumber() {
    String file = "etc/udev/rules.d/70-vfs.rules";
    String writes = "ATTR{device/sriov_numvfs}=\"4\"";
    SettingOwner owner =
        owner(file, "ACTION==\"add\", SUBSYSTEM==\"net\", \\\n  KERNEL==\"eth1\", " + writes);
    is(owner, Kind.UDEV_RULE, Concern.THIS, "/" + file + ":1");
    assertThat(owner.what()).isEqualTo("sets the number of its VFs to 4");
    is(
        owner(file, "ENV{ID_NET_DRIVER}==\"igb\", ATTRS{vendor}==\"0x8086\", " + writes),
        Kind.UDEV_RULE,
        Concern.MAYBE,
        "/" + file + ":1");
    is(
        owner(
            file,
            "ACTION==\"add\", RUN+=\"/bin/sh -c 'echo 4 > /sys/class/net/eth1/device/sriov_numvfs'\""),
        Kind.UDEV_RULE,
        Concern.THIS,
        "/" + file + ":1");
    nobody(file, "KERNEL==\"eth2\", " + writes);
    nobody(file, "KERNEL==\"eth1\", ATTR{device/sriov_numvfs}==\"4\", NAME=\"x\"");
    nobody(file, "KERNELS==\"0000:02:00.0\", " + writes);
    nobody(file, "# KERNEL==\"eth1\", " + writes);
  }

  @Test
  void findsWhatTheOperatorLeft() {
    is(
        owner("etc/sriov-operator/pci/0000:01:00.0", "{}"),
        Kind.OPERATOR,
        Concern.THIS,
        "/etc/sriov-operator/pci/0000:01:00.0:1");
  }

  @Test
  void doesNotKnowWhichPfsTheOperatorHasWithoutItsNotes() {
    is(
        owner("etc/sriov-operator/sriov-interface-config.yaml", "spec: {}"),
        Kind.OPERATOR,
        Concern.MAYBE,
        "/etc/sriov-operator:1");
  }

  @Test
  void cannotTellByNameWhereAGuestHasThePf() throws java.io.IOException {
    Files.delete(root.resolve("sys/class/net/eth1"));
    Files.delete(root.resolve(card.path() + "/driver"));
    card.driver("vfio-pci");

    is(
        owner("etc/modprobe.d/nic.conf", "options igb max_vfs=7"),
        Kind.MODULE_OPTION,
        Concern.MAYBE,
        "/etc/modprobe.d/nic.conf:1");
  }

  @Test
  void namesWhatItWasNotLetSee() {
    host.file(NM + "secret.nmconnection", "[connection]\ninterface-name=eth1\n[sriov]")
        .file("etc/modprobe.d/nic.conf", "options igb max_vfs=7");
    FileKernel kernel = new FileKernel(root);

    SettingOwner.Found found = found(new Forbidding(kernel, NM + "secret.nmconnection"));

    assertThat(found.owners()).hasSize(1);
    assertThat(found.unseen())
        .containsExactly(
            "/etc/NetworkManager/system-connections/secret.nmconnection: Permission denied");
  }
}
