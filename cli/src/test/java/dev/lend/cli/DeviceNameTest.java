package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.model.HostSnapshot;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.SampleHosts;
import dev.lend.sysfs.Scope;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceNameTest {
  @TempDir private Path root;
  private HostSnapshot host = new HostReader(new FileKernel(Path.of("/none"))).read(Scope.uses());

  @BeforeEach
  void read() {
    host = new HostReader(new FileKernel(SampleHosts.server(root).root())).read(Scope.uses());
  }

  private String resolve(String text) {
    return DeviceName.resolve(host, text).address().brief();
  }

  private void refuses(String text, String... saying) {
    assertThatThrownBy(() -> DeviceName.resolve(host, text))
        .isInstanceOf(UsageException.class)
        .hasMessageContainingAll(saying);
  }

  @Test
  void takesAddressesAsPeopleWriteThem() {
    for (String text : new String[] {"0000:01:10.0", "01:10.0", "pci_0000_01_10_0"}) {
      assertThat(resolve(text)).isEqualTo("01:10.0");
    }
  }

  @Test
  void takesNamesOfInterfacesAndDisks() {
    assertThat(resolve("eth1")).isEqualTo("01:00.0");
    assertThat(resolve("nvme0n1")).isEqualTo("82:00.0");
    assertThat(resolve("/dev/nvme0n1")).isEqualTo("82:00.0");
  }

  @Test
  void takesNumbersOfVfs() {
    assertThat(resolve("eth1/vf1")).isEqualTo("01:10.2");
    assertThat(resolve("01:00.0/vf2")).isEqualTo("01:10.4");
  }

  @Test
  void saysHowManyVfsThereAre() {
    refuses("eth1/vf3", "no VF 3", "3 of 7 VFs");
    refuses("eth1/vfx", "no VF x");
    refuses("nvme0n1/vf0", "can have no VFs");
  }

  @Test
  void saysThatSoftwareInterfacesHaveNoFunction() {
    refuses("br0", "made by software");
  }

  @Test
  void suggestsNamesThatAreNear() {
    refuses("eht1", "no device eht1", "eth1");
    refuses("01:11.0", "no PCI function 01:11.0", "01:10.0");
    refuses("pci_0000_01_11_0", "pci_0000_01_10_0");
    refuses("quite-something-else", "lend list");
  }
}
