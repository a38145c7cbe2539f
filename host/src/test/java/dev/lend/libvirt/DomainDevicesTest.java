package dev.lend.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.lend.libvirt.DomainDevices.HostDevice;
import dev.lend.model.PciAddress;
import org.junit.jupiter.api.Test;

class DomainDevicesTest {
  private static final String ROOT = "<controller type='pci' index='0' model='pcie-root'/>";

  private static DomainDevices read(String devices) throws VirtException {
    return DomainDevices.read("<domain type='kvm'><devices>" + devices + "</devices></domain>");
  }

  private static String port(int index) {
    return "<controller type='pci' index='" + index + "' model='pcie-root-port'/>";
  }

  private static String at(int bus, int slot) {
    return "<address type='pci' domain='0x0000' bus='0x0" + bus + "' slot='" + slot + "'/>";
  }

  @Test
  void findsHostDevicesInBothElementsWithWhoGivesThemBack() throws VirtException {
    DomainDevices devices =
        read(
            """
            <hostdev mode='subsystem' type='pci' managed='yes'>
              <driver name='vfio'/>
              <source><address domain='0x0000' bus='0x1f' slot='0x00' function='0x2'/></source>
              <alias name='hostdev0'/>
              <address type='pci' domain='0x0000' bus='0x04' slot='0x00' function='0x0'/>
            </hostdev>
            <hostdev mode='subsystem' type='usb'><source><address bus='1' device='2'/></source>
              <alias name='hostdev1'/></hostdev>
            <interface type='hostdev' managed='no'>
              <source><address type='pci' domain='0x0000' bus='0x01' slot='0x10' function='0x0'/>
              </source><alias name='ua-lend-0000-01-10-0'/>
            </interface>
            <interface type='network'><source network='default'/></interface>
            """);

    assertThat(devices.hostDevices())
        .containsExactly(
            new HostDevice(new PciAddress(0, 0x1f, 0, 2), "hostdev0", true, false),
            new HostDevice(new PciAddress(0, 1, 0x10, 0), "ua-lend-0000-01-10-0", false, true));
    assertThat(devices.aliases())
        .containsExactlyInAnyOrder("hostdev0", "hostdev1", "ua-lend-0000-01-10-0");
  }

  @Test
  void anEmptyRootPortIsRoomAndAFullOneIsNot() throws VirtException {
    assertThat(read(ROOT + port(1)).room()).isTrue();
    assertThat(read(ROOT + port(1) + "<video>" + at(1, 0) + "</video>").room()).isFalse();
    assertThat(read(ROOT).room()).isFalse();
    assertThat(
            read(ROOT
                    + "<controller type='pci' index='1' model='pcie-root-port'>"
                    + "<target chassis='1' hotplug='off'/></controller>")
                .room())
        .isFalse();
  }

  @Test
  void theAddressThatADeviceHasOnTheHostTakesNoPortInTheGuest() throws VirtException {
    assertThat(
            read(ROOT
                    + port(1)
                    + port(2)
                    + "<interface type='hostdev'><source>"
                    + at(1, 0)
                    + "</source>"
                    + at(2, 0)
                    + "</interface>")
                .room())
        .isTrue();
  }

  @Test
  void aConventionalRootBusHasRoomUntilItsLastSlot() throws VirtException {
    String root = "<controller type='pci' index='0' model='pci-root'/>";
    StringBuilder full = new StringBuilder(root);
    assertThat(read(root).room()).isTrue();
    for (int slot = 1; slot < 32; slot++) {
      full.append("<disk>" + at(0, slot) + "</disk>");
    }
    assertThat(read(full.toString()).room()).isFalse();
  }

  @Test
  void whatIsNoDefinitionIsRefusedAndNothingIsReadForIt() {
    for (String text :
        new String[] {
          "",
          "<domain>",
          "<!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><domain>&x;</domain>"
        }) {
      assertThatExceptionOfType(VirtException.class)
          .as(text)
          .isThrownBy(() -> DomainDevices.read(text));
    }
  }

  @Test
  void numbersThatNoAddressHasAreNoDevice() throws VirtException {
    assertThat(
            read("<hostdev type='pci'><source><address bus='0x100' slot='0' function='0'"
                    + " domain='0'/></source></hostdev><hostdev type='pci'><source><address"
                    + " bus='x'/></source></hostdev>")
                .hostDevices())
        .isEmpty();
  }
}
