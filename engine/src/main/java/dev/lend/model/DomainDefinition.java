package dev.lend.model;

import java.util.List;

/**
 * A domain of libvirt's, as far as devices of the host go.
 *
 * @param guest it, by the name that Lend has for it
 * @param name what libvirt calls it
 * @param uuid its UUID
 * @param state what it does, for a person
 * @param next what it has when it starts the next time
 * @param now what it has now; nothing where it does not run
 */
public record DomainDefinition(
    Guest.Domain guest,
    String name,
    String uuid,
    String state,
    List<Wanted> next,
    List<PciAddress> now) {
  /**
   * A function that it starts with.
   *
   * @param managed true where libvirt takes it from its driver at the start and gives it back at
   *     the end (libvirt: formatdomain, {@code managed})
   * @param network true where it is an {@code <interface>}, which only a VF can be
   */
  public record Wanted(PciAddress address, boolean managed, boolean network) {}

  /** Copies the lists. */
  public DomainDefinition {
    next = List.copyOf(next);
    now = List.copyOf(now);
  }

  /** True where it has this function now. */
  public boolean has(PciAddress address) {
    return now.contains(address);
  }

  /** True where it has this function when it starts. */
  public boolean wants(PciAddress address) {
    for (Wanted one : next) {
      if (one.address().equals(address)) {
        return true;
      }
    }
    return false;
  }
}
