package dev.lend.act;

import dev.lend.libvirt.DomainDevices;
import dev.lend.libvirt.Virt;
import dev.lend.libvirt.VirtDomain;
import dev.lend.libvirt.VirtException;
import dev.lend.model.Definition;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.DomainXml;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What libvirt's domains have when they start the next time. A change is read back from there, as
 * well where libvirt went away in the middle of it.
 */
final class DomainDefinitions {
  private final LibvirtConnections libvirts;

  DomainDefinitions(LibvirtConnections libvirts) {
    this.libvirts = libvirts;
  }

  Definition definition(Guest.Domain guest, PciAddress address) {
    try {
      Definition.Own own = new Definition.None("is no domain any more");
      List<String> others = new ArrayList<>();
      Optional<VirtDomain> mine = libvirts.find(guest);
      for (VirtDomain domain : libvirts.ask(guest, Virt::domains)) {
        Optional<DomainDevices> devices = devices(guest, domain.uuid());
        boolean has =
            devices.isPresent()
                && devices.get().hostDevices().stream()
                    .anyMatch(device -> device.address().equals(address));
        if (!domain.uuid().equals(mine.map(VirtDomain::uuid).orElse(""))) {
          if (has) {
            others.add(domain.name());
          }
        } else if (devices.isPresent()) {
          own = new Definition.Kept(devices.get().aliases(), has, devices.get().room());
        } else {
          own =
              new Definition.None(
                  "is transient: libvirt keeps no definition of it, and forgets it when it ends."
                      + " Leave out --persistent and --next-boot");
        }
      }
      return new Definition(own, others);
    } catch (VirtException e) {
      return new Definition(new Definition.Unread(String.valueOf(e.getMessage())), List.of());
    }
  }

  /** What a definition has; empty where there is none, or the domain is gone. */
  private Optional<DomainDevices> devices(Guest.Domain guest, String uuid) throws VirtException {
    try {
      return libvirts.ask(guest, virt -> virt.persistent(uuid))
          ? Optional.of(DomainDevices.read(libvirts.ask(guest, virt -> virt.nextXml(uuid))))
          : Optional.empty();
    } catch (VirtException e) {
      if (e.noDomain()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Optional<DomainDevices> own(Guest.Domain guest) throws VirtException {
    Optional<VirtDomain> domain = libvirts.find(guest);
    return domain.isPresent() ? devices(guest, domain.get().uuid()) : Optional.empty();
  }

  private boolean has(Guest.Domain guest, String alias) throws VirtException {
    return own(guest).map(devices -> devices.aliases().contains(alias)).orElse(false);
  }

  void define(Guest.Domain guest, DefinitionStep.Define step) throws StepFailure {
    String failed = step.address() + " is not in the definition of " + guest + ": ";
    try {
      Optional<VirtDomain> domain = libvirts.find(guest);
      if (domain.isEmpty() || own(guest).isEmpty()) {
        throw new StepFailure(failed + "libvirt keeps none any more.");
      }
      if (!has(guest, step.deviceId())) {
        String uuid = domain.get().uuid();
        change(guest, virt -> virt.define(uuid, DomainXml.of(step)));
      }
      if (!has(guest, step.deviceId())) {
        throw new StepFailure(failed + "libvirt took it, and does not show it there.");
      }
    } catch (VirtException e) {
      throw new StepFailure(failed + e.getMessage() + ".");
    }
  }

  void undefine(Guest.Domain guest, DefinitionStep.Undefine step) throws StepFailure {
    String failed = step.address() + " is still in the definition of " + guest + ": ";
    try {
      Optional<VirtDomain> domain = libvirts.find(guest);
      if (domain.isPresent() && has(guest, step.deviceId())) {
        String uuid = domain.get().uuid();
        change(guest, virt -> virt.undefine(uuid, step.deviceId()));
        if (has(guest, step.deviceId())) {
          throw new StepFailure(failed + "libvirt said that it took it out, and shows it there.");
        }
      }
    } catch (VirtException e) {
      throw new StepFailure(failed + e.getMessage() + ". See that libvirt runs, then try again.");
    }
  }

  /** Something that is changed by a libvirt. */
  private interface Change {
    void make(Virt virt) throws VirtException;
  }

  /**
   * Makes a change. Where libvirt goes away in the middle, whether it went through is for the
   * caller to read, from the libvirt that is there then.
   */
  private void change(Guest.Domain guest, Change change) throws VirtException {
    try {
      change.make(libvirts.connection(guest));
    } catch (VirtException e) {
      if (e.kind() == VirtException.Kind.ERROR) {
        throw e;
      }
      libvirts.drop(guest);
      libvirts.await(guest, e);
    }
  }
}
