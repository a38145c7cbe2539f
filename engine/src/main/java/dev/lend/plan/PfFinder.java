package dev.lend.plan;

import dev.lend.model.PciAddress;
import dev.lend.model.PfIdentity;
import dev.lend.plan.PfPlace.Near;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Finds a card again whose address may have changed: bus numbers are given out anew at every boot,
 * so another card in the machine is enough to move them.
 *
 * <p>Only what no two cards share makes a card the same one in another place: a serial number or a
 * permanent MAC. A slot, or a vendor and device, can choose a card where nothing else says which it
 * is, and can confirm the one at the address that was named; they never overrule that address.
 *
 * <p>What was noted and cannot be seen now (no root for the serial number, no driver and so no
 * interface for the MAC) is no contradiction, as long as one unique thing is seen and fits.
 */
public final class PfFinder {
  private static final int MOST_NEAR = 3;

  private final SortedMap<PciAddress, PfIdentity> here;

  /**
   * @param here the physical functions of the host and what each is known by, as read now
   */
  public PfFinder(SortedMap<PciAddress, PfIdentity> here) {
    this.here = Collections.unmodifiableSortedMap(new TreeMap<>(here));
  }

  /**
   * Looks for a card.
   *
   * @param wanted what is known of it; may say nothing
   * @param at where it was, or where a person says that it is; may be empty
   */
  public PfPlace find(PfIdentity wanted, Optional<PciAddress> at) {
    if (IdentityFact.describe(wanted).isEmpty()) {
      return at.isPresent() ? byAddress(at.get()) : nothingSaid();
    }
    return wanted.unique() ? byUnique(wanted, at) : byKind(wanted, at);
  }

  private static PfPlace nothingSaid() {
    return new PfPlace.NotFound(List.of(), "nothing says which card is meant");
  }

  private PfPlace byAddress(PciAddress at) {
    return here.containsKey(at)
        ? new PfPlace.Found(at, Optional.empty(), at.brief() + " is there")
        : new PfPlace.NotFound(List.of(), nobodyAt(at) + "; " + whoIsHere());
  }

  /** By what no two cards share; wherever it is now. */
  private PfPlace byUnique(PfIdentity wanted, Optional<PciAddress> at) {
    List<PciAddress> fitting = new ArrayList<>();
    here.forEach((address, read) -> {
      if (sameCard(wanted, read)) {
        fitting.add(address);
      }
    });
    if (fitting.isEmpty()) {
      return notFound(wanted, at);
    }
    // The ports of one card share its serial number, but neither MAC nor function number.
    narrow(fitting, address -> IdentityFact.MAC.same(wanted, read(address)));
    at.ifPresent(was -> narrow(fitting, address -> address.function() == was.function()));
    narrow(fitting, address -> IdentityFact.SLOT.same(wanted, read(address)));
    at.ifPresent(was -> narrow(fitting, was::equals));
    return fitting.size() == 1 ? found(wanted, fitting.getFirst(), at) : several(wanted, fitting);
  }

  private static boolean sameCard(PfIdentity wanted, PfIdentity read) {
    boolean seen = false;
    for (IdentityFact fact : IdentityFact.values()) {
      if (fact != IdentityFact.SLOT && fact.contradicted(wanted, read)) {
        return false;
      }
      seen |= fact.unique() && fact.same(wanted, read);
    }
    return seen;
  }

  /** By slot, vendor and device: other cards can be like it. */
  private PfPlace byKind(PfIdentity wanted, Optional<PciAddress> at) {
    List<PciAddress> fitting = new ArrayList<>();
    here.forEach((address, read) -> {
      if (IdentityFact.differences(wanted, read).isEmpty()) {
        fitting.add(address);
      }
    });
    if (at.isPresent()) {
      return fitting.contains(at.get())
          ? found(wanted, at.get(), Optional.empty())
          : notFound(wanted, at);
    }
    if (fitting.isEmpty()) {
      return notFound(wanted, at);
    }
    return fitting.size() == 1
        ? found(wanted, fitting.getFirst(), Optional.empty())
        : several(wanted, fitting);
  }

