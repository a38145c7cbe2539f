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
 * @param around functions of which everything is wanted that rests on them
 * @param session the asking person's SSH session
 */
public record Scope(
    boolean nets,
    boolean disks,
    boolean holders,
    Set<PciAddress> bindings,
    Set<PciAddress> around,
    Optional<Session> session) {
  /** Copies the sets. */
  public Scope {
    bindings = Set.copyOf(bindings);
    around = Set.copyOf(around);
  }

  /**
   * The two ends of the asking person's SSH session.
   *
   * @param here this host's address
   * @param there the address that it comes from
   */
  public record Session(String here, String there) {}

  private static Scope plain(boolean nets, boolean disks, boolean holders) {
    return new Scope(nets, disks, holders, Set.of(), Set.of(), Optional.empty());
  }

  /** PCI functions only. */
  public static Scope functions() {
    return plain(false, false, false);
  }

  /** Functions, and what on the host rests on them: nets, disks and holders. */
  public static Scope uses() {
    return plain(true, true, true);
  }

  /** Functions and what they are called on the host: nets and disks. */
  public static Scope functionsAndNames() {
    return plain(true, true, false);
  }

  /** The same and the processes that have VFIO groups open. */
  public Scope withHolders() {
    return new Scope(nets, disks, true, bindings, around, session);
  }

  /** The same and the driver override of these functions. */
  public Scope withBindings(Set<PciAddress> addresses) {
    return new Scope(nets, disks, holders, addresses, around, session);
  }

  /**
   * The same and everything that rests on these functions and on what goes with them, which costs a
   * look at every open file of the host.
   */
  public Scope withAllAround(Set<PciAddress> addresses) {
    return new Scope(nets, disks, holders, bindings, addresses, session);
  }

  /** This host's end of the asking person's SSH session. */
  public Optional<String> sessionAddress() {
    return session.map(Session::here);
  }

  /**
   * The same and the SSH session.
   *
   * @param connection the environment variable {@code SSH_CONNECTION}: client address and port,
   *     server address and port (sshd(8)); empty text where there is none
   */
  public Scope withSession(String connection) {
    String[] parts = connection.split(" ", -1);
    return parts.length == 4
        ? new Scope(
            nets, disks, holders, bindings, around, Optional.of(new Session(parts[2], parts[0])))
        : this;
  }
}
