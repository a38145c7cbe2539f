package dev.lend.plan;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.model.TrustFacts;
import dev.lend.plan.Trust.Grade;
import dev.lend.plan.Trust.Mark;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a function is marked for its reset: that there is one, and that it works. */
final class ResetMarks {
  /** Resets that are made for it, and take everything with them. */
  private static final List<String> WHOLE =
      List.of("device_specific", "acpi", "flr", "af_flr", "bus", "cxl_bus");

  private final TrustFacts facts;
  private final PciFunction function;
  private final Fact<List<String>> usable;
  private final String attribute;
  private final List<Mark> marks = new ArrayList<>();

  private ResetMarks(HostSnapshot host, TrustFacts facts) {
    this.facts = facts;
    this.function = facts.detail().function();
    this.usable = ResetWays.of(host, function, facts.detail().resets());
    this.attribute = Step.DEVICES + function.address() + "/reset_method";
  }

  static List<Mark> of(HostSnapshot host, TrustFacts facts, Optional<Ledger> ledger) {
    ResetMarks all = new ResetMarks(host, facts);
    if (all.usable instanceof Fact.Unreadable<List<String>>(String path, String why)) {
      all.add(
          Finding.of(
              "reset",
              Severity.UNKNOWN,
              "it cannot be read how it is reset",
              "/" + path + ": " + why),
          Grade.B);
    } else if (all.usable instanceof Fact.Known<List<String>>(List<String> methods)) {
      all.there(methods);
      all.tried(methods, ledger);
    } else {
      all.none();
    }
    return all.marks;
  }

  private void add(Finding finding, Grade atMost) {
    marks.add(new Mark(finding, atMost));
  }

  private void none() {
    boolean listed =
        facts.detail().resets() instanceof Fact.Known<List<String>>(List<String> methods)
            && !methods.isEmpty();
    add(
        Finding.of(
                "reset",
                Severity.WARNING,
                listed
                    ? "cannot be reset: a bus reset would hit what else is on its bus, and the"
                        + " kernel has no other way"
                    : "cannot be reset: a guest gets it as its last user left it",
                listed ? evidence() : attribute + " is not there")
            .with(
                Remedy.now(
                    "give it to guests that may see each other's data, or take the power off the"
                        + " host in between")),
        Grade.D);
  }

  private String evidence() {
    return attribute + ": " + String.join(" ", facts.detail().resets().or(List.of()));
  }

  private void there(List<String> methods) {
    if (methods.isEmpty()) {
      add(
          Finding.of(
              "reset",
              Severity.OK,
              "can be reset; this kernel does not say how (5.15 and later do)",
              Step.DEVICES + function.address() + "/reset"),
          Grade.A);
    } else if (WHOLE.contains(methods.getFirst())) {
      add(
          Finding.of(
              "reset", Severity.OK, "can be reset: " + String.join(", ", methods), evidence()),
          Grade.A);
    } else {
      add(
          Finding.of(
              "reset",
              Severity.NOTE,
              "is reset by its power state first ("
                  + methods.getFirst()
                  + "), which leaves some devices as they were",
              evidence()),
          Grade.B);
    }
  }

  private void tried(List<String> methods, Optional<Ledger> ledger) {
    String id = "reset-tried";
    if (ledger.isEmpty()) {
      add(
          Finding.of(id, Severity.UNKNOWN, "what Lend remembers of its resets cannot be read here"),
          Grade.B);
      return;
    }
    List<ResetTrial> trials = ledger.get().trialsOf(function);
    List<String> evidence = new ArrayList<>();
    for (ResetTrial trial : trials) {
      evidence.add(
          "Lend's journal, "
              + trial.at().truncatedTo(ChronoUnit.SECONDS)
              + ", Linux "
              + trial.kernel()
              + ": "
              + trial.describe());
    }
    Optional<ResetTrial> first = Optional.empty();
    boolean anyWorked = false;
    for (ResetTrial trial : trials) {
      anyWorked |= trial.worked();
      if (trial.method().isEmpty() || methods.indexOf(trial.method().get()) == 0) {
        first = Optional.of(trial);
      }
    }
    String name = function.address().brief();
    if (first.isEmpty()) {
      add(
          Finding.of(id, Severity.NOTE, "its reset was not tried here")
              .because(evidence)
              .with(
                  Remedy.now(
                      "sudo lend check "
                          + name
                          + " --try-reset   (takes an idle device off its driver for a moment)")),
          Grade.B);
    } else if (!first.get().worked()) {
      add(
          Finding.of(
                  id,
                  Severity.WARNING,
                  anyWorked
                      ? "the reset that the kernel tries first does not work; another does"
                      : "its reset does not work: a guest gets it as its last user left it")
              .because(evidence)
              .with(
                  Remedy.now(
                      "after an update of kernel or firmware: sudo lend check "
                          + name
                          + " --try-reset")),
          anyWorked ? Grade.C : Grade.D);
    } else if (!first.get().kernel().equals(facts.kernel())) {
      add(
          Finding.of(
                  id,
                  Severity.NOTE,
                  "its reset worked with Linux "
                      + first.get().kernel()
                      + "; this is "
                      + facts.kernel())
              .because(evidence)
              .with(Remedy.now("sudo lend check " + name + " --try-reset")),
          Grade.B);
    } else {
      add(Finding.of(id, Severity.OK, "its reset was tried and works").because(evidence), Grade.A);
    }
  }
}
