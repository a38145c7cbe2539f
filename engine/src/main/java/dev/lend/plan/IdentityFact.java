package dev.lend.plan;

import dev.lend.model.PciId;
import dev.lend.model.PfIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The single things that a card is known by, how they are compared and what they are called. */
enum IdentityFact {
  ID("id", false),
  SUBSYSTEM("subsystem id", false),
  SLOT("slot", false),
  SERIAL("serial number", true),
  VPD_SERIAL("serial number in its VPD", true),
  MAC("permanent MAC", true);

  private final String text;
  private final boolean unique;

  IdentityFact(String text, boolean unique) {
    this.text = text;
    this.unique = unique;
  }

  /** True where no two cards share it. Two ports of one card can: all but the MAC. */
  boolean unique() {
    return unique;
  }

  /** What an identity says of this. */
  Optional<String> of(PfIdentity identity) {
    return switch (this) {
      case ID -> identity.id().map(PciId::toString);
      case SUBSYSTEM -> identity.subsystem().map(PciId::toString);
      case SLOT -> identity.slot();
      case SERIAL -> identity.serial();
      case VPD_SERIAL -> identity.vpdSerial();
      case MAC -> identity.mac();
    };
  }

  /** True where both say it and say the same. */
  boolean same(PfIdentity wanted, PfIdentity read) {
    Optional<String> one = of(wanted);
    Optional<String> other = of(read);
    return one.isPresent() && other.isPresent() && one.get().equalsIgnoreCase(other.get());
  }

  /** True where both say it and say something else. */
  boolean contradicted(PfIdentity wanted, PfIdentity read) {
    return of(wanted).isPresent() && of(read).isPresent() && !same(wanted, read);
  }

  /** True where it is wanted, and not so or not to be seen. */
  boolean missed(PfIdentity wanted, PfIdentity read) {
    return of(wanted).isPresent() && !same(wanted, read);
  }

  /** What is wanted and is not so, one text each. */
  static List<String> differences(PfIdentity wanted, PfIdentity read) {
    List<String> found = new ArrayList<>();
    for (IdentityFact fact : values()) {
      if (fact.missed(wanted, read)) {
        found.add(
            fact.of(read).isEmpty()
                ? "it shows no " + fact.text
                : "its "
                    + fact.text
                    + " is "
                    + fact.of(read).orElse("")
                    + ", not "
                    + fact.of(wanted).orElse(""));
      }
    }
    return found;
  }

  /** All that an identity says: {@code id 8086:10c9, slot 3}. */
  static String describe(PfIdentity identity) {
    List<String> parts = new ArrayList<>();
    for (IdentityFact fact : values()) {
      fact.of(identity).ifPresent(value -> parts.add(fact.text + " " + value));
    }
    return String.join(", ", parts);
  }
}
