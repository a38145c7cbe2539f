package dev.lend.plan;

import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import dev.lend.model.PfWish;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What a person asks for. */
public sealed interface Request {
  /** The function that it is about. */
  PciAddress address();

  /**
   * What the person agrees to.
   *
   * @param withGroup the other endpoints of the IOMMU group may come along
   * @param inUse what is used on the host, short of a refusal, may stop
   * @param accepted what may stop although Lend would refuse, named one by one
   * @param within how long after the change the person has to confirm it; where that does not come,
   *     it is taken back. Empty: it stands as it is
   */
  record Consent(
      boolean withGroup, boolean inUse, Set<Consequence.Kind> accepted, Optional<Duration> within) {
    /** Copies the set. */
    public Consent {
      accepted = Set.copyOf(accepted);
    }

    /** For good. */
    public Consent(boolean withGroup, boolean inUse, Set<Consequence.Kind> accepted) {
      this(withGroup, inUse, accepted, Optional.empty());
    }

    /** Without anything that Lend would refuse. */
    public Consent(boolean withGroup, boolean inUse) {
      this(withGroup, inUse, Set.of());
    }

    /** True where the person has agreed to this. Some things nobody can agree to. */
    public boolean covers(Consequence consequence) {
      return switch (consequence.severity()) {
        case NOTE -> true;
        case WARNING -> inUse || accepts(consequence.kind());
        case REFUSAL -> accepts(consequence.kind());
      };
    }

    private boolean accepts(Consequence.Kind kind) {
      return kind.acceptable() && accepted.contains(kind);
    }
  }

  /** Host to guest, all the way. */
  record Attach(PciAddress address, Guest guest, Consent consent) implements Request {}

  /** Guest to host, all the way back to the driver it came from. */
  record Detach(PciAddress address) implements Request {}

  /** Off its host driver and onto vfio-pci, with no guest yet. */
  record Reserve(PciAddress address, Consent consent) implements Request {}

  /** From vfio-pci back to its host driver. */
  record Return(PciAddress address) implements Request {}

  /** Resets an idle function by each method that there is, to see whether that works. */
  record TryReset(PciAddress address) implements Request {}

  /** Resets a function that is in quarantine, to end that. */
  record Clean(PciAddress address) implements Request {}

  /**
   * Gives a PF the VFs that are wanted, with the settings that are wanted.
   *
   * @param address the PF
   * @param command the words that ask for it: {@code vf create}
   */
  record ShapeVfs(PciAddress address, PfWish wish, Consent consent, String command)
      implements Request {}

  /** What the person agrees to; the way home needs no consent. */
  default Consent agreed() {
    return switch (this) {
      case Attach a -> a.consent();
      case Reserve r -> r.consent();
      case Detach d -> new Consent(false, false);
      case Return r -> new Consent(false, false);
      case TryReset t -> new Consent(false, false);
      case Clean c -> new Consent(false, false);
      case ShapeVfs s -> s.consent();
    };
  }

  /** The command's name: what the person typed. */
  default String verb() {
    return switch (this) {
      case Attach a -> "attach";
      case Detach d -> "detach";
      case Reserve r -> "reserve";
      case Return r -> "return";
      case TryReset t -> "check --try-reset";
      case Clean c -> "clean";
      case ShapeVfs s -> s.command();
    };
  }

  /**
   * True where a request that broke off half-way is finished rather than undone: the person wanted
   * the device back on the host, and the host is where it is safe.
   */
  default boolean homeward() {
    return this instanceof Detach || this instanceof Return;
  }
}
