package dev.lend.libvirt;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A connection to a libvirt, as far as Lend needs one. Every call has an end, whatever becomes of
 * libvirt. Not for several threads.
 */
public interface Virt extends AutoCloseable {
  /** Opens connections. */
  interface Connector {
    /**
     * Connects.
     *
     * @param uri which libvirt
     * @throws VirtException there is none
     */
    Virt open(String uri) throws VirtException;
  }

  /** All domains, by name. */
  List<VirtDomain> domains() throws VirtException;

  /** The domain with this name, or else this UUID; empty where there is none. */
  Optional<VirtDomain> find(String nameOrUuid) throws VirtException;

  /** What a domain has now, as XML. */
  String xml(String uuid) throws VirtException;

  /** What it has when it starts the next time. */
  String nextXml(String uuid) throws VirtException;

  /**
   * Plugs a device into a running domain.
   *
   * @param limit how long that may take: all the guest's memory is pinned
   */
  void attach(String uuid, String xml, Duration limit) throws VirtException;

  /** Has a running domain's guest asked to let a device go. That it was asked means nothing yet. */
  void detach(String uuid, String alias) throws VirtException;

  /** True where libvirt keeps a domain's definition; a transient one is forgotten when it ends. */
  boolean persistent(String uuid) throws VirtException;

  /** Puts a device into a domain's definition; the domain may run, and is left alone. */
  void define(String uuid, String xml) throws VirtException;

  /** Takes a device out of a domain's definition. */
  void undefine(String uuid, String alias) throws VirtException;

  /**
   * Ends a running domain at once, whatever its guest is at.
   *
   * @param limit how long that may take: its QEMU ends what it writes to disks
   */
  void destroy(String uuid, Duration limit) throws VirtException;

  /** A network interface in a guest, by its own agent. */
  record GuestInterface(String name, String mac) {}

  /**
   * The network interfaces that a domain's guest has, by its own agent. Other than a command for
   * the agent, this does not make the domain count as tampered with (libvirt: "custom-ga-command").
   *
   * @throws VirtException it has no agent, or that does not answer
   */
  List<GuestInterface> interfaces(String uuid, Duration limit) throws VirtException;

  /** From now on, events about this domain are kept for {@link #event}. */
  void listen(String uuid) throws VirtException;

  /**
   * The next event that fits; those before it are forgotten.
   *
   * @param limit how long to wait for it
   * @return empty where none came in that time
   */
  Optional<VirtEvent> event(Predicate<VirtEvent> fits, Duration limit);

  /** Never waits for libvirt. */
  @Override
  void close();
}
