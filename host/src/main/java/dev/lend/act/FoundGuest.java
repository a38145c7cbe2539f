package dev.lend.act;

import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A guest that is on the host, whoever started it.
 *
 * @param kind what it is
 * @param name what it is called
 * @param uuid its UUID, where it has one
 * @param state what it does
 * @param running false for a domain that is defined and does not run
 * @param pid its process, where it runs
 * @param guest by what Lend can be told to lend to it; empty where Lend cannot
 * @param devices the host's functions that it has, or has when it starts
 * @param node the NUMA node that it is on, or starts on; empty where that does not matter or is not
 *     known
 */
public record FoundGuest(
    Kind kind,
    String name,
    Optional<String> uuid,
    String state,
    boolean running,
    OptionalLong pid,
    Optional<Guest> guest,
    List<Device> devices,
    OptionalInt node) {
  /** What a guest is. */
  public enum Kind {
    /** A domain of libvirt's. */
    DOMAIN,
    /** A QEMU that somebody started without libvirt. */
    QEMU,
    /** Another process that has devices open. */
    OTHER
  }

  /**
   * A function of the host.
   *
   * @param alias what libvirt calls it; empty where it does not say, or has nothing to do with it
   * @param managed true where libvirt gives it back to its driver, and nobody else shall
   */
  public record Device(PciAddress address, Optional<String> alias, boolean managed) {}

  /** Copies the list. */
  public FoundGuest {
    devices = List.copyOf(devices);
  }
}
