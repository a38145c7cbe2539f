package dev.lend.act;

import dev.lend.libvirt.Virt;
import dev.lend.libvirt.VirtDomain;
import dev.lend.libvirt.VirtException;
import dev.lend.model.Guest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The connections to libvirts, one for each URI, opened when the first is needed. */
final class LibvirtConnections {
  private final Virt.Connector connector;
  private final Duration returnLimit;
  private final Patience patience;
  private final Map<String, Virt> connections = new HashMap<>();

  /**
   * @param returnLimit how long a libvirt that went away may take to be there again
   */
  LibvirtConnections(Virt.Connector connector, Duration returnLimit, Patience patience) {
    this.connector = connector;
    this.returnLimit = returnLimit;
    this.patience = patience;
  }

  /** Something that is asked of a libvirt. */
  interface Question<T> {
    T ask(Virt virt) throws VirtException;
  }

  /** Asks over the connection that there is, and once more over a new one where that is over. */
  <T> T ask(Guest.Domain guest, Question<T> question) throws VirtException {
    boolean old = connections.containsKey(guest.uri());
    try {
      return question.ask(connection(guest));
    } catch (VirtException e) {
      if (e.kind() == VirtException.Kind.ERROR) {
        throw e;
      }
      drop(guest);
      if (old && e.kind() == VirtException.Kind.GONE) {
        return question.ask(connection(guest));
      }
      throw e;
    }
  }

  /** A guest's domain, whether it runs or not. */
  Optional<VirtDomain> find(Guest.Domain guest) throws VirtException {
    return ask(guest, virt -> virt.find(guest.name()));
  }

  Virt connection(Guest.Domain guest) throws VirtException {
    Virt open = connections.get(guest.uri());
    if (open == null) {
      open = connector.open(guest.uri());
      connections.put(guest.uri(), open);
    }
    return open;
  }

  void drop(Guest.Domain guest) {
    Virt open = connections.remove(guest.uri());
    if (open != null) {
      open.close();
    }
  }

  /**
   * Waits until libvirt is there again.
   *
   * @throws VirtException it is not; the one that was given
   */
  void await(Guest.Domain guest, VirtException since) throws VirtException {
    boolean back =
        patience.until(
            () -> {
              try {
                connection(guest);
                return true;
              } catch (VirtException notYet) {
                return false;
              }
            },
            returnLimit);
    if (!back) {
      throw since;
    }
  }
}
