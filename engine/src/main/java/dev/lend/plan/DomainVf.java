package dev.lend.plan;

import dev.lend.model.NetOrigin;
import dev.lend.model.VfSettings;
import java.util.Optional;

/**
 * What libvirt is told to hold a VF of a network card to while a domain has it: what its PF holds
 * it to already. libvirt would make up an address otherwise, and set that.
 *
 * @param mac the address; empty to have libvirt make one up
 * @param vlan 1 to 4094; 0 for none, or for one that libvirt cannot say: it knows no priority and
 *     no outer tag, and leaves alone what it is told nothing of (libvirt: {@code
 *     src/util/virnetdev.c}, {@code virNetDevSetNetConfig})
 */
public record DomainVf(Optional<String> mac, int vlan) {
  private static final String NO_ADDRESS = "00:00:00:00:00:00";

  /** Rejects what has no place in an element of XML. */
  public DomainVf {
    if (vlan < 0 || vlan > 4094 || !mac.map(DomainVf::isMac).orElse(true)) {
      throw new IllegalArgumentException("no address and VLAN: " + mac + ", " + vlan);
    }
  }

  /**
   * Of a VF as its PF has it. Empty for one of InfiniBand, whose GUIDs libvirt does not set, and
   * for one that was given no address: libvirt would have to put back none, which drivers refuse.
   */
  static Optional<DomainVf> of(NetOrigin.Vf vf) {
    VfSettings settings = vf.settings();
    String mac = settings.mac();
    if (settings.nodeGuid().isPresent() || !isMac(mac) || mac.equals(NO_ADDRESS)) {
      return Optional.empty();
    }
    VfSettings.Vlan vlan = settings.vlan();
    boolean plain = vlan.qos() == 0 && vlan.protocol() == VfSettings.Vlan.Q;
    return Optional.of(new DomainVf(Optional.of(mac), plain ? vlan.id() : 0));
  }

  /** Six pairs of hexadecimal digits with colons between them. */
  public static boolean isMac(String text) {
    boolean fits = text.length() == 17;
    for (int i = 0; fits && i < text.length(); i++) {
      char c = text.charAt(i);
      fits = i % 3 == 2 ? c == ':' : c >= '0' && c <= '9' || c >= 'a' && c <= 'f';
    }
    return fits;
  }
}
