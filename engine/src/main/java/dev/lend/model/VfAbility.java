package dev.lend.model;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What a PF's driver may be able to set for its VFs. */
public enum VfAbility {
  /** An address. */
  MAC,
  /** A VLAN with an 802.1Q tag. */
  VLAN,
  /** The priority in the tag. */
  QOS,
  /** A VLAN with an 802.1ad tag, the outer one of QinQ. */
  QINQ,
  /** A limit to what a VF sends. */
  MAX_RATE,
  /** A promise of what it may send. */
  MIN_RATE,
  /** The check of its source addresses. */
  SPOOFCHK,
  /** A link that does not follow the PF's. */
  LINK_STATE,
  /** Whether it may ask for its receive hash key. */
  QUERY_RSS,
  /** Trust. */
  TRUST,
  /** GUIDs, of InfiniBand. */
  GUID;

  /** As JSON and people have it: {@code max-rate}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The ability of that name. */
  public static Optional<VfAbility> find(String id) {
    for (VfAbility ability : values()) {
      if (ability.id().equals(id)) {
        return Optional.of(ability);
      }
    }
    return Optional.empty();
  }

  /** What a wish needs, beyond what leaves or makes a setting as drivers have it by themselves. */
  public static Set<VfAbility> neededBy(VfWish wish) {
    Set<VfAbility> needed = EnumSet.noneOf(VfAbility.class);
    wish.mac().ifPresent(any -> needed.add(MAC));
    wish.vlan()
        .filter(vlan -> vlan.id() != 0)
        .ifPresent(vlan -> {
          needed.add(VLAN);
          if (vlan.qos() != 0) {
            needed.add(QOS);
          }
          if (vlan.protocol() == VfSettings.Vlan.AD) {
            needed.add(QINQ);
          }
        });
    wish.maxRate().filter(rate -> rate != 0).ifPresent(rate -> needed.add(MAX_RATE));
    wish.minRate().filter(rate -> rate != 0).ifPresent(rate -> needed.add(MIN_RATE));
    wish.spoofCheck().ifPresent(any -> needed.add(SPOOFCHK));
    wish.link()
        .filter(link -> link != VfSettings.Link.AUTO)
        .ifPresent(link -> needed.add(LINK_STATE));
    wish.rssQuery().ifPresent(any -> needed.add(QUERY_RSS));
    wish.trust().ifPresent(any -> needed.add(TRUST));
    if (wish.nodeGuid().isPresent() || wish.portGuid().isPresent()) {
      needed.add(GUID);
    }
    return needed;
  }
}
