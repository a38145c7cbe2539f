package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Binding;
import dev.lend.model.PciAddress;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class BindingReaderTest {
  private static final PciAddress VF = new PciAddress(0, 1, 0x10, 0);
  private static final String DEVICE = "sys/bus/pci/devices/0000:01:10.0/";

  private static Binding of(MapKernel kernel) {
    return new BindingReader(kernel).binding(VF);
  }

  /** Whoever takes it off has the device lock, which showing the override may wait for. */
  @Test
  void takesADriverThatOnlyTheUeventNamesForOneThatStillHasTheFunctionAndReadsNoOverride() {
    MapKernel unbinding =
        new MapKernel()
            .file(DEVICE + "uevent", "DRIVER=vfio-pci\nPCI_CLASS=20000")
            .file(DEVICE + "driver_override", "vfio-pci");

    assertThat(of(unbinding)).isEqualTo(new Binding(Optional.of("vfio-pci"), Optional.empty()));
  }

  @Test
  void takesAnOverrideThatPrintsAsNullForNone() {
    MapKernel free =
        new MapKernel()
            .file(DEVICE + "uevent", "PCI_CLASS=20000")
            .file(DEVICE + "driver_override", "(null)");

    assertThat(of(free)).isEqualTo(new Binding(Optional.empty(), Optional.empty()));
  }
}
