package dev.lend.model;

import java.util.List;
import java.util.Optional;

/**
 * One thing that a readiness check looked at and what it found.
 *
 * @param id a stable name in kebab case, for scripts: {@code iommu-kernel}
 * @param title what was found, one line for a person
 * @param severity what it means for lending devices
 * @param evidence which files said so and what they said, one a line; empty where nothing was read
 * @param remedy what to do about it, if anything can be done
 */
public record Finding(
    String id, String title, Severity severity, List<String> evidence, Optional<Remedy> remedy) {

  /** Copies the list. */
  public Finding {
    evidence = List.copyOf(evidence);
  }

  /** What a finding means for lending devices. */
  public enum Severity {
    /** As it should be. */
    OK,
    /** Good to know; nothing to do. */
    NOTE,
    /** Lending works, with a risk or a limit. */
    WARNING,
    /** Nothing can be lent before this is put right. */
    BLOCKER,
    /** Does not matter here, or not before another blocker is gone. */
    NOT_APPLICABLE,
    /** The host did not let it be read. */
    UNKNOWN
  }

  /**
   * What puts a finding right.
   *
   * @param steps in the order in which they are done, each a sentence or a command
   * @param reboot true where it takes effect at the next boot only
   */
  public record Remedy(List<String> steps, boolean reboot) {
    /** Copies the list. */
    public Remedy {
      steps = List.copyOf(steps);
    }

    /** Steps that work at once. */
    public static Remedy now(String... steps) {
      return new Remedy(List.of(steps), false);
    }
  }

  /** A finding with nothing to do. */
  public static Finding of(String id, Severity severity, String title, String... evidence) {
    return new Finding(id, title, severity, List.of(evidence), Optional.empty());
  }

  /** The same finding with a remedy. */
  public Finding with(Remedy itsRemedy) {
    return new Finding(id, title, severity, evidence, Optional.of(itsRemedy));
  }

  /** The same finding with more evidence. */
  public Finding because(List<String> itsEvidence) {
    return new Finding(id, title, severity, itsEvidence, remedy);
  }
}