  private PfIdentity read(PciAddress address) {
    return here.getOrDefault(address, PfIdentity.unknown());
  }

  /** Keeps those for which it is true, unless it is true for none. */
  private static void narrow(List<PciAddress> fitting, Predicate<PciAddress> to) {
    if (fitting.stream().anyMatch(to)) {
      fitting.removeIf(to.negate());
    }
  }

  private PfPlace found(PfIdentity wanted, PciAddress address, Optional<PciAddress> at) {
    Optional<PciAddress> from = at.filter(was -> !was.equals(address));
    String what = "the card with " + IdentityFact.describe(wanted);
    boolean newSlot = IdentityFact.SLOT.contradicted(wanted, read(address));
    StringBuilder words = new StringBuilder(what);
    if (from.isPresent()) {
      words.append(" moved from ").append(from.get().brief()).append(" to ");
    } else {
      words.append(" is at ");
    }
    words.append(address.brief());
    if (newSlot) {
      words.append(", now in slot ").append(read(address).slot().orElse(""));
    }
    return new PfPlace.Found(address, from, words.toString());
  }

  private PfPlace several(PfIdentity wanted, List<PciAddress> fitting) {
    return new PfPlace.Ambiguous(
        fitting,
        IdentityFact.describe(wanted)
            + " fits "
            + GroupWords.briefs(fitting)
            + ": say more of the card, for example its permanent MAC");
  }

  private PfPlace notFound(PfIdentity wanted, Optional<PciAddress> at) {
    List<Near> nearest = nearest(wanted, at);
    StringBuilder words = new StringBuilder();
    words.append("no card here has ").append(IdentityFact.describe(wanted));
    if (at.isPresent()) {
      words.append("; ").append(there(wanted, at.get()));
    }
    boolean first = true;
    for (Near near : nearest) {
      if (!Optional.of(near.address()).equals(at)) {
        words
            .append(first ? "; nearest: " : "; ")
            .append(near.address().brief())
            .append(", but ")
            .append(String.join(" and ", near.differences()));
        first = false;
      }
    }
    if (nearest.isEmpty()) {
      words.append("; ").append(whoIsHere());
    }
    return new PfPlace.NotFound(nearest, words.toString());
  }

  private String there(PfIdentity wanted, PciAddress at) {
    PfIdentity read = here.get(at);
    return read == null
        ? nobodyAt(at)
        : "at "
            + at.brief()
            + " sits another ("
            + IdentityFact.describe(read)
            + "): "
            + String.join(" and ", IdentityFact.differences(wanted, read));
  }

  private static String nobodyAt(PciAddress at) {
    return "there is no physical function at " + at.brief();
  }

  private String whoIsHere() {
    return here.isEmpty()
        ? "there is none on this host"
        : "this host has " + GroupWords.briefs(List.copyOf(here.keySet()));
  }

  /** Those that share something with it, the most first; the address breaks a tie. */
  private List<Near> nearest(PfIdentity wanted, Optional<PciAddress> at) {
    Map<PciAddress, Integer> likeness = new TreeMap<>();
    here.forEach((address, read) -> {
      int same = 0;
      for (IdentityFact fact : IdentityFact.values()) {
        same += fact.same(wanted, read) ? fact.unique() ? 10 : 2 : 0;
      }
      if (same > 0) {
        likeness.put(address, same + (at.equals(Optional.of(address)) ? 1 : 0));
      }
    });
    List<PciAddress> best = new ArrayList<>(likeness.keySet());
    best.sort(Comparator.comparingInt(address -> -likeness.getOrDefault(address, 0)));
    List<Near> nearest = new ArrayList<>();
    for (PciAddress address : best.subList(0, Math.min(MOST_NEAR, best.size()))) {
      nearest.add(new Near(address, IdentityFact.differences(wanted, read(address))));
    }
    return nearest;
  }
}
