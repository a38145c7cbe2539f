package dev.lend.act;

import dev.lend.libvirt.DomainDevices;
import dev.lend.libvirt.LiveVirt;
import dev.lend.libvirt.Virt;
import dev.lend.libvirt.VirtDomain;
import dev.lend.libvirt.VirtException;
import dev.lend.model.Guest;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.model.VfioHolder;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.ProcessNode;
import dev.lend.sysfs.QemuProcess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Finds every guest on a host: libvirt's domains, QEMUs that were started by hand, and whatever
 * else has devices open. Only looks.
 */
public final class GuestSearch {
  private final KernelReader kernel;
  private final HostSnapshot host;
  private final ProcessNode nodes;
  private final List<FoundGuest> guests = new ArrayList<>();
  private final Set<Integer> libvirts = new HashSet<>();

  private GuestSearch(KernelReader kernel, HostSnapshot host) {
    this.kernel = kernel;
    this.host = host;
    this.nodes = new ProcessNode(kernel);
  }

  /**
   * What was found.
   *
   * @param guests domains first, each kind by name or number
   * @param silence why libvirt's domains are not among them, where they are not
   */
  public record Found(List<FoundGuest> guests, Optional<String> silence) {
    /** Copies the list. */
    public Found {
      guests = List.copyOf(guests);
    }
  }

  /**
   * Looks on the host that this runs on.
   *
   * @param host with its holders
   * @param uri the libvirt whose domains are wanted
   */
  public static Found here(KernelReader kernel, HostSnapshot host, String uri) {
    return search(kernel, host, uri, LiveVirt::open);
  }

  /** Looks at a captured host, which has no libvirt to be asked. */
  public static Found captured(KernelReader kernel, HostSnapshot host) {
    GuestSearch search = new GuestSearch(kernel, host);
    search.processes(QemuProcess.all(kernel));
    return new Found(search.guests, Optional.of("libvirt is not asked about a captured host"));
  }

  static Found search(
      KernelReader kernel, HostSnapshot host, String uri, Virt.Connector connector) {
    GuestSearch search = new GuestSearch(kernel, host);
    List<QemuProcess> qemus = QemuProcess.all(kernel);
    Optional<String> silence = Optional.empty();
    try (Virt virt = connector.open(uri)) {
      search.domains(virt, uri, qemus);
    } catch (VirtException e) {
      silence = Optional.of(String.valueOf(e.getMessage()));
    }
    search.processes(qemus);
    return new Found(search.guests, silence);
  }

  private void domains(Virt virt, String uri, List<QemuProcess> qemus) throws VirtException {
    for (VirtDomain domain : virt.domains()) {
      List<FoundGuest.Device> devices = new ArrayList<>();
      OptionalInt node = OptionalInt.empty();
      try {
        String xml = domain.active() ? virt.xml(domain.uuid()) : virt.nextXml(domain.uuid());
        node = nodes.matters() ? GuestNode.said(xml, nodes) : node;
        for (DomainDevices.HostDevice device : DomainDevices.read(xml).hostDevices()) {
          devices.add(
              new FoundGuest.Device(
                  device.address(),
                  Optional.of(device.alias()).filter(alias -> !alias.isEmpty()),
                  device.managed()));
        }
      } catch (VirtException e) {
        if (e.noDomain()) {
          continue;
        }
        throw e;
      }
      OptionalLong pid = OptionalLong.empty();
      for (QemuProcess qemu : qemus) {
        if (domain.active() && qemu.uuid().equals(Optional.of(domain.uuid()))) {
          pid = OptionalLong.of(qemu.pid());
          libvirts.add(qemu.pid());
        }
      }
      String name = Guest.Domain.isName(domain.name()) ? domain.name() : domain.uuid();
      guests.add(
          new FoundGuest(
              FoundGuest.Kind.DOMAIN,
              domain.name(),
              Optional.of(domain.uuid()),
              domain.state().word(),
              domain.active(),
              pid,
              Optional.of(new Guest.Domain(name, uri)),
              devices,
              node.isPresent() ? node : node(pid)));
    }
  }

  private void processes(List<QemuProcess> qemus) {
    Set<Long> known = new HashSet<>();
    libvirts.forEach(pid -> known.add((long) pid));
    for (QemuProcess qemu : qemus) {
      if (known.add((long) qemu.pid())) {
        // libvirt alone speaks to the monitor of what it started.
        Optional<Guest> guest =
            qemu.libvirts()
                ? Optional.empty()
                : qemu.monitors().stream().findFirst().map(Guest.Qemu::new);
        guests.add(
            new FoundGuest(
                qemu.libvirts() ? FoundGuest.Kind.DOMAIN : FoundGuest.Kind.QEMU,
                qemu.name().orElse("(no name)"),
                qemu.uuid(),
                "running",
                true,
                OptionalLong.of(qemu.pid()),
                guest,
                open(qemu.pid()),
                node(OptionalLong.of(qemu.pid()))));
      }
    }
    for (VfioHolder holder : host.holders()) {
      if (known.add(holder.pid())) {
        guests.add(
            new FoundGuest(
                FoundGuest.Kind.OTHER,
                holder.guestName().orElse(holder.command()),
                Optional.empty(),
                "running",
                true,
                OptionalLong.of(holder.pid()),
                Optional.empty(),
                open(holder.pid()),
                node(OptionalLong.of(holder.pid()))));
      }
    }
  }

  private OptionalInt node(OptionalLong pid) {
    return pid.isPresent() && nodes.matters()
        ? nodes.of((int) pid.getAsLong())
        : OptionalInt.empty();
  }

  /** The functions of the VFIO groups that a process has open. */
  private List<FoundGuest.Device> open(long pid) {
    List<FoundGuest.Device> devices = new ArrayList<>();
    for (VfioHolder holder : host.holders()) {
      if (holder.pid() == pid) {
        for (PciFunction member : host.group(holder.group())) {
          if (!member.bridge() && member.driver().orElse("").contains("vfio")) {
            devices.add(new FoundGuest.Device(member.address(), Optional.empty(), false));
          }
        }
      }
    }
    return devices;
  }
}
