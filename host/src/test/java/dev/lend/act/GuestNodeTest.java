package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.libvirt.FakeVirt;
import dev.lend.model.Guest;
import dev.lend.sysfs.MapKernel;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class GuestNodeTest {
  private final FakeVirt virt = new FakeVirt();
  private final MapKernel kernel =
      new MapKernel()
          .file("sys/devices/system/node/node0/cpulist", "0-3")
          .file("sys/devices/system/node/node1/cpulist", "4-7")
          .file("run/libvirt/qemu/web1.pid", "42")
          .file("proc/42/status", "Mems_allowed_list:\t0");

  private OptionalInt node() {
    return GuestNode.of(new Guest.Domain(FakeVirt.NAME), kernel, virt::open);
  }

  @Test
  void aDomainIsWhereItsDefinitionPutsItsMemory() {
    virt.tuning("<numatune><memory nodeset='1'/></numatune><vcpu cpuset='0-3'>1</vcpu>");
    assertThat(node()).hasValue(1);
  }

  @Test
  void elseWhereItPutsItsProcessors() {
    virt.tuning("<numatune><memory nodeset='0-1'/></numatune><vcpu cpuset='4-5'>1</vcpu>");
    assertThat(node()).hasValue(1);
    virt.tuning("<vcpu cpuset='3-4'>1</vcpu>");
    assertThat(node()).as("on both: by its process").hasValue(0);
  }

  @Test
  void elseWhereItsProcessIsAlsoWhereLibvirtCannotBeAsked() {
    assertThat(node()).hasValue(0);
    virt.withoutLibrary();
    assertThat(node()).hasValue(0);
  }

  @Test
  void onAHostWithOneNodeLibvirtIsNotAsked() {
    MapKernel one = new MapKernel().file("sys/devices/system/node/node0/cpulist", "0-3");
    assertThat(GuestNode.of(new Guest.Domain(FakeVirt.NAME), one, virt::open)).isEmpty();
    assertThat(virt.asked()).isEmpty();
  }
}
