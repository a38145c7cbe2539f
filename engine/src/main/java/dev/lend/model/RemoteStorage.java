package dev.lend.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Storage of another machine that this host uses. It goes with the interface through which that is
 * reached.
 *
 * @param name how a person knows it: {@code NFS 192.0.2.9:/srv}, {@code the iSCSI disk sda}
 * @param server the address at which it is
 * @param uses what this host does with it
 * @param nets the interfaces through which packets to the server leave
 */
public record RemoteStorage(
    String name, String server, List<BlockDevice.What> uses, Set<String> nets) {
  /** Copies the collections. */
  public RemoteStorage {
    uses = List.copyOf(uses);
    nets = Set.copyOf(nets);
  }

  /** The same, reached through one more interface as well. */
  public RemoteStorage through(String net) {
    Set<String> more = new HashSet<>(nets);
    more.add(net);
    return new RemoteStorage(name, server, uses, more);
  }
}
