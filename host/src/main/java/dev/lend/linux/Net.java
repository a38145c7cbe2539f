package dev.lend.linux;

import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetRoute;
import dev.lend.model.VfSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
   * A route that has parts which Lend does not carry.
   *
   * @param why what those are: {@code over several next hops}
   */
  record OddRoute(NetRoute route, String why) {
    /** {@code 10.0.0.0/8 over several next hops}. */
    @Override
    public String toString() {
      return route + " " + why;
    }
  }

  /**
   * The routes through an interface.
   *
   * @param plain those that can be given back to the kernel as they are
   * @param others the rest
   */
  record Routes(List<NetRoute> plain, List<OddRoute> others) {
    /** Copies the lists. */
    public Routes {
      plain = List.copyOf(plain);
      others = List.copyOf(others);
    }
  }

  /**
   * An entry of a forwarding database: an address, and where the kernel sends what is for it.
   *
   * @param link the interface behind which the address is
   * @param master the bridge that says so; 0 where it is the interface's own filter
   * @param permanent true for what does not age: in a bridge, addresses of this host's own
   *     interfaces; in a filter, what somebody entered
   */
  record Forward(int link, String mac, int master, boolean permanent) {}

  /** All interfaces. */
  List<Link> links() throws NetRefusal;

  /** The VFs of a PF's interface, by number; empty where it has none. */
  SortedMap<Integer, VfSettings> vfs(int link) throws NetRefusal;

  /** All addresses of all interfaces, in the kernel's order. */
  List<OnLink> addresses() throws NetRefusal;

  /** The unicast routes through an interface, of all tables but the kernel's local one. */
  Routes routes(int link) throws NetRefusal;

  /**
   * What tc(8) holds on an interface that somebody set there, for a person: {@code the queueing
   * discipline htb 1:}, {@code the tc filters for what comes in (bpf cls_main)}.
   */
  List<String> traffic(int link) throws NetRefusal;

  /**
   * Interfaces of other network namespaces that stand on this one, for a person: {@code mv0
   * (macvlan)}. Only namespaces into which something was moved from here have a number by which the
   * kernel lets one look into them.
   */
  List<String> elsewhere(int link) throws NetRefusal;

  /** What bridges have learnt, and what is in the filters of interfaces; each only once. */
  List<Forward> forwards() throws NetRefusal;

  /**
   * The interface by which packets to an address leave, by all rules and tables; empty where none
   * does.
   *
   * @param from the address that they come from
   */
  OptionalInt towards(IpAddress to, Optional<IpAddress> from) throws NetRefusal;

  /**
   * Makes a change. That this returns does not mean that the driver keeps to it: read back.
   *
   * @throws NetRefusal it was refused
   */
  void change(NetChange change) throws NetRefusal;
}
