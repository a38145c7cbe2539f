package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PfIdentity;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Scope;
import dev.lend.sysfs.SimulatedHosts;
import dev.lend.sysfs.SimulatedKernel;
import java.util.Optional;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class PfIdentitiesTest {
  @Test
  void knowsEachPhysicalFunctionByTheAddressItsHardwareCameWith() {
    SimulatedKernel kernel = SimulatedHosts.lab();
    HostSnapshot host = new HostReader(kernel).read(Scope.uses());

    SortedMap<PciAddress, PfIdentity> known = new PfIdentities(kernel, kernel).of(host, false);

    PciAddress igb = PciAddress.parse("01:00.0").orElseThrow();
    assertThat(known).containsOnlyKeys(igb, PciAddress.parse("08:00.0").orElseThrow());
    assertThat(known.getOrDefault(igb, PfIdentity.unknown()).mac()).isPresent();
    assertThat(known.getOrDefault(igb, PfIdentity.unknown()).subsystem().map(Object::toString))
        .isEqualTo(Optional.of("1af4:1100"));
  }
}
