package dev.lend.act;

import dev.lend.linux.PeerProcess;
import dev.lend.model.Guest;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.ProcessNode;
import java.util.OptionalInt;

/** Finds the NUMA node that a guest is on. */
public final class GuestNode {
  private GuestNode() {}

  /** The node of its QEMU; empty where the host has one only, or it cannot be told. */
  public static OptionalInt of(Guest guest, KernelReader kernel) {
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
        OptionalInt pid = domainProcess(domain, kernel);
        yield pid.isEmpty() ? OptionalInt.empty() : nodes.of(pid.getAsInt());
      }
    };
  }

  /**
   * libvirt's system daemon keeps the number of each QEMU (libvirt: {@code virPidFileBuildPath}).
   */
  private static OptionalInt domainProcess(Guest.Domain domain, KernelReader kernel) {
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
