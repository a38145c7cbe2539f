package dev.lend.ledger;

import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * A function that is not lent again: its reset failed after a guest had it, so the next guest might
 * get what the last one left in it.
 *
 * @param address which function
 * @param id what sat there; another device in its place is not meant
 * @param since when
 * @param why what the reset came to, for a person
 */
public record Quarantine(PciAddress address, PciId id, Instant since, String why) {
  /** True where this is about the device that sits there now. */
  public boolean concerns(PciFunction function) {
    return address.equals(function.address()) && id.equals(function.id());
  }

  /**
   * Which of some functions are in quarantine after a change.
   *
   * @param ledger before the change
   * @param touched the functions that the change is about
   * @param homeward true where the change brought them home from a guest
   * @param trials the resets that were made in it, in order
   */
  public static List<Quarantine> after(
      Ledger ledger, Collection<PciAddress> touched, boolean homeward, List<ResetTrial> trials) {
    List<Quarantine> found = new ArrayList<>();
    for (PciAddress address : touched) {
      List<ResetTrial> own =
          trials.stream().filter(trial -> trial.address().equals(address)).toList();
      after(ledger.quarantine(address), homeward, own).ifPresent(found::add);
    }
    return found;
  }

  /**
   * A reset that worked ends a quarantine. One that did harm begins it. One that the kernel could
   * not do leaves things as they were, and how they were after a guest nobody knows.
   */
  private static Optional<Quarantine> after(
      Optional<Quarantine> before, boolean homeward, List<ResetTrial> trials) {
    Optional<Quarantine> now = before;
    boolean clean = !homeward;
    for (ResetTrial trial : trials) {
      switch (trial.result()) {
        case CLEAN -> {
          now = Optional.empty();
          clean = true;
        }
        case REFUSED -> {
          if (!clean) {
            now = Optional.of(now.orElseGet(() -> of(trial)));
          }
        }
        case CHANGED, GONE, NO_ANSWER -> now = Optional.of(now.orElseGet(() -> of(trial)));
      }
    }
    return now;
  }

  private static Quarantine of(ResetTrial trial) {
    return new Quarantine(trial.address(), trial.id(), trial.at(), trial.describe());
  }
}
