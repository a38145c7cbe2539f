package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.BlockDevice;
import dev.lend.model.PciAddress;
import dev.lend.plan.BlastRadius;
import dev.lend.plan.Consequence;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that no process has open and nothing is mounted on, and which others use all the same. */
class ExportsTest {
  private static final PciAddress DISK = PciAddress.parse("82:00.0").orElseThrow();
  private static final String CONFIG = "sys/kernel/config/";

  @TempDir Path root;

  private List<String> refusals(HostTree host) {
    return BlastRadius.of(new HostReader(new FileKernel(host.root())).read(Scope.uses()), DISK)
        .stream()
        .filter(Consequence::refuses)
        .map(one -> one.kind().id() + ": " + one.text())
        .toList();
  }

  /** A second namespace with nothing on it but a logical volume. */
  private HostTree host() {
    HostTree host = SampleHosts.server(root);
    host.disk(
        "sys/devices/pci0000:80/0000:82:00.0/nvme/nvme0/nvme0n2", "nvme0n2", "259:20", 1 << 20);
    return host.mapped("nvme0n2", "dm-20", "vg-web", "253:20");
  }

  @Test
  void aBackstoreOfTheScsiTargetIsInUse() {
    HostTree host =
        host()
            .link("dev/mapper/vg-web", "../dm-20")
            .file("dev/dm-20", "")
            .file(CONFIG + "target/core/iblock_0/web/udev_path", "/dev/mapper/vg-web")
            .file(CONFIG + "target/core/iblock_0/web/enable", "1");
    assertThat(refusals(host))
        .contains("disk-open: carries what other machines have as the SCSI target web (dm-20)");
  }

  @Test
  void aNamespaceOfTheNvmeTargetIsInUseWhileItIsEnabled() {
    String space = CONFIG + "nvmet/subsystems/nqn.2020-01.test:web/namespaces/1/";
    HostTree host = host().file(space + "device_path", "/dev/nvme0n2").file(space + "enable", "1");
    assertThat(refusals(host))
        .contains(
            "disk-open: carries what other machines have as the NVMe subsystem"
                + " nqn.2020-01.test:web (nvme0n2)");
    host.file(space + "enable", "0");
    assertThat(refusals(host)).noneMatch(text -> text.contains("other machines"));
  }

  @Test
  void aFileAsABackstoreIsAMatterOfItsFileSystem() {
    HostTree host =
        host()
            .file(CONFIG + "target/core/fileio_0/web/udev_path", "/srv/web.img")
            .file(CONFIG + "target/core/fileio_0/web/enable", "1");
    assertThat(refusals(host)).noneMatch(text -> text.contains("other machines"));
  }

  @Test
  void theVolumesOfAPoolCountAsWhatTheyAreUsedFor() {
    HostTree host = host();
    host.file("run/udev/data/b259:20", "E:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL=tank")
        .directory("proc/spl/kstat/zfs/tank")
        .disk("sys/devices/virtual/block/zd16", "zd16", "230:16", 1 << 20)
        .partition("zd16", "zd16p1", "230:17")
        .link("dev/zvol/tank/vm/web", "../../../zd16")
        .link("dev/zvol/tank/vm/web-part1", "../../../zd16p1")
        .file("dev/zd16", "")
        .file("dev/zd16p1", "")
        .file("proc/swaps", "Filename Type Size\n/dev/zd16p1 partition 1000 0 -2");
    assertThat(refusals(host)).contains("swap: carries swap in use (zd16 > zd16p1)");
    assertThat(
            new HostReader(new FileKernel(host.root()))
                .read(Scope.uses()).disksOf(DISK).stream()
                    .flatMap(disk -> disk.uses().stream())
                    .map(BlockDevice.Use::what))
        .contains(new BlockDevice.Swap());
  }

  @Test
  void whoHasAVolumeOpenIsNamed() {
    HostTree host = host();
    host.file("run/udev/data/b259:20", "E:ID_FS_TYPE=zfs_member\nE:ID_FS_LABEL=tank")
        .directory("proc/spl/kstat/zfs/tank")
        .disk("sys/devices/virtual/block/zd16", "zd16", "230:16", 1 << 20)
        .link("dev/zvol/tank/web", "../../zd16")
        .file("dev/zd16", "")
        .file("proc/900/comm", "qemu-system-x86")
        .file("proc/900/cmdline", "qemu\0-name\0guest=db")
        .link("proc/900/fd/7", "/dev/zd16")
        .file("proc/900/fdinfo/7", "flags:\t02");
    assertThat(
            BlastRadius.of(
                new HostReader(new FileKernel(host.root()))
                    .read(Scope.uses().withAllAround(java.util.Set.of(DISK))),
                DISK))
        .extracting(Consequence::text)
        .anyMatch(text -> text.startsWith("carries data of qemu-system-x86 (pid 900"));
  }
}
