package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.GuestMemory;
import dev.lend.model.KernelTask;
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

  /**
   * Host to guest, all the way.
   *
   * @param bridgeFdb whether the guest shall reach those behind a bridge on the PF of its VF
   * @param lasting for how long the guest shall have it
   */
  record Attach(
      PciAddress address, Guest guest, Consent consent, boolean bridgeFdb, Lasting lasting)
      implements Request {
    /** Until the guest ends. */
    public Attach(PciAddress address, Guest guest, Consent consent, boolean bridgeFdb) {
      this(address, guest, consent, bridgeFdb, Lasting.LIVE);
    }

    /** With nothing said of a bridge. */
    public Attach(PciAddress address, Guest guest, Consent consent) {
      this(address, guest, consent, false);
    }
  }

  /**
   * How a function comes home that somebody else has changed meanwhile.
   *
   * @param leave true to leave it as it is and to forget the loan
   * @param consent to what it may cost the host to take it back nevertheless
   * @param force true to stop a guest that does not let it go
   */
  record Homecoming(boolean leave, Consent consent, boolean force) {
    /** Of which a guest may keep it. */
    public Homecoming(boolean leave, Consent consent) {
      this(leave, consent, false);
    }

    /** As Lend left it: nothing has to be agreed to. */
    public static Homecoming plain() {
      return new Homecoming(false, new Consent(false, false));
    }
  }

  /** Guest to host, all the way back to the driver it came from. */
  record Detach(PciAddress address, Homecoming how) implements Request {
    /** One that nobody else has changed. */
    public Detach(PciAddress address) {
      this(address, Homecoming.plain());
    }
  }

  /** Off its host driver and onto vfio-pci, with no guest yet. */
  record Reserve(PciAddress address, Consent consent) implements Request {}

  /**
   * Off its host driver and onto vfio-pci, for a process that is started with it, until that ends.
   * The process is not there yet when the function is taken: the Lend that starts it has the loan
   * first, and passes it on.
   *
   * @param holder who has it from now on
   * @param from who had it until now; empty where it is taken from the host
   * @param memory the guest's, where that is known and matters
   */
  record Run(
      PciAddress address,
      Consent consent,
      Loan.InProcess holder,
      Optional<KernelTask> from,
      Optional<GuestMemory> memory)
      implements Request {
    /** With nothing said of the guest's memory. */
    public Run(
        PciAddress address, Consent consent, Loan.InProcess holder, Optional<KernelTask> from) {
      this(address, consent, holder, from, Optional.empty());
    }
  }

  /** From vfio-pci back to its host driver. */
  record Return(PciAddress address, Homecoming how) implements Request {
    /** One that nobody else has changed. */
    public Return(PciAddress address) {
      this(address, Homecoming.plain());
    }
  }

  /**
   * Back onto vfio-pci after a start of the host, for the guest whose definition has it. Nobody is
   * there then to be asked: what the host needs by now stays with it.
   */
  record Restore(PciAddress address) implements Request {}

  /** Resets an idle function by each method that there is, to see whether that works. */
  record TryReset(PciAddress address) implements Request {}

  /** Resets a function that is in quarantine, to end that. */
  record Clean(PciAddress address) implements Request {}

  /**
   * Gives a PF the VFs that are wanted, with the settings that are wanted.
   *
   * @param address the PF
   * @param command the words that ask for it: {@code vf create}
   * @param replacing true where the VFs that are lent or reserved are to be taken back first: such
   *     a plan tells what speaks against it besides, and is not carried out before they are
   */
  record ShapeVfs(
      PciAddress address, PfWish wish, Consent consent, String command, boolean replacing)
      implements Request {
    /** With all loans as they are. */
    public ShapeVfs(PciAddress address, PfWish wish, Consent consent, String command) {
      this(address, wish, consent, command, false);
    }

    /** The same after what is lent has been taken back. */
    public ShapeVfs afterTakingBack() {
      return new ShapeVfs(address, wish, consent, command, true);
    }
  }

  /** What the person agrees to; the way home needs that only where somebody else was at it. */
  default Consent agreed() {
    return switch (this) {
      case Attach a -> a.consent();
      case Reserve r -> r.consent();
      case Run r -> r.consent();
      case Detach d -> d.how().consent();
      case Return r -> r.how().consent();
      case Restore r -> Restoring.AT_BOOT;
      case TryReset t -> new Consent(false, false);
      case Clean c -> new Consent(false, false);
      case ShapeVfs s -> s.consent();
    };
  }

  /** The command's name: what the person typed. */
  default String verb() {
    return switch (this) {
      case Attach a -> "attach";
      case Detach d ->
          d.how().leave() ? "detach --leave" : d.how().force() ? "detach --force" : "detach";
      case Reserve r -> "reserve";
      case Run r -> r.from().isPresent() ? "run (started)" : "run";
      case Return r -> r.how().leave() ? "return --leave" : "return";
      case Restore r -> "boot restore";
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
