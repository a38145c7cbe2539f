package dev.lend.sysfs;

import dev.lend.model.PciAddress;
import java.util.Optional;
import java.util.Set;

/**
 * How much of the host to read. PCI functions are always read; everything else costs more and is
 * asked for.
 *
 * @param nets network interfaces, their addresses and routes
 * @param disks disks and what lies on them
 * @param holders processes that have VFIO groups open, which costs a walk over all of {@code /proc}
 * @param bindings functions whose driver override is wanted
 * @param sessionAddress the host's address of the asking person's SSH session, handed through to
 *     the snapshot
 */
public record Scope(
    boolean nets,
    boolean disks,
    boolean holders,
    Set<PciAddress> bindings,
    Optional<String> sessionAddress) {
  /** Copies the set. */
  public Scope {
    bindings = Set.copyOf(bindings);
  }

  /** PCI functions only. */
  public static Scope functions() {
    return new Scope(false, false, false, Set.of(), Optional.empty());
  }

  /** Functions, and what on the host rests on them: nets, disks and holders. */
  public static Scope uses() {
    return new Scope(true, true, true, Set.of(), Optional.empty());
  }

  /** Functions and what they are called on the host: nets and disks. */
  public static Scope functionsAndNames() {
    return new Scope(true, true, false, Set.of(), Optional.empty());
  }

  /** The same and the processes that have VFIO groups open. */
  public Scope withHolders() {
    return new Scope(nets, disks, true, bindings, sessionAddress);
  }

  /** The same and the driver override of these functions. */
  public Scope withBindings(Set<PciAddress> addresses) {
    return new Scope(nets, disks, holders, addresses, sessionAddress);
  }

  /**
   * The same and the SSH session's end on this host.
   *
   * @param connection the environment variable {@code SSH_CONNECTION}: client address and port,
   *     server address and port (sshd(8)); empty text where there is none
   */
  public Scope withSession(String connection) {
    String[] parts = connection.split(" ", -1);
    return parts.length == 4
        ? new Scope(nets, disks, holders, bindings, Optional.of(parts[2]))
        : this;
  }
}
