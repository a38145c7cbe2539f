package dev.lend.plan;

import dev.lend.model.Guest;
import dev.lend.model.GuestMemory;
import dev.lend.plan.Consequence.Kind;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What it means for a guest's memory to get a device: VFIO locks all of it, for the device may
 * write anywhere (kernel: {@code drivers/vfio/vfio_iommu_type1.c}; QEMU: {@code
 * hw/vfio/container-base.c}, which keeps the balloon from giving memory back).
 */
final class PinnedMemory {
  /** What QEMU maps for devices besides the guest's memory: libvirt allows for as much. */
  private static final long BESIDES = 1L << 30;

  private final Draft draft;
  private final Request.Consent consent;
  private final String name;
  private final Optional<Guest> guest;
  private final GuestMemory memory;

  private PinnedMemory(
      Draft draft,
      Request.Consent consent,
      String name,
      Optional<Guest> guest,
      GuestMemory memory) {
    this.draft = draft;
    this.consent = consent;
    this.name = name;
    this.guest = guest;
    this.memory = memory;
  }

  /** The same for a guest that runs: what its process may lock is raised where that may be. */
  static void check(
      Draft draft, Request.Consent consent, Guest guest, Optional<GuestMemory> known) {
    check(draft, consent, guest.toString(), Optional.of(guest), known);
  }

  /**
   * Adds to the draft what stops working, and an objection where the memory is not there.
   *
   * @param guest whose memory it is
   */
  static void check(
      Draft draft, Request.Consent consent, String guest, Optional<GuestMemory> known) {
    check(draft, consent, guest, Optional.empty(), known);
  }

  private static void check(
      Draft draft,
      Request.Consent consent,
      String name,
      Optional<Guest> guest,
      Optional<GuestMemory> known) {
    if (known.isEmpty()) {
      return;
    }
    PinnedMemory memory = new PinnedMemory(draft, consent, name, guest, known.get());
    Optional<GuestMemory.Place> place = known.get().place();
    if (place.isPresent() && place.get().locked() >= known.get().size()) {
      // It has a device already: all of this is so since then.
      return;
    }
    memory.stops();
    place.ifPresent(memory::fits);
    place.ifPresent(memory::mayLock);
  }

  private void stops() {
    String grows =
        memory.most() > memory.size()
            ? " (and what is plugged in, up to " + Amount.about(memory.most()) + ")"
            : "";
    add(
        Consequence.Severity.NOTE,
        Kind.GUEST_MEMORY,
        "all memory of "
            + name
            + ", "
            + Amount.about(memory.size())
            + grows
            + ", is locked while it has a device: the host cannot take it back by ballooning, share"
            + " it (KSM) or swap it out, and the guest cannot be migrated or saved with its memory");
  }

  private void fits(GuestMemory.Place place) {
    long missing = Math.max(0, memory.size() - place.present());
    if (missing > place.available()) {
      refuse(
          Kind.GUEST_MEMORY,
          "all "
              + Amount.about(memory.size())
              + " of memory of "
              + name
              + " would be locked: "
              + Amount.about(missing)
              + " more than it takes now, and "
              + place.source()
              + " has "
              + Amount.about(place.available())
              + " left. Something would be killed for lack of memory",
          "Make room, or start the guest with less memory.");
    } else if (memory.most() - place.present() > place.available()) {
      add(
          Consequence.Severity.NOTE,
          Kind.GUEST_MEMORY,
          "memory that is plugged into "
              + name
              + " later is locked too: for the "
              + Amount.about(memory.most())
              + " that it may grow to, "
              + place.source()
              + " has too little");
    }
  }

  private void mayLock(GuestMemory.Place place) {
    OptionalLong lockable = place.lockable();
    if (lockable.isPresent() && lockable.getAsLong() - place.locked() < memory.size()) {
      long enough = memory.size() + BESIDES + place.locked();
      if (place.raisable().isPresent()) {
        raise(place.raisable().get(), Math.max(enough, memory.most() + BESIDES));
        return;
      }
      refuse(
          Kind.MEMORY_LIMIT,
          "the process of "
              + name
              + " may lock "
              + Amount.about(lockable.getAsLong())
              + " of memory, and its guest has "
              + Amount.about(memory.size())
              + ": the kernel would refuse the device (vfio: Cannot allocate memory)",
          place.pid() > 0
              ? "Allow it more: prlimit --pid "
                  + place.pid()
                  + " --memlock="
                  + enough
                  + ":"
                  + enough
                  + "."
              : "Allow it more: ulimit -l " + enough / 1024 + ".");
    }
  }

  /** Before the device goes in: QEMU locks its memory then, or fails. */
  private void raise(GuestMemory.Raisable process, long enough) {
    if (guest.isPresent()) {
      draft.steps.add(
          new Step.LockMemory(
              guest.get(), process.task(), process.limit(), process.limit().atLeast(enough)));
    }
  }

  private void add(Consequence.Severity severity, Kind kind, String text) {
    draft.consequences.add(new Consequence(draft.function.address(), severity, kind, text));
  }

  private void refuse(Kind kind, String text, String advice) {
    Consequence refusal =
        new Consequence(draft.function.address(), Consequence.Severity.REFUSAL, kind, text);
    draft.consequences.add(refusal);
    if (!consent.covers(refusal)) {
      draft.refuse(
          Character.toUpperCase(text.charAt(0))
              + text.substring(1)
              + ". "
              + advice
              + " Else, if you want that: --accept "
              + kind.id());
    }
  }
}
