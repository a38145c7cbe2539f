package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.libvirt.FakeVirt;
import dev.lend.libvirt.VirtDomain;
import dev.lend.model.DomainDefinition;
import dev.lend.model.DomainDefinition.Wanted;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefinedDomainsTest {
  private static final PciAddress VF = PciAddress.parse("01:10.0").orElseThrow();
  private static final String XML =
      "<interface type='hostdev' managed='yes'><source><address type='pci' domain='0x0000'"
          + " bus='0x01' slot='0x10' function='0x0'/></source><alias name='hostdev0'/></interface>";

  private final FakeVirt virt = new FakeVirt().device("hostdev0", XML).defined("hostdev0", XML);

  private DefinedDomains read() {
    return DefinedDomains.of(Guest.Domain.SYSTEM, virt::open);
  }

  @Test
  void aDomainHasWhatItStartsWithAndWhatItHasNow() {
    assertThat(read().silence()).isEmpty();
    assertThat(read().domains())
        .containsExactly(
            new DomainDefinition(
                new Guest.Domain(FakeVirt.NAME),
                FakeVirt.NAME,
                FakeVirt.UUID,
                "running",
                List.of(new Wanted(VF, true, true)),
                List.of(VF)));
  }

  @Test
  void aDomainThatIsOffHasNothingNow() {
    virt.state(VirtDomain.State.OFF);
    assertThat(read().domains().getFirst().now()).isEmpty();
    assertThat(read().domains().getFirst().wants(VF)).isTrue();
  }

  @Test
  void aHostWithoutLibvirtSaysSo() {
    virt.withoutLibrary();
    assertThat(read().domains()).isEmpty();
    assertThat(read().silence()).contains("libvirt's library (libvirt.so.0) is not on this host");
  }
}
