package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CarefulReaderTest {
  private static final String NIC = "sys/bus/pci/devices/0000:02:00.0/";
  private static final String OTHER = "sys/bus/pci/devices/0000:03:00.0/";

  private final KernelReader reader =
      new CarefulReader(
          new MapKernel()
              .file(NIC + "config", "config")
              .file(NIC + "driver_override", "(null)")
              .file(NIC + "uevent", "DRIVER=igb")
              .file(OTHER + "config", "config"),
          Set.of(PciAddress.parse("02:00.0").orElseThrow()));

  @Test
  void readsNothingThatWaitsForTheWriteThatHoldsAFunctionUp() {
    assertThat(reader.read(NIC + "driver_override")).isInstanceOf(Fact.Unreadable.class);
    assertThat(reader.bytes(NIC + "config")).isInstanceOf(Fact.Unreadable.class);
    assertThat(reader.read(NIC + "uevent")).isEqualTo(Fact.known("DRIVER=igb"));
    assertThat(reader.exists(NIC + "config")).isTrue();
  }

  @Test
  void readsEverythingOfTheOthers() {
    assertThat(reader.bytes(OTHER + "config")).isInstanceOf(Fact.Known.class);
    assertThat(reader.read("sys/bus/pci/devices")).isNotInstanceOf(Fact.Unreadable.class);
  }
}
