package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Finding;
import dev.lend.model.Finding.Severity;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.plan.VfConditions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * What is said of a PF before it is asked for VFs: each finding on a host that gives rise to it.
 */
class SriovReaderTest {
  private static final String PORT = "sys/devices/pci0000:00/0000:00:01.0/";
  private static final String PF = PORT + "0000:01:00.0/";
  private static final int ARI = 0x20;
  private static final String PLACED = "0x0000380000000000 0x000038000000dfff 0x000000000014220c";
  private static final String HOMELESS = "0x0000000000000000 0x000000000000dfff 0x000000000014220c";

  private final MapKernel host = card(0x8086, 8, "7", "igb");

  /** A card below a port with ARI forwarding on and buses 1 to 2, all of it as it should be. */
  private static MapKernel card(int vendor, int offered, String total, String driver) {
    MapKernel host = new MapKernel();
    byte[] port = new ConfigBytes(4096).type(1).capability(0x10, 0x0042).bytes();
    port[0x40 + 0x24] |= ARI;
    port[0x40 + 0x28] |= ARI;
    function(host, "pci0000:00/", "0000:00:01.0", "0x060400", "0x8086:0x2f02", "pcieport", port);
    host.file(PORT + "secondary_bus_number", "1").file(PORT + "subordinate_bus_number", "2");
    String id = "0x" + Integer.toHexString(vendor) + ":0x10c9";
    function(
        host,
        "pci0000:00/0000:00:01.0/",
        "0000:01:00.0",
        "0x020000",
        id,
        driver,
        config(offered, true));
    host.file(PF + "sriov_totalvfs", total).file(PF + "sriov_numvfs", "0");
    host.file(PF + "sriov_offset", "128").file(PF + "sriov_stride", "2");
    return resource(host, PLACED);
  }

  private static byte[] config(int offered, boolean windows) {
    int[] capability = new int[28];
    capability[4] = offered;
    capability[5] = offered;
    capability[16] = windows ? 0x000c : 0;
    return new ConfigBytes(4096)
        .capability(0x10, 0x0002)
        .extended(ConfigSpace.EXT_ARI)
        .extended(ConfigSpace.EXT_SRIOV, capability)
        .bytes();
  }

  private static MapKernel resource(MapKernel host, String window) {
    String none = "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
    return host.file(PF + "resource", none.repeat(7) + window + "\n" + none.repeat(5).strip());
  }

  private static void function(
      MapKernel host,
      String parent,
      String address,
      String pciClass,
      String id,
      String driver,
      byte[] config) {
    String directory = "sys/devices/" + parent + address;
    String[] ids = id.split(":");
    host.file(directory + "/class", pciClass).file(directory + "/config", config);
    host.file(directory + "/vendor", ids[0]).file(directory + "/device", ids[1]);
    host.link("sys/bus/pci/devices/" + address, "../../../devices/" + parent + address);
    if (!driver.isEmpty()) {
      host.directory("sys/bus/pci/drivers/" + driver);
      String up = "../".repeat(parent.split("/").length + 2);
      host.link(directory + "/driver", up + "bus/pci/drivers/" + driver);
    }
  }

  private static VfConditions conditions(MapKernel host) {
    HostSnapshot snapshot = new HostReader(host).read(Scope.functionsAndNames());
    SriovReader reader = new SriovReader(host);
    PciFunction pf = snapshot.function(PciAddress.parse("01:00.0").orElseThrow()).orElseThrow();
    return VfConditions.of(List.of(), reader.read(pf), reader.owners(snapshot, pf));
  }

