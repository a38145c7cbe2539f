package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import dev.lend.model.PfIdentity;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PfIdentityReaderTest {
  private static final String PORT = "pci0000:00/0000:00:01.0";

  @TempDir private Path root;
  private HostTree host;
  private HostTree.Device card;

  @BeforeEach
  void oneCard() {
    host = new HostTree(root);
    host.function("pci0000:00", "0000:00:01.0", "060400", "8086:3420");
    card =
        host.function(PORT, "0000:01:00.0", "020000", "8086:10c9")
            .sriov(7)
            .net("net", "eth1", "52:54:00:12:34:56", true);
  }

  private PfIdentity identity(Map<String, String> permanent, boolean vpd) {
    FileKernel kernel = new FileKernel(root);
    PciFunction function =
        new HostReader(kernel)
            .read(Scope.functionsAndNames())
            .function(PciAddress.parse("01:00.0").orElseThrow())
            .orElseThrow();
    return new PfIdentityReader(kernel).read(function, permanent, vpd);
  }

  private PfIdentity identity() {
    return identity(Map.of(), false);
  }

  @Test
  void takesVendorAndDeviceAndNoMadeUpSubsystem() {
    assertThat(identity().id()).contains(new PciId(0x8086, 0x10c9));
    assertThat(identity().subsystem()).isEmpty();
  }

  @Test
  void readsTheSlotOfTheDevice() {
    host.file("sys/bus/pci/slots/3/address", "0000:01:00")
        .file("sys/bus/pci/slots/4/address", "0000:02:00");

    assertThat(identity().slot()).contains("3");
  }

  @Test
  void readsTheSlotThatTakesAWholeBus() {
    host.file("sys/bus/pci/slots/rear/address", "0000:01");

    assertThat(identity().slot()).contains("rear");
  }

  @Test
  void findsTheSlotOfTheSwitchOnTheCard() {
    host.file("sys/bus/pci/slots/7/address", "0000:00:01");

    assertThat(identity().slot()).contains("7");
  }

  @Test
  void readsTheSerialNumberAsLspciPrintsIt() {
    host.bytes(
        card.path() + "/config",
        new ConfigBytes(4096).extended(3, 0x0b0c, 0xff0a, 0x21ff, 0x001b).bytes());

    assertThat(identity().serial()).contains("00-1b-21-ff-ff-0a-0b-0c");
  }

  @Test
  void hasNoSerialNumberWithoutRoot() {
    host.bytes(card.path() + "/config", new ConfigBytes(64).bytes());

    assertThat(identity().serial()).isEmpty();
  }

  @Test
  void doesNotTakeAnUnprogrammedRegisterForASerialNumber() {
    host.bytes(card.path() + "/config", new ConfigBytes(4096).extended(3, 0, 0, 0, 0).bytes());
    assertThat(identity().serial()).isEmpty();

    host.bytes(
        card.path() + "/config",
        new ConfigBytes(4096).extended(3, 0xffff, 0xffff, 0xffff, 0xffff).bytes());
    assertThat(identity().serial()).isEmpty();
  }

  @Test
  void readsTheSerialNumberInVitalProductDataOnlyWhenAsked() {
    vpd("SN", "A1B2C3");

    assertThat(identity(Map.of(), true).vpdSerial()).contains("A1B2C3");
    assertThat(identity().vpdSerial()).isEmpty();
  }

  @Test
  void doesNotTakeAnEmptyFieldForASerialNumber() {
    vpd("SN", "N/A   ");

    assertThat(identity(Map.of(), true).vpdSerial()).isEmpty();
  }

  private void vpd(String keyword, String value) {
    byte[] text = (keyword + (char) value.length() + value).getBytes(StandardCharsets.ISO_8859_1);
    byte[] bytes = new byte[3 + text.length + 1];
    bytes[0] = (byte) 0x90;
    bytes[1] = (byte) text.length;
    System.arraycopy(text, 0, bytes, 3, text.length);
    bytes[bytes.length - 1] = 0x78;
    host.bytes(card.path() + "/vpd", bytes);
  }

  @Test
  void takesThePermanentAddressFromNetlink() {
    assertThat(identity(Map.of("eth1", "00:1b:21:0a:0b:0c", "eth0", "00:1b:21:00:00:00"), false))
        .extracting(PfIdentity::mac)
        .isEqualTo(Optional.of("00:1b:21:0a:0b:0c"));
  }

  @Test
  void takesTheAddressInSysfsOnlyWhereItIsThePermanentOne() {
    host.file(card.path() + "/net/eth1/addr_assign_type", "3");
    assertThat(identity().mac()).isEmpty();

    host.file(card.path() + "/net/eth1/addr_assign_type", "0");
    assertThat(identity().mac()).contains("52:54:00:12:34:56");
  }

  @Test
  void takesTheFirstPortOfAFunctionWithTwo() {
    card.net("net", "aport2", "52:54:00:12:34:57", true);
    host.file(card.path() + "/net/eth1/addr_assign_type", "0")
        .file(card.path() + "/net/aport2/addr_assign_type", "0")
        .file(card.path() + "/net/aport2/dev_port", "1");

    assertThat(identity().mac()).contains("52:54:00:12:34:56");
  }
}
