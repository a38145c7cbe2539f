package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Dependent;
import dev.lend.model.FunctionDetail;
import dev.lend.model.HostSnapshot;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptureTest {
  @TempDir Path temporary;

  /** Unpacks with the machine's own tar, which is what a person will use. */
  private FileKernel captured(MapKernel host, boolean serials) throws Exception {
    return captured(host, serials, Capture.More.none());
  }

  private FileKernel captured(MapKernel host, boolean serials, Capture.More more) throws Exception {
    Path archive = temporary.resolve("host.tar.gz");
    try (var out = Files.newOutputStream(archive)) {
      Capture.write(host, serials, more, out);
    }
    Path root = Files.createDirectory(temporary.resolve("root"));
    Process tar =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", root.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tar.waitFor()).as(said).isZero();
    return new FileKernel(root);
  }

  private static List<Object> everything(KernelReader kernel) {
    HostSnapshot host = new HostReader(kernel).read(Scope.uses());
    List<Object> all = new ArrayList<>();
    all.add(host.functions());
    all.add(host.nets());
    all.add(host.disks());
    all.add(host.holders());
    all.add(Readiness.examine(kernel, host));
    SriovReader vfs = new SriovReader(kernel);
    for (var function : host.functions().values()) {
      all.add(new DetailReader(kernel).detail(host, function, false));
      all.add(vfs.read(function));
      all.add(vfs.owners(host, function).owners());
    }
    return all;
  }

  @Test
  void aCaptureReadsLikeTheHost() throws Exception {
    MapKernel host = CapturedHosts.intelReady();

    assertThat(everything(captured(host, true))).isEqualTo(everything(host));
  }

  @Test
  void aCaptureOfAVirtualMachineReadsLikeIt() throws Exception {
    MapKernel host = CapturedHosts.virtualMachine();

    assertThat(everything(captured(host, false))).isEqualTo(everything(host));
  }

  @Test
  void makesNoDirectoriesThatTheHostDoesNotHave() throws Exception {
    MapKernel host = CapturedHosts.virtualMachine();
    host.file("proc/sys/kernel/osrelease", "7.0.0-other");

    assertThat(captured(host, false).exists("lib/modules/7.0.0-other")).isFalse();
  }

  @Test
  void leavesOutWhatIdentifiesTheMachine() throws Exception {
    MapKernel host = CapturedHosts.intelReady();
    host.file("proc/cmdline", "root=UUID=1 token=hunter2 intel_iommu=on");
    FileKernel capture = captured(host, false);
    HostSnapshot snapshot = new HostReader(capture).read(Scope.uses());
    FunctionDetail card =
        new DetailReader(capture)
            .detail(snapshot, snapshot.function(at("01:00.0")).orElseThrow(), false);

    assertThat(card.serial().or("")).isEqualTo("00-00-00-00-00-00-00-00");
    assertThat(snapshot.nets().getFirst().mac()).isEqualTo("a0:36:9f:00:00:00");
    assertThat(capture.read("proc/cmdline").or("")).isEqualTo("intel_iommu=on");
    assertThat(capture.read("proc/net/if_inet6").or(""))
        .contains("20010db800000001a2369ffffe000000")
        .doesNotContain("123456");
    assertThat(capture.read("var/lib/dpkg/status").or("")).doesNotContain("secret-tool");
    assertThat(capture.read("sys/bus/pci/devices/0000:01:00.0/vpd").or("")).isEmpty();
  }

  @Test
  void keepsWhoElseSetsVfsButNotTheFilesInWhichTheyAreTold() throws Exception {
    MapKernel host = CapturedHosts.intelReady();
    host.file(
        "etc/NetworkManager/system-connections/uplink.nmconnection",
        "[connection]\nid=uplink\ntype=ethernet\ninterface-name=eth1\n"
            + "[802-1x]\npassword=hunter2\n[sriov]\ntotal-vfs=4");
    host.file(
        "etc/cron.d/vfs", "PASSWORD=hunter2\necho 2 > /sys/class/net/eth1/device/sriov_numvfs");
    FileKernel capture = captured(host, true);
    HostSnapshot snapshot = new HostReader(capture).read(Scope.functionsAndNames());
    var pf = snapshot.function(at("01:00.0")).orElseThrow();

    assertThat(new SriovReader(capture).owners(snapshot, pf).owners())
        .hasSize(2)
        .isEqualTo(new SriovReader(host).owners(snapshot, pf).owners());
    assertThat(capture.exists("etc/NetworkManager")).isFalse();
    assertThat(capture.exists("etc/cron.d")).isFalse();
    assertThat(everythingIn(temporary.resolve("root"))).doesNotContain("hunter2");
  }

  /** Commands that look for others who set VFs read their files too. */
  @Test
  void whatElseIsReadIsKeptOnlyWhereTheKernelHasIt() throws Exception {
    MapKernel host = CapturedHosts.intelReady();
    host.file("etc/cron.d/vfs", "PASSWORD=hunter2").file("sys/module/igb/version", "5.6");
    Capture.More more =
        new Capture.More() {
          @Override
          public void read(KernelReader kernel, HostSnapshot read) {
            assertThat(kernel.read("etc/cron.d/vfs").or("")).contains("hunter2");
            assertThat(kernel.read("sys/module/igb/version").or("")).isEqualTo("5.6");
          }

          @Override
          public Map<String, byte[]> kept(HostSnapshot read) {
            return Map.of("lend/more.json", "{}".getBytes(StandardCharsets.UTF_8));
          }
        };
    FileKernel capture = captured(host, true, more);

    assertThat(capture.read("sys/module/igb/version").or("")).isEqualTo("5.6");
    assertThat(capture.read("lend/more.json").or("")).isEqualTo("{}");
    assertThat(capture.exists("etc/cron.d")).isFalse();
    assertThat(everythingIn(temporary.resolve("root"))).doesNotContain("hunter2");
  }

  @Test
  void ofTheKernelsLogKeepsOnlyWhatItSaysOfVfs() throws Exception {
    MapKernel host = CapturedHosts.intelReady();
    host.says("igb 0000:01:00.0: not enough MMIO resources for SR-IOV").says("secret: hunter2");
    host.says("igb 0000:01:00.0: eth1: hunter2");
    FileKernel capture = captured(host, true);

    assertThat(capture.log().or(List.of()))
        .containsExactly("igb 0000:01:00.0: not enough MMIO resources for SR-IOV");
    assertThat(everythingIn(temporary.resolve("root"))).doesNotContain("hunter2");
  }

  private static String everythingIn(Path root) throws IOException {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        all.append(file)
            .append('\n')
            .append(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
    }
    return all.toString();
  }

  @Test
  void keepsOnlyProcessesThatHoldDevices() throws Exception {
    MapKernel host = CapturedHosts.intelReady();
    host.directory("sys/bus/pci/drivers/vfio-pci");
    String vf = "sys/devices/pci0000:00/0000:00:01.0/0000:01:10.2/";
    host.link(vf + "driver", "../../../../bus/pci/drivers/vfio-pci");
    host.file("proc/42/comm", "qemu-system-x86").link("proc/42/fd/9", "/dev/vfio/4");
    host.link("proc/42/fd/10", "/home/someone/secret.qcow2");
    host.file("proc/42/cmdline", "qemu\0-name\0web1\0-object\0secret,id=s,data=hunter2\0");
    host.file("proc/43/comm", "ssh").link("proc/43/fd/3", "socket:[4]");
    FileKernel capture = captured(host, false);

    assertThat(capture.list("proc/42/fd").or(List.of())).containsExactly("9");
    assertThat(capture.exists("proc/43")).isFalse();
    assertThat(capture.read("proc/42/cmdline").or("")).contains("web1").doesNotContain("hunter2");
    assertThat(new HostReader(capture).read(Scope.uses()).holders())
        .isEqualTo(new HostReader(host).read(Scope.uses()).holders())
        .hasSize(1);
  }

  @Test
  void keepsWhatRestsOnDevicesAndNotWhatUdevKnowsOfThem() throws Exception {
    MapKernel host = CapturedHosts.intelReady();
    String card = "sys/devices/pci0000:00/0000:00:01.0/0000:01:00.0/uio/uio0";
    host.file(card + "/uevent", "DEVNAME=uio0").link("sys/dev/char/240:0", "../../../" + card);
    host.file("proc/42/comm", "dpdk").link("proc/42/fd/9", "/dev/uio0");
    host.link("proc/42/fd/10", "/dev/null").file("proc/42/fdinfo/9", "flags:\t02");
    host.file("sys/block/sdx/dev", "8:0").link("sys/class/block/sdx", "../../block/sdx");
    host.link("sys/block/sdx/device", "../../../" + card);
    host.file("run/udev/data/b8:0", "E:ID_SERIAL=S1\nE:ID_FS_TYPE=ext4\nE:ID_FS_LABEL=old");
    FileKernel capture = captured(host, false);
    List<Dependent> found = around(capture);

    assertThat(found)
        .isEqualTo(around(host))
        .hasAtLeastOneElementOfType(Dependent.OpenFile.class)
        .hasAtLeastOneElementOfType(Dependent.Content.class);
    assertThat(capture.list("proc/42/fd").or(List.of())).containsExactly("9");
    assertThat(capture.read("run/udev/data/b8:0").or("")).doesNotContain("S1");
  }

  private static List<Dependent> around(KernelReader kernel) {
    return new HostReader(kernel)
        .read(Scope.uses().withAllAround(Set.of(at("01:00.0"))))
        .surroundings()
        .of(at("01:00.0"));
  }

  @Test
  void theSameHostGivesTheSameArchive() throws IOException {
    assertThat(archive()).isEqualTo(archive());
  }

  @Test
  void namesAndTargetsOfAnyLengthSurvive() throws Exception {
    String name = "d/" + "x".repeat(99) + "/" + "y".repeat(120);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(bytes);
    tar.file(name, new byte[513]);
    tar.link("l", "t".repeat(101));
    tar.finish();
    Path archive = temporary.resolve("long.tar");
    Files.write(archive, bytes.toByteArray());
    Process list = new ProcessBuilder("tar", "-tvf", archive.toString()).start();
    String said = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(list.waitFor()).isZero();
    assertThat(said).contains(name).contains("513").contains("l -> " + "t".repeat(101));
  }

  private static byte[] archive() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Capture.write(CapturedHosts.intelReady(), true, Capture.More.none(), out);
    return new GZIPInputStream(new ByteArrayInputStream(out.toByteArray())).readAllBytes();
  }

  private static dev.lend.model.PciAddress at(String address) {
    return dev.lend.model.PciAddress.parse(address).orElseThrow();
  }
}