  private static Finding find(MapKernel host, String id) {
    return conditions(host).findings().stream()
        .filter(finding -> finding.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static void says(Finding finding, Severity severity, String title, String... evidence) {
    assertThat(finding.severity()).as(finding.toString()).isEqualTo(severity);
    assertThat(finding.title()).contains(title);
    for (String part : evidence) {
      assertThat(String.join("\n", finding.evidence())).contains(part);
    }
  }

  private static String steps(Finding finding) {
    return String.join("\n", finding.remedy().orElseThrow().steps());
  }

  @Test
  void aCardWithEverythingCanHaveAllThatItsDriverAllows() {
    VfConditions found = conditions(host);

    assertThat(found.findings())
        .extracting(Finding::severity)
        .containsOnly(Severity.OK, Severity.NOTE);
    assertThat(found.atMost()).hasValue(7);
    says(find(host, "sriov-capability"), Severity.OK, "has the SR-IOV", "TotalVFs 8");
    says(find(host, "vf-total"), Severity.NOTE, "7 VFs of the 8", "sriov_totalvfs: 7");
    says(find(host, "vf-driver"), Severity.OK, "igb makes VFs", "intel/igb/igb_main.c");
    says(find(host, "vf-memory"), Severity.OK, "is room", "56 KiB for all VFs at 0x380000000000");
    says(find(host, "vf-buses"), Severity.OK, "last is on bus 01", "buses 01 to 02");
    says(find(host, "vf-ari"), Severity.OK, "passes on", "ARI forwarding on");
  }

  @Test
  void withoutRootTheKernelsFilesTellAndWhatIsMissingIsSaid() {
    host.file(PF + "config", new ConfigBytes(64).capability(0x10, 0x0002).bytes());
    host.file(PORT + "config", new ConfigBytes(64).type(1).capability(0x10, 0x0042).bytes());

    says(find(host, "sriov-capability"), Severity.OK, "has the SR-IOV", "only root may read");
    says(find(host, "vf-ari"), Severity.UNKNOWN, "7 VFs of its 7 need ARI", "only root");
    assertThat(conditions(host).possible()).isTrue();

    host.without(PF + "sriov_totalvfs");
    says(find(host, "sriov-capability"), Severity.UNKNOWN, "cannot be seen", "only root");
    assertThat(steps(find(host, "sriov-capability"))).contains("sudo lend check 01:00.0 --vfs");
    assertThat(conditions(host).possible()).isFalse();
  }

  @Test
  void aCardWithoutTheCapabilityIsToldHowItsFirmwareShowsIt() {
    MapKernel mellanox = card(0x15b3, 8, "8", "mlx5_core");
    mellanox.file(PF + "config", new ConfigBytes(4096).capability(0x10, 2).bytes());
    mellanox.without(PF + "sriov_totalvfs");

    says(find(mellanox, "sriov-capability"), Severity.BLOCKER, "no SR-IOV capability");
    assertThat(steps(find(mellanox, "sriov-capability")))
        .contains("mlxconfig -d 0000:01:00.0 set SRIOV_EN=1 NUM_OF_VFS=8", "SR-IOV Support");
    assertThat(conditions(mellanox).atMost()).hasValue(0);
  }

  @Test
  void aDeviceThatDoesNotAnswerIsNotTakenForOneWithoutSriov() {
    byte[] ones = new byte[4096];
    java.util.Arrays.fill(ones, (byte) 0xff);
    host.file(PF + "config", ones).without(PF + "sriov_totalvfs");

    says(find(host, "sriov-capability"), Severity.BLOCKER, "does not answer", "all ones");
  }

  @Test
  void noVfsFromTheFirmwareNameTheMakersTool() {
    MapKernel off = card(0x14e4, 0, "0", "bnxt_en");
    says(find(off, "vf-total"), Severity.BLOCKER, "SR-IOV is off", "TotalVFs 0");
    assertThat(steps(find(off, "vf-total"))).contains("bnxtnvm", "devlink dev param set pci/");

    off.without(PF + "sriov_totalvfs");
    says(find(off, "vf-total"), Severity.BLOCKER, "SR-IOV is off", "is not there");

    MapKernel limited = card(0x8086, 64, "0", "ice");
    says(find(limited, "vf-total"), Severity.BLOCKER, "SR-IOV is off", "sriov_totalvfs: 0");
  }

  @Test
  void aKernelThatDidNotTakeTheCapabilityUpIsSaidAsSuch() {
    host.without(PF + "sriov_totalvfs");

    says(find(host, "vf-total"), Severity.BLOCKER, "kernel has not taken up", "TotalVFs 8");
    assertThat(steps(find(host, "vf-total"))).contains("CONFIG_PCI_IOV");
  }

  @Test
  void whyADriverMakesNoVfsIsSaidForEachReason() {
    says(find(card(0x8086, 8, "8", ""), "vf-driver"), Severity.BLOCKER, "has no driver");
    says(
        find(card(0x1077, 8, "8", "qla2xxx"), "vf-driver"),
        Severity.BLOCKER,
        "no sriov_configure",
        "qla_os.c");
    says(
        find(card(0x15b3, 8, "8", "mlx4_core"), "vf-driver"),
        Severity.BLOCKER,
        "parameter of its own");
    says(
        find(card(0x8086, 8, "8", "novel"), "vf-driver"),
        Severity.NOTE,
        "shows only when it is asked");
    MapKernel refused = card(0x8086, 8, "8", "novel");
    refused.says("novel 0000:01:00.0: driver does not support SR-IOV configuration via sysfs");
    says(find(refused, "vf-driver"), Severity.BLOCKER, "it said so", "kernel log: novel");
  }

  @Test
  void aPfOnVfioPciMakesVfsOnlyWhereItsParameterSaysSo() {
    MapKernel vfio = card(0x8086, 8, "8", "vfio-pci");
    says(find(vfio, "vf-driver"), Severity.BLOCKER, "on vfio-pci", "enable_sriov: not there");
    assertThat(steps(find(vfio, "vf-driver"))).contains("lend return 01:00.0");

    vfio.file("sys/module/vfio_pci/parameters/enable_sriov", "Y");
    says(find(vfio, "vf-driver"), Severity.WARNING, "on vfio-pci", "enable_sriov: Y");
  }

  @Test
  void vfsThatExistProveTheDriver() {
    MapKernel novel = card(0x8086, 8, "8", "novel");
    function(
        novel,
        "pci0000:00/0000:00:01.0/",
        "0000:01:10.0",
        "0x020000",
        "0x8086:0x10ca",
        "",
        new byte[64]);
    novel
        .link(PF + "virtfn0", "../0000:01:10.0")
        .link(PORT + "0000:01:10.0/physfn", "../0000:01:00.0");

    says(find(novel, "vf-driver"), Severity.OK, "novel makes VFs: 1 exist");
  }

  @Test
  void windowsWithoutAnAddressAreABlockerWithWhatTheKernelSaid() {
    resource(host, HOMELESS);
    host.says("pci 0000:01:00.0: VF BAR 0 [mem size 0xe000 64bit pref]: can't assign; no space");
    host.says("pci 0000:02:00.0: VF BAR 0 [mem size 0xe000 64bit pref]: can't assign; no space");

    Finding finding = find(host, "vf-memory");
    says(finding, Severity.BLOCKER, "no room", "without an address", "kernel log: pci 0000:01");
    assertThat(String.join("\n", finding.evidence())).doesNotContain("0000:02:00.0");
    assertThat(steps(finding)).contains("pci=realloc", "Above 4G Decoding", "SR-IOV Support");
  }

  @Test
  void windowsThatTheKernelDroppedAreSeenFromTheCapabilityOrItsLog() {
    String none = "0x0000000000000000 0x0000000000000000 0x0000000000000000";
    resource(host, none);
    says(find(host, "vf-memory"), Severity.BLOCKER, "no room", "no VF BAR has an address");

    host.file(PF + "config", config(8, false));
    says(find(host, "vf-memory"), Severity.UNKNOWN, "cannot be seen");

    host.says("igb 0000:01:00.0: not enough MMIO resources for SR-IOV");
    says(find(host, "vf-memory"), Severity.BLOCKER, "no room", "not enough MMIO");

    resource(host, PLACED);
    says(find(host, "vf-memory"), Severity.WARNING, "has refused", "not enough MMIO");
  }

  @Test
  void busNumbersAreReckonedFromOffsetAndStride() {
    host.file(PF + "sriov_offset", "384").file(PORT + "subordinate_bus_number", "1");
    says(find(host, "vf-buses"), Severity.BLOCKER, "on bus 02", "buses 01 to 01");
    assertThat(steps(find(host, "vf-buses"))).contains("pci=assign-busses", "ARI");

    host.file(PF + "sriov_offset", "252");
    says(find(host, "vf-buses"), Severity.WARNING, "enough for 2 of 7 VFs", "sriov_offset: 252");
    assertThat(conditions(host).atMost()).hasValue(2);

    host.file(PORT + "subordinate_bus_number", "2");
    says(find(host, "vf-buses"), Severity.OK, "last is on bus 02");
    assertThat(conditions(host).atMost()).hasValue(7);
  }

  @Test
  void busNumbersThatCannotBeSeenAreNotTakenForEnough() {
    host.without(PORT + "subordinate_bus_number").file(PF + "sriov_offset", "384");
    says(find(host, "vf-buses"), Severity.UNKNOWN, "reach bus 02");

    host.file(PF + "sriov_offset", "0");
    says(find(host, "vf-buses"), Severity.UNKNOWN, "cannot be seen", "sriov_offset: 0");
    says(find(host, "vf-ari"), Severity.UNKNOWN, "cannot be seen");
  }

  @Test
  void aRefusalForWantOfBusNumbersBecomesItsRemedy() {
    host.says("igb 0000:01:00.0: can't enable 7 VFs (bus 02 out of range of [bus 01])");

    says(find(host, "vf-buses"), Severity.WARNING, "has refused VFs", "kernel log: igb");
    assertThat(steps(find(host, "vf-buses"))).contains("pci=assign-busses");
  }

  @Test
  void aPortThatDoesNotForwardAriReachesEightFunctions() {
    byte[] port = new ConfigBytes(4096).type(1).capability(0x10, 0x0042).bytes();
    host.file(PORT + "config", port).file(PF + "sriov_offset", "1");
    host.file(PF + "sriov_stride", "1").file(PF + "sriov_totalvfs", "8");
    says(find(host, "vf-ari"), Severity.WARNING, "1 of 8 VFs cannot be reached", "not supported");
    assertThat(steps(find(host, "vf-ari"))).contains("ask for at most 7", "into a slot");
    assertThat(conditions(host).atMost()).hasValue(7);

    host.file(PF + "sriov_offset", "128");
    says(find(host, "vf-ari"), Severity.BLOCKER, "8 of 8 VFs cannot be reached");

    port[0x40 + 0x24] |= ARI;
    host.file(PORT + "config", port);
    assertThat(steps(find(host, "vf-ari"))).contains("turn on ARI in the firmware setup");

    host.file(PF + "sriov_offset", "1").file(PF + "sriov_totalvfs", "7");
    says(find(host, "vf-ari"), Severity.OK, "need no ARI");
  }

  @Test
  void whoElseSetsTheVfsIsNamedWithItsFile() {
    host.file("etc/modprobe.d/nic.conf", "options igb max_vfs=4");

    says(find(host, "vf-owners"), Severity.WARNING, "something else", "/etc/modprobe.d/nic.conf:1");
    assertThat(steps(find(host, "vf-owners"))).contains("take max_vfs=4 out of");
  }

  @Test
  void theMachineComesFirst() {
    MapKernel forgotten = CapturedHosts.intelForgotten();
    HostSnapshot snapshot = new HostReader(forgotten).read(Scope.functionsAndNames());
    PciFunction pf = snapshot.function(PciAddress.parse("01:00.0").orElseThrow()).orElseThrow();
    VfConditions found = new SriovReader(forgotten).conditions(snapshot, pf);

    assertThat(found.findings().getFirst().id()).isEqualTo("cpu-virtualization");
    assertThat(found.findings())
        .filteredOn(finding -> finding.severity() == Severity.BLOCKER)
        .extracting(Finding::id)
        .contains("iommu-kernel");
    assertThat(found.possible()).isFalse();
  }

  @Test
  void nonsenseInTheFilesIsUnreadableAndNoNumber() {
    for (String nonsense : List.of("-1", "99999999999", "", "x", "2147483647")) {
      host.file(PF + "sriov_totalvfs", nonsense).file(PF + "sriov_offset", nonsense);
      host.file(PF + "sriov_stride", nonsense).file(PORT + "subordinate_bus_number", nonsense);
      assertThat(conditions(host).findings()).as(nonsense).isNotEmpty();
    }
    assertThat(Optional.of(SriovReader.message("6,12,34,-;igb: text"))).contains("igb: text");
    assertThat(SriovReader.message("a line; of text")).isEqualTo("a line; of text");
  }
}
