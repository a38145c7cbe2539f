package dev.lend.linux;

import dev.lend.model.NetAddress;
import dev.lend.model.NetRoute;
import dev.lend.model.VfSettings;
import java.util.List;
import java.util.SortedMap;

/**
 * The port to the network of the host's own network namespace: what sysfs does not tell or take.
 * The real kernel and the simulated one are behind it.
 */
public interface Net {
  /**
   * An address and the interface that it is on.
   *
   * @param link the interface's index
   */
  record OnLink(int link, NetAddress address) {}

  /**
   * The routes through an interface.
   *
   * @param plain those that can be given back to the kernel as they are
   * @param others the rest, for a person: {@code 10.0.0.0/8 over several next hops}
   */
  record Routes(List<NetRoute> plain, List<String> others) {
    /** Copies the lists. */
    public Routes {
      plain = List.copyOf(plain);
      others = List.copyOf(others);
    }
  }

  /** All interfaces. */
  List<Link> links() throws NetRefusal;

  /** The VFs of a PF's interface, by number; empty where it has none. */
  SortedMap<Integer, VfSettings> vfs(int link) throws NetRefusal;

  /** All addresses of all interfaces, in the kernel's order. */
  List<OnLink> addresses() throws NetRefusal;

  /** The unicast routes through an interface, of all tables but the kernel's local one. */
  Routes routes(int link) throws NetRefusal;

  /**
   * Makes a change. That this returns does not mean that the driver keeps to it: read back.
   *
   * @throws NetRefusal it was refused
   */
  void change(NetChange change) throws NetRefusal;
}
