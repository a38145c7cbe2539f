package dev.lend.act;

import dev.lend.libvirt.DomainTuning;
import dev.lend.libvirt.LiveVirt;
import dev.lend.libvirt.Virt;
import dev.lend.libvirt.VirtDomain;
import dev.lend.libvirt.VirtException;
import dev.lend.linux.PeerProcess;
import dev.lend.model.Guest;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.ProcessNode;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds the NUMA node that a guest is on. */
public final class GuestNode {
  private GuestNode() {}

  /**
   * The node of a running guest's memory and processors: of a domain what its definition says, else
   * what its QEMU's process shows. Empty where the host has one node only, or it cannot be told.
   */
  public static OptionalInt of(Guest guest, KernelReader kernel) {
    return of(guest, kernel, LiveVirt::open);
  }

  static OptionalInt of(Guest guest, KernelReader kernel, Virt.Connector connector) {
    ProcessNode nodes = new ProcessNode(kernel);
    if (!nodes.matters()) {
      return OptionalInt.empty();
    }
    return switch (guest) {
      case Guest.Qemu(String socket) -> {
        OptionalInt pid = PeerProcess.at(socket);
        yield pid.isEmpty() ? OptionalInt.empty() : nodes.of(pid.getAsInt());
      }
      case Guest.Domain domain -> {
        OptionalInt said = said(domain, nodes, connector);
        OptionalInt pid = said.isPresent() ? OptionalInt.empty() : process(domain, kernel);
        yield pid.isEmpty() ? said : nodes.of(pid.getAsInt());
      }
    };
  }

  private static OptionalInt said(
      Guest.Domain domain, ProcessNode nodes, Virt.Connector connector) {
    try (Virt virt = connector.open(domain.uri())) {
      Optional<VirtDomain> found = virt.find(domain.name());
      return found.isEmpty() ? OptionalInt.empty() : said(virt.xml(found.get().uuid()), nodes);
    } catch (VirtException silent) {
      return OptionalInt.empty();
    }
  }

  /** By a domain's definition: its memory counts for more than its processors. */
  static OptionalInt said(String xml, ProcessNode nodes) throws VirtException {
    DomainTuning tuning = DomainTuning.read(xml);
    return tuning.nodes().size() == 1
        ? OptionalInt.of(tuning.nodes().iterator().next())
        : nodes.having(tuning.processors());
  }

  /**
   * libvirt's system daemon keeps the number of each QEMU (libvirt: {@code virPidFileBuildPath}).
   */
  private static OptionalInt process(Guest.Domain domain, KernelReader kernel) {
    String text = kernel.read("run/libvirt/qemu/" + domain.name() + ".pid").or("").strip();
    boolean number = !text.isEmpty() && text.length() < 10;
    for (int i = 0; i < text.length(); i++) {
      number &= text.charAt(i) >= '0' && text.charAt(i) <= '9';
    }
    return number && domain.uri().equals(Guest.Domain.SYSTEM)
        ? OptionalInt.of(Integer.parseInt(text))
        : OptionalInt.empty();
  }
}
