package dev.lend.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class DomainTuningTest {
  private static DomainTuning read(String inside) throws VirtException {
    return DomainTuning.read("<domain type='kvm'>" + inside + "<devices/></domain>");
  }

  @Test
  void memoryIsWhereNumatunePutsItCellsIncluded() throws VirtException {
    assertThat(read("<numatune><memory mode='strict' nodeset='1'/></numatune>").nodes())
        .containsExactly(1);
    assertThat(
            read("<numatune><memory mode='preferred' nodeset='0'/>"
                    + "<memnode cellid='0' mode='strict' nodeset='0-2,^1'/></numatune>")
                .nodes())
        .containsExactlyInAnyOrder(0, 2);
    assertThat(read("<numatune><memory placement='auto'/></numatune>").nodes()).isEmpty();
    assertThat(read("").nodes()).isEmpty();
  }

  @Test
  void processorsArePinnedOneByOneOrAllAlike() throws VirtException {
    assertThat(
            read("<vcpu>2</vcpu><cputune><vcpupin vcpu='0' cpuset='4'/>"
                    + "<vcpupin vcpu='1' cpuset='6-7'/><emulatorpin cpuset='0'/></cputune>")
                .processors())
        .isEqualTo(Set.of(4, 6, 7));
    assertThat(read("<vcpu cpuset='4-5'>2</vcpu>").processors()).isEqualTo(Set.of(4, 5));
    assertThat(
            read("<vcpu cpuset='4-5'>2</vcpu><cputune><vcpupin vcpu='0' cpuset='0'/></cputune>")
                .processors())
        .isEqualTo(Set.of(0, 4, 5));
  }

  @Test
  void oneProcessorWithoutAPinMayRunAnywhere() throws VirtException {
    assertThat(read("<vcpu>2</vcpu><cputune><vcpupin vcpu='0' cpuset='4'/></cputune>").processors())
        .isEmpty();
    assertThat(read("<vcpu>4</vcpu>").processors()).isEmpty();
  }

  @Test
  void whatIsNoSetIsNone() throws VirtException {
    assertThat(read("<vcpu cpuset='x,9-,-3,99999999999'>no</vcpu>").processors()).isEmpty();
  }
}
