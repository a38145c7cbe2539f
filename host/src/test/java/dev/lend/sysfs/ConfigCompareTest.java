package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.PciAddress;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigCompareTest {
  private static final PciAddress NIC = PciAddress.parse("02:00.0").orElseThrow();

  /** Power management at 40, MSI at 60, MSI-X at 80, Express at a0, vital product data at c0. */
  private static byte[] card() {
    return new ConfigBytes(4096)
        .capability(0x01, 0)
        .capability(0x05, 0x0080)
        .capability(0x11, 0x0009)
        .capability(0x10, 0x0002)
        .capability(0x03, 0)
        .extended(0x0001, 0)
        .extended(ConfigSpace.EXT_ACS, 0x1f, 0x1d)
        .bytes();
  }

  private static List<String> changed(int at, int to) {
    byte[] after = card();
    after[at] = (byte) to;
    return ConfigCompare.differences(card(), after);
  }

  @Test
  void findsNothingWhereNothingChanged() {
    assertThat(ConfigCompare.differences(card(), card())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0x07, 0xf9, error bits of status",
    "0x0f, 0x41, the result of the self-test",
    "0x44, 0x03, the power state",
    "0x45, 0x80, a power management event",
    "0x62, 0x81, MSI turned on",
    "0x64, 0x55, the address of MSI",
    "0x83, 0x80, MSI-X turned on",
    "0xaa, 0x0f, device status of PCI Express",
    "0xb2, 0x40, link status",
    "0xc2, 0x33, where vital product data is read",
    "0x104, 0x10, error status",
    "0xfe, 0x77, what is outside of capabilities",
    "0x800, 0x77, what is outside of extended ones",
  })
  void leavesOutWhatMayDifferOnAHealthyDevice(String at, String to, String what) {
    assertThat(changed(Integer.decode(at), Integer.decode(to))).as(what).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0x04, 0x07, command 0000 -> 0007",
    "0x13, 0xfe, BAR 0 00000000 -> fe000000",
    "0x00, 0x85, vendor 8086 -> 8085",
    "0x34, 0x60, capabilities pointer 40 -> 60; the list of capabilities",
    "0x41, 0x00, the list of capabilities",
    "0x82, 0x04, capability 11 at 80 control 0009 -> 0004",
    "0xa8, 0x10, capability 10 at a0 device control 0000 -> 0010",
    "0x146, 0x00, extended capability 000d control 001d -> 0000",
    "0x103, 0x00, the list of extended capabilities",
  })
  void namesARegisterThatDidNotComeBack(String at, String to, String what) {
    assertThat(String.join("; ", changed(Integer.decode(at), Integer.decode(to)))).isEqualTo(what);
  }

  @Test
  void keepsAListOfManyShort() {
    byte[] before = card();
    Arrays.fill(before, 0x10, 0x34, (byte) 1);
    assertThat(ConfigCompare.differences(before, card()))
        .singleElement()
        .asString()
        .endsWith("; and 3 more");
    assertThat(ConfigCompare.differences(card(), new byte[16])).hasSize(1);
    assertThat(ConfigCompare.differences(new byte[0], new byte[0])).isEmpty();
  }

  @Test
  void tellsASilentDeviceFromAVirtualFunction() {
    byte[] ones = new byte[256];
    Arrays.fill(ones, (byte) 0xff);
    assertThat(ConfigCompare.silent(ones)).isTrue();
    byte[] virtual = card();
    Arrays.fill(virtual, 0, 4, (byte) 0xff);
    assertThat(ConfigCompare.silent(virtual)).isFalse();
    assertThat(ConfigCompare.silent(new byte[0])).isFalse();
  }

  @Test
  void comparesADeviceThatWasSilentWithWhatTheKernelFoundAtFirst() {
    String at = "sys/bus/pci/devices/0000:02:00.0/";
    byte[] now = card();
    now[0x0b] = 0x02;
    MapKernel host = new MapKernel().file(at + "vendor", "0x8086").file(at + "device", "0x10c9");
    host.file(at + "class", "0x020000");
    assertThat(ConfigCompare.strangeTo(host, NIC, now)).isEmpty();
    host.file(at + "resource", "0xfe800000 0xfe81ffff 0x40200\n0xc000 0xc01f 0x40101\n0x0 0x0 0x0");
    now[0x15] = (byte) 0xc0;
    assertThat(ConfigCompare.strangeTo(host, NIC, now)).containsExactly("BAR 0 0xfe800000 -> 0");
    now[0x12] = 0x10;
    assertThat(ConfigCompare.strangeTo(host, NIC, now)).as("an address of the bus").isEmpty();
    host.file(at + "device", "0x1521").file(at + "class", "0x010802");
    assertThat(ConfigCompare.strangeTo(host, NIC, now))
        .containsExactly("device 0x1521 -> 10c9", "class 0x010802 -> 20000");
  }
}
