package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.BlockDevice;
import dev.lend.model.BlockDevice.Mounted;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.plan.Lendability;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RaidRootTest {
  @TempDir Path root;

  /** Two disks behind a controller each, a mirror over their second partitions, {@code /} on it. */
  private HostSnapshot mirrored() {
    HostTree host = new HostTree(root);
    mirror(host, "0000:00:02.0", "virtio1/block", "vda", "254:0");
    mirror(host, "0000:00:04.0", "virtio2/block", "vdb", "254:16");
    String array = "sys/devices/virtual/block/md0";
    host.disk(array, "md0", "9:0", 1L << 30).file(array + "/md/level", "raid1");
    for (String part : List.of("vda/vda2", "vdb/vdb2")) {
      host.directory(array + "/slaves/" + part.substring(4))
          .linkTo("sys/block/" + part + "/holders/md0", array);
    }
    host.file("proc/1/mountinfo", "1 0 9:0 / / rw - ext4 /dev/md0 rw");
    return new HostReader(new FileKernel(host.root())).read(Scope.uses());
  }

  private static void mirror(
      HostTree host, String address, String below, String name, String number) {
    host.function("pci0000:00", address, "010000", "1af4:1042")
        .driver("virtio-pci")
        .group(1)
        .disk(below, name, number, 1L << 34);
    int minor = Integer.parseInt(number.substring(4));
    host.partition(name, name + "1", "254:" + (minor + 1))
        .partition(name, name + "2", "254:" + (minor + 2));
  }

  @Test
  void bothHalvesOfTheMirrorThatTheRootIsOnCarryIt() {
    HostSnapshot host = mirrored();

    for (String name : List.of("vda", "vdb")) {
      BlockDevice disk =
          host.disks().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
      assertThat(disk.uses())
          .containsExactly(new BlockDevice.Use(List.of(name + "2", "md0"), new Mounted("/")));
    }
  }

  @Test
  void neitherOfTheirControllersCanBeLent() {
    HostSnapshot host = mirrored();

    for (String address : List.of("00:02.0", "00:04.0")) {
      assertThat(
              Lendability.of(
                  host, host.function(PciAddress.parse(address).orElseThrow()).orElseThrow()))
          .isInstanceOf(Lendability.No.class)
          .asString()
          .contains("carries this host's /");
    }
  }
}
