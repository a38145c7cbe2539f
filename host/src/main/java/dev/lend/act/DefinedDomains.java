package dev.lend.act;

import dev.lend.libvirt.DomainDevices;
import dev.lend.libvirt.LiveVirt;
import dev.lend.libvirt.Virt;
import dev.lend.libvirt.VirtDomain;
import dev.lend.libvirt.VirtException;
import dev.lend.model.DomainDefinition;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the domains of a libvirt have, and start with the next time.
 *
 * @param domains by name
 * @param silence why libvirt cannot be asked, where it cannot
 */
public record DefinedDomains(List<DomainDefinition> domains, Optional<String> silence) {
  /** Copies the list. */
  public DefinedDomains {
    domains = List.copyOf(domains);
  }

  /** Those of a libvirt on this host. */
  public static DefinedDomains of(String uri) {
    return of(uri, LiveVirt::open);
  }

  static DefinedDomains of(String uri, Virt.Connector connector) {
    try (Virt virt = connector.open(uri)) {
      List<DomainDefinition> found = new ArrayList<>();
      for (VirtDomain domain : virt.domains()) {
        read(virt, domain, uri).ifPresent(found::add);
      }
      return new DefinedDomains(found, Optional.empty());
    } catch (VirtException e) {
      return new DefinedDomains(List.of(), Optional.of(String.valueOf(e.getMessage())));
    }
  }

  /** Empty where it has gone meanwhile. */
  private static Optional<DomainDefinition> read(Virt virt, VirtDomain domain, String uri)
      throws VirtException {
    try {
      List<DomainDefinition.Wanted> next = new ArrayList<>();
      for (DomainDevices.HostDevice device :
          DomainDevices.read(virt.nextXml(domain.uuid())).hostDevices()) {
        next.add(new DomainDefinition.Wanted(device.address(), device.managed(), device.network()));
      }
      List<PciAddress> now = new ArrayList<>();
      if (domain.active()) {
        DomainDevices.read(virt.xml(domain.uuid()))
            .hostDevices()
            .forEach(device -> now.add(device.address()));
      }
      String name = Guest.Domain.isName(domain.name()) ? domain.name() : domain.uuid();
      return Optional.of(
          new DomainDefinition(
              new Guest.Domain(name, uri),
              domain.name(),
              domain.uuid(),
              domain.state().word(),
              next,
              now));
    } catch (VirtException e) {
      if (e.noDomain()) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
