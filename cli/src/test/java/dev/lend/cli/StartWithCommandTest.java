package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StartWithCommandTest {
  @TempDir Path root = Path.of("");

  @BeforeEach
  void aCardWithOneVf() throws IOException {
    function("0000:01:00.0", "20000", "8086:10C9", "igb");
    function("0000:01:10.0", "20000", "8086:10CA", "vfio-pci");
    Files.writeString(device("0000:01:00.0").resolve("sriov_totalvfs"), "7\n");
    Files.writeString(device("0000:01:00.0").resolve("sriov_numvfs"), "1\n");
    Files.createSymbolicLink(device("0000:01:00.0").resolve("virtfn0"), Path.of("../0000:01:10.0"));
    Files.createSymbolicLink(device("0000:01:10.0").resolve("physfn"), Path.of("../0000:01:00.0"));
  }

  @Test
  void qemuGetsARootPortOfItsOwnSoThatTheDeviceCanBeUnplugged() {
    CliRun run = lend("qemu-args", "01:10.0");

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .isEqualTo(
            "-device pcie-root-port,id=port-lend-0000-01-10.0,chassis=129,slot=128"
                + " -device vfio-pci,host=0000:01:10.0,id=lend-0000-01-10.0,bus=port-lend-0000-01-10.0\n");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void twoDevicesThatDifferInTheHighBitOfTheBusOrInTheDomainHavePortsOfTheirOwn()
      throws IOException {
    List<String> same = List.of("0000:81:10.0", "0001:01:10.0", "10000:01:10.0");
    for (String address : same) {
      function(address, "20000", "8086:10CA", "vfio-pci");
    }

    List<String> ports = new ArrayList<>();
    for (String address : List.of("0000:01:10.0", same.get(0), same.get(1), same.get(2))) {
      String out = lend("qemu-args", address).out();
      ports.add(out.substring(out.indexOf("chassis="), out.indexOf(" -device vfio-pci")));
    }

    assertThat(ports)
        .containsExactly(
            "chassis=129,slot=128",
            "chassis=129,slot=384",
            "chassis=129,slot=640",
            "chassis=129,slot=32896");
  }

  @Test
  void bothFormsComeAsJsonToo() {
    assertThat(lend("qemu-args", "01:10.0", "--json").out())
        .isEqualTo(
            """
            {
              "address": "0000:01:10.0",
              "arguments": [
                "-device",
                "pcie-root-port,id=port-lend-0000-01-10.0,chassis=129,slot=128",
                "-device",
                "vfio-pci,host=0000:01:10.0,id=lend-0000-01-10.0,bus=port-lend-0000-01-10.0"
              ]
            }
            """);
    assertThat(lend("libvirt-xml", "01:00.0", "--json").out())
        .contains("\"xml\": \"<hostdev mode='subsystem' type='pci' managed='no'>\\n");
  }

  @Test
  void whoForgetsToReserveIsToldSo() {
    assertThat(lend("qemu-args", "01:00.0").err()).contains("is on igb", "lend reserve 01:00.0");
  }

  @Test
  void aNetworkVfGoesToLibvirtAsAnInterfaceWithMacAndVlan() {
    assertThat(lend("libvirt-xml", "01:10.0", "--mac", "52:54:00:12:34:56", "--vlan", "7").out())
        .isEqualTo(
            """
            <interface type='hostdev' managed='no'>
              <mac address='52:54:00:12:34:56'/>
              <source>
                <address type='pci' domain='0x0000' bus='0x01' slot='0x10' function='0x0'/>
              </source>
              <vlan>
                <tag id='7'/>
              </vlan>
              <alias name='ua-lend-0000-01-10-0'/>
            </interface>
            """);
  }

  @Test
  void vlanZeroIsNone() {
    assertThat(lend("libvirt-xml", "01:10.0", "--vlan", "0").out())
        .contains("<interface")
        .doesNotContain("vlan");
  }

  @Test
  void aWholeDeviceGoesToLibvirtAsAHostdevWithoutMac() {
    assertThat(lend("libvirt-xml", "01:00.0").out())
        .startsWith("<hostdev mode='subsystem' type='pci' managed='no'>");
    assertThat(lend("libvirt-xml", "01:00.0", "--mac", "52:54:00:12:34:56").status()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--mac 01:00:5e:00:00:01",
        "--mac 00:00:00:00:00:00",
        "--mac '/><evil",
        "--vlan 5000",
        "--vlan x"
      })
  void aMacThatNoCardCanHaveAndAVlanThatIsNoneAreRefused(String words) {
    String[] two = words.split(" ");
    CliRun run = lend("libvirt-xml", "01:10.0", two[0], two[1]);

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("lend: ").contains(two[1]);
  }

  private CliRun lend(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add("--root");
    all.add(root.toString());
    return CliRun.of(all.toArray(String[]::new));
  }

  private Path device(String address) {
    return root.resolve("sys/bus/pci/devices").resolve(address);
  }

  private void function(String address, String pciClass, String id, String driver)
      throws IOException {
    Files.createDirectories(device(address));
    Files.writeString(
        device(address).resolve("uevent"),
        "DRIVER="
            + driver
            + "\nPCI_CLASS="
            + pciClass
            + "\nPCI_ID="
            + id
            + "\nPCI_SUBSYS_ID=0000:0000\n"
            + "PCI_SLOT_NAME="
            + address
            + "\n");
  }
}
