package dev.lend.act;

import dev.lend.libvirt.Virt;
import dev.lend.libvirt.VirtException;
import dev.lend.model.GuestSight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the agent of a domain's guest tells libvirt of a device. libvirt asks it for network
 * interfaces without counting the domain as tampered with, and for no more than that.
 */
final class DomainSight {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private DomainSight() {}

  /** What the guest sees of it within some seconds. */
  static GuestSight of(Virt virt, String uuid, Sought sought, Patience patience) {
    if (sought.macs().isEmpty()) {
      return new GuestSight.Unknown(
          "libvirt asks a guest's agent for network interfaces only, and knows them by an address"
              + " that was given to them");
    }
    List<GuestSight> last = new ArrayList<>();
    boolean seen =
        patience.until(
            () -> {
              last.add(look(virt, uuid, sought));
              return !(last.getLast() instanceof GuestSight.Unseen);
            },
            LIMIT);
    return seen ? last.getLast() : new GuestSight.Unseen();
  }

  private static GuestSight look(Virt virt, String uuid, Sought sought) {
    try {
      String xml = virt.xml(uuid).toLowerCase(Locale.ROOT);
      for (String mac : sought.macs()) {
        if (xml.indexOf(mac) != xml.lastIndexOf(mac)) {
          return new GuestSight.Unknown("it has another interface with the address " + mac);
        }
      }
      List<GuestSight.Net> nets = new ArrayList<>();
      for (Virt.GuestInterface one : virt.interfaces(uuid, LIMIT)) {
        if (sought.macs().contains(one.mac().toLowerCase(Locale.ROOT))) {
          nets.add(new GuestSight.Net(one.name(), Optional.empty()));
        }
      }
      return nets.isEmpty()
          ? new GuestSight.Unseen()
          : new GuestSight.Seen(Optional.empty(), Optional.empty(), nets, List.of());
    } catch (VirtException e) {
      return new GuestSight.Unknown(String.valueOf(e.getMessage()));
    }
  }
}
