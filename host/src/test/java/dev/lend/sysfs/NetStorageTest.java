package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.BlockDevice;
import dev.lend.model.PciAddress;
import dev.lend.model.RemoteStorage;
import dev.lend.plan.BlastRadius;
import dev.lend.plan.Consequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Storage of other machines; 192.0.2.0/24 is reached through br0, over eth0, at 01:00.1. */
class NetStorageTest {
  private static final PciAddress NIC = PciAddress.parse("01:00.1").orElseThrow();

  @TempDir Path root;
  private final List<String> mounts = new ArrayList<>();

  private HostTree host() {
    return SampleHosts.server(root)
        .file(
            "proc/net/route",
            """
            Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
            br0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\
            """)
        .file("proc/self/mountinfo", String.join("\n", mounts));
  }

  private void mount(String point, String type, String source, String options) {
    int number = 40 + mounts.size();
    mounts.add(
        number + " 1 0:" + number + " / " + point + " rw - " + type + " " + source + " " + options);
  }

  private static List<RemoteStorage> read(HostTree host) {
    return new HostReader(new FileKernel(host.root()))
        .read(Scope.uses().withAllAround(Set.of(NIC)))
        .surroundings()
        .nets()
        .remotes();
  }

  private static RemoteStorage at(String name, BlockDevice.What... uses) {
    return new RemoteStorage(name, "192.0.2.9", List.of(uses), Set.of("br0"));
  }

  @Test
  void refusesTheCardBehindARootOnNfs() {
    mount("/", "nfs4", "192.0.2.9:/root", "rw,vers=4.2,clientaddr=192.0.2.2,addr=192.0.2.9");
    HostTree host = host();
    assertThat(read(host))
        .containsExactly(at("nfs4 192.0.2.9:/root", new BlockDevice.Mounted("/")));
    assertThat(
            BlastRadius.of(
                new HostReader(new FileKernel(host.root()))
                    .read(Scope.uses().withAllAround(Set.of(NIC))),
                NIC))
        .filteredOn(Consequence::refuses)
        .extracting(Consequence::text)
        .contains("carries this host's / (eth0 > br0 > nfs4 192.0.2.9:/root)");
  }

  @Test
  void findsRootBeneathAnOverlay() {
    mount("/run/base", "nfs", "nas:/root", "ro,addr=192.0.2.9");
    mount("/", "overlay", "overlay", "rw,lowerdir=/run/base,upperdir=/run/up,workdir=/run/work");
    assertThat(read(host()))
        .containsExactly(
            at(
                "nfs nas:/root at 192.0.2.9",
                new BlockDevice.Mounted("/run/base"),
                new BlockDevice.Mounted("/")));
  }

  @Test
  void readsHowEachFileSystemNamesItsServer() {
    mount("/a", "cifs", "//nas/a", "rw,addr=192.0.2.9");
    mount("/b", "ceph", "192.0.2.9:6789:/", "rw,name=admin");
    mount("/c", "ceph", "admin@f.cephfs=/", "rw,mon_addr=192.0.2.9:6789");
    mount("/d", "fuse.sshfs", "me@192.0.2.9:/home/me", "rw");
    mount("/e", "9p", "192.0.2.9", "rw,trans=tcp");
    mount("/f", "9p", "dist", "rw,trans=virtio");
    mount("/g", "ext4", "/dev/sdx", "rw,addr=192.0.2.9");
    mount("/h", "fuse.sshfs", "nas:/x", "rw");
    assertThat(read(host()))
        .extracting(RemoteStorage::server, remote -> remote.uses().toString())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("192.0.2.9", "[Mounted[mountPoint=/a]]"),
            org.assertj.core.groups.Tuple.tuple("192.0.2.9", "[Mounted[mountPoint=/b]]"),
            org.assertj.core.groups.Tuple.tuple("192.0.2.9", "[Mounted[mountPoint=/c]]"),
            org.assertj.core.groups.Tuple.tuple("192.0.2.9", "[Mounted[mountPoint=/d]]"),
            org.assertj.core.groups.Tuple.tuple("192.0.2.9", "[Mounted[mountPoint=/e]]"));
  }

  @Test
  void findsDisksOverIscsi() {
    mount("/data", "ext4", "/dev/sdx", "rw");
    mounts.set(0, mounts.getFirst().replace("0:40", "8:112"));
    HostTree host =
        host()
            .disk("platform/host4/session3/target4:0:0/4:0:0:1/block/sdx", "sdx", "8:112", 1 << 20)
            .file("sys/class/iscsi_connection/connection3:0/address", "192.0.2.9")
            .file("sys/class/iscsi_connection/connection30:0/address", "192.0.2.8");
    assertThat(read(host))
        .containsExactly(at("the iSCSI disk sdx at 192.0.2.9", new BlockDevice.Mounted("/data")));
  }

  @Test
  void findsDisksOverNvmeFabrics() {
    mount("/", "ext4", "/dev/nvme7n1", "rw");
    mounts.set(0, mounts.getFirst().replace("0:40", "259:9"));
    HostTree host =
        host()
            .disk("virtual/nvme-subsystem/nvme-subsys7/nvme7n1", "nvme7n1", "259:9", 1 << 20)
            .directory("sys/class/nvme-subsystem/nvme-subsys7/nvme7")
            .file(
                "sys/class/nvme/nvme7/address", "traddr=192.0.2.9,trsvcid=4420,src_addr=192.0.2.2");
    assertThat(read(host))
        .containsExactly(at("the NVMe disk nvme7n1 at 192.0.2.9", new BlockDevice.Mounted("/")));
  }
}
