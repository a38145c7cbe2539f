package dev.lend.plan;

import dev.lend.model.Hex;
import dev.lend.model.PciAddress;

/**
 * The element that gives one of libvirt's domains a host function (libvirt: formatdomain,
 * "hostdev"). Never managed: exactly one program binds drivers and gives the device back, and that
 * is Lend.
 */
public final class DomainXml {
  private DomainXml() {}

  /** The element for a step; text that came from elsewhere is in none of its places. */
  public static String of(Step.Plug step) {
    return step.vf().isPresent()
        ? networkVf(step.address(), step.deviceId(), step.vf().get())
        : hostdev(step.address(), step.deviceId());
  }

  /** The same for the definition. */
  public static String of(DefinitionStep.Define step) {
    return of(step.plug());
  }

  /** libvirt sets address and VLAN of a VF only in an interface, not in a hostdev. */
  public static String networkVf(PciAddress address, String alias, DomainVf vf) {
    return "<interface type='hostdev' managed='no'>\n"
        + vf.mac().map(mac -> "  <mac address='" + mac + "'/>\n").orElse("")
        + source(address)
        + (vf.vlan() == 0 ? "" : "  <vlan>\n    <tag id='" + vf.vlan() + "'/>\n  </vlan>\n")
        + named(alias)
        + "</interface>\n";
  }

  /** Any other function. */
  public static String hostdev(PciAddress address, String alias) {
    return "<hostdev mode='subsystem' type='pci' managed='no'>\n"
        + source(address)
        + named(alias)
        + "</hostdev>\n";
  }

  /**
   * What libvirt shall call the device: it keeps aliases that start with {@code ua-} and have no
   * dot or colon (libvirt: formatdomain, "alias").
   */
  public static String alias(PciAddress address) {
    return "ua-" + Planner.deviceId(address).replace('.', '-');
  }

  private static String source(PciAddress address) {
    return "  <source>\n    <address type='pci' domain='0x"
        + Hex.digits(address.domain(), 4)
        + "' bus='0x"
        + Hex.digits(address.bus(), 2)
        + "' slot='0x"
        + Hex.digits(address.device(), 2)
        + "' function='0x"
        + address.function()
        + "'/>\n  </source>\n";
  }

  private static String named(String alias) {
    return "  <alias name='" + alias + "'/>\n";
  }
}
