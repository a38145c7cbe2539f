package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.libvirt.FakeVirt;
import dev.lend.libvirt.VirtDomain;
import dev.lend.model.Guest;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.MapKernel;
import dev.lend.sysfs.Scope;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class GuestSearchTest {
  private static final PciAddress VF = PciAddress.parse("01:10.0").orElseThrow();
  private static final String XML =
      "<interface type='hostdev' managed='yes'><source><address type='pci' domain='0x0000'"
          + " bus='0x01' slot='0x10' function='0x0'/></source><alias name='hostdev0'/></interface>";

  private final FakeVirt virt = new FakeVirt();
  private final MapKernel kernel = new MapKernel();

  GuestSearchTest() {
    String device = "sys/bus/pci/devices/0000:01:10.0";
    kernel
        .file(device + "/uevent", "DRIVER=vfio-pci\nPCI_CLASS=20000\nPCI_ID=8086:10CA")
        .file(device + "/class", "0x020000")
        .file(device + "/vendor", "0x8086")
        .file(device + "/device", "0x10ca")
        .link(device + "/driver", "../../../bus/pci/drivers/vfio-pci")
        .link(device + "/iommu_group", "../../../kernel/iommu_groups/7")
        .directory("sys/kernel/iommu_groups/7/devices/0000:01:10.0");
  }

  private void process(int pid, String comm, String... words) {
    kernel
        .file("proc/" + pid + "/comm", comm)
        .file(
            "proc/" + pid + "/cmdline",
            (String.join("\0", words) + "\0").getBytes(StandardCharsets.UTF_8));
  }

  private void holds(int pid) {
    kernel.link("proc/" + pid + "/fd/9", "/dev/vfio/7");
  }

  private GuestSearch.Found search() {
    HostSnapshot host = new HostReader(kernel).read(Scope.functions().withHolders());
    return GuestSearch.search(kernel, host, "qemu:///system", virt::open);
  }

  @Test
  void aDomainHasItsProcessAndItsDevicesWithWhoGivesThemBack() {
    virt.device("hostdev0", XML);
    process(42, "qemu-system-x86", "qemu-system-x86_64", "-uuid", FakeVirt.UUID);

    GuestSearch.Found found = search();

    assertThat(found.silence()).isEmpty();
    assertThat(found.guests())
        .containsExactly(
            new FoundGuest(
                FoundGuest.Kind.DOMAIN,
                FakeVirt.NAME,
                Optional.of(FakeVirt.UUID),
                "running",
                true,
                OptionalLong.of(42),
                Optional.of(new Guest.Domain(FakeVirt.NAME)),
                List.of(new FoundGuest.Device(VF, Optional.of("hostdev0"), true)),
                OptionalInt.empty()));
  }

  @Test
  void aDomainThatIsOffShowsWhatItStartsWith() {
    virt.defined("hostdev0", XML).state(VirtDomain.State.OFF);

    FoundGuest guest = search().guests().getFirst();

    assertThat(guest.running()).isFalse();
    assertThat(guest.state()).isEqualTo("off");
    assertThat(guest.pid()).isEmpty();
    assertThat(guest.devices()).extracting(FoundGuest.Device::address).containsExactly(VF);
  }

  @Test
  void qemusByHandAreFoundWithWhatTheyHaveOpenAndWhetherTheyCanBeAsked() {
    process(7, "qemu-system-x86", "qemu-system-x86_64", "-name", "a", "-qmp", "unix:/run/a.sock");
    process(8, "qemu-system-x86", "qemu-system-x86_64", "-name", "b");
    process(9, "dpdk-testpmd", "dpdk-testpmd");
    holds(8);
    holds(9);

    List<FoundGuest> guests = search().guests();

    assertThat(guests)
        .extracting(FoundGuest::kind)
        .containsExactly(
            FoundGuest.Kind.DOMAIN,
            FoundGuest.Kind.QEMU,
            FoundGuest.Kind.QEMU,
            FoundGuest.Kind.OTHER);
    assertThat(guests.get(1).guest()).contains(new Guest.Qemu("/run/a.sock"));
    assertThat(guests.get(1).devices()).isEmpty();
    assertThat(guests.get(2).guest()).isEmpty();
    assertThat(guests.get(2).devices())
        .containsExactly(new FoundGuest.Device(VF, Optional.empty(), false));
    assertThat(guests.get(3).name()).isEqualTo("dpdk-testpmd");
  }

  @Test
  void withoutLibvirtItsDomainsAreStillSeenByTheirProcesses() {
    virt.withoutLibrary();
    process(
        42,
        "qemu-system-x86",
        "qemu-system-x86_64",
        "-name",
        "guest=web1",
        "-chardev",
        "socket,id=charmonitor,fd=3");
    holds(42);

    GuestSearch.Found found = search();

    assertThat(found.silence()).contains("libvirt's library (libvirt.so.0) is not on this host");
    assertThat(found.guests()).hasSize(1);
    assertThat(found.guests().getFirst().kind()).isEqualTo(FoundGuest.Kind.DOMAIN);
    assertThat(found.guests().getFirst().guest()).as("only libvirt speaks to it").isEmpty();
    assertThat(found.guests().getFirst().devices()).hasSize(1);
  }

  @Test
  void eachGuestIsOnTheNodeOfItsDefinitionOrElseOfItsProcess() {
    kernel
        .file("sys/devices/system/node/node0/cpulist", "0-3")
        .file("sys/devices/system/node/node1/cpulist", "4-7")
        .file("proc/7/status", "Mems_allowed_list:\t1")
        .file("proc/42/status", "Mems_allowed_list:\t1");
    process(7, "qemu-system-x86", "qemu-system-x86_64", "-name", "a");
    process(42, "qemu-system-x86", "qemu-system-x86_64", "-uuid", FakeVirt.UUID);

    assertThat(search().guests())
        .extracting(FoundGuest::node)
        .containsExactly(OptionalInt.of(1), OptionalInt.of(1));

    virt.tuning("<numatune><memory mode='strict' nodeset='0'/></numatune>");
    assertThat(search().guests().getFirst().node()).hasValue(0);
  }
}
