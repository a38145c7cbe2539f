package dev.lend.plan;

import dev.lend.model.PciAddress;
import java.util.List;
import java.util.Optional;

/** Where the card that somebody means is now. */
public sealed interface PfPlace {
  /** What came of it, for a person. */
  String words();

  /**
   * It is here.
   *
   * @param address where it is now
   * @param from where it was looked for first, if that is another place: the card moved
   */
  record Found(PciAddress address, Optional<PciAddress> from, String words) implements PfPlace {}

  /**
   * It is nowhere, or what is like it may be another card.
   *
   * @param nearest what comes nearest, best first, with what is different about it
   */
  record NotFound(List<Near> nearest, String words) implements PfPlace {
    /** Copies the list. */
    public NotFound {
      nearest = List.copyOf(nearest);
    }
  }

  /** What is known of it fits more than one physical function. */
  record Ambiguous(List<PciAddress> addresses, String words) implements PfPlace {
    /** Copies the list. */
    public Ambiguous {
      addresses = List.copyOf(addresses);
    }
  }

  /**
   * A function that is like the one looked for.
   *
   * @param differences one each: {@code its slot is 4, not 3}
   */
  record Near(PciAddress address, List<String> differences) {
    /** Copies the list. */
    public Near {
      differences = List.copyOf(differences);
    }
  }
}
