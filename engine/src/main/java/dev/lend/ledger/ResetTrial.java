package dev.lend.ledger;

import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import java.time.Instant;
import java.util.Optional;

/**
 * A reset of a function that Lend made, and what came of it.
 *
 * @param address which function
 * @param id what sat there: what was learned of one device says nothing of another in its place
 * @param method the kernel's name of the method, as in {@code reset_method}; empty where the kernel
 *     chose
 * @param result what came of it
 * @param detail the evidence in words, empty text where there is nothing to say
 * @param at when
 * @param kernel the kernel's release: methods and quirks come with it
 */
public record ResetTrial(
    PciAddress address,
    PciId id,
    Optional<String> method,
    Result result,
    String detail,
    Instant at,
    String kernel) {
  /** What came of a reset. */
  public enum Result {
    /** The kernel reset it, and configuration space is as before. */
    CLEAN,
    /** The kernel did not reset it. */
    REFUSED,
    /** Registers are not as before. */
    CHANGED,
    /** It does not answer: configuration space reads as all ones. */
    GONE,
    /** The kernel did not come back from the reset in time. */
    NO_ANSWER
  }

  /** True where the reset did what it should. */
  public boolean worked() {
    return result == Result.CLEAN;
  }

  /** For a person: {@code reset by flr: configuration space as before}. */
  public String describe() {
    String how = "reset" + method.map(name -> " by " + name).orElse("") + ": ";
    String what =
        switch (result) {
          case CLEAN -> "configuration space is as before";
          case REFUSED -> "the kernel could not do it";
          case CHANGED -> "registers are not as before";
          case GONE -> "it does not answer, configuration space reads as all ones";
          case NO_ANSWER -> "the kernel has not come back from it";
        };
    return how + what + (detail.isEmpty() ? "" : " (" + detail + ")");
  }
}
