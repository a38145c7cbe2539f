package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What Lend will do for a request, or why it will not.
 *
 * @param request what was asked for
 * @param steps what to do, in order; empty where there are objections
 * @param consequences what stops working on the host because of it
 * @param objections why not; empty where the plan may be carried out
 * @param touched functions whose loans the plan changes
 * @param loans the loans of these functions once it is carried out
 * @param devices what sits now where the steps have something to do
 */
public record Plan(
    Request request,
    List<Step> steps,
    List<Consequence> consequences,
    List<Objection> objections,
    List<PciAddress> touched,
    List<Loan> loans,
    List<DeviceIdentity> devices) {
  /** In {@link #overridden}, the consent to all that is in use at once. */
  public static final String YES = "yes";

  /** Copies the lists. */
  public Plan {
    steps = List.copyOf(steps);
    consequences = List.copyOf(consequences);
    objections = List.copyOf(objections);
    touched = List.copyOf(touched);
    loans = List.copyOf(loans);
    devices = List.copyOf(devices);
  }

  /** A plan of which it is not known what sits where. */
  public Plan(
      Request request,
      List<Step> steps,
      List<Consequence> consequences,
      List<Objection> objections,
      List<PciAddress> touched,
      List<Loan> loans) {
    this(request, steps, consequences, objections, touched, loans, List.of());
  }

  /**
   * What the person took upon themselves that had to be asked: the names of refusals that were
   * overridden, and {@code yes} where something in use was to stop. Not what was agreed to without
   * need.
   */
  public List<String> overridden() {
    Set<Consequence.Kind> refused = EnumSet.noneOf(Consequence.Kind.class);
    boolean inUse = false;
    for (Consequence consequence : consequences) {
      if (consequence.refuses() && request.agreed().covers(consequence)) {
        refused.add(consequence.kind());
      }
      inUse |= consequence.warns() && request.agreed().inUse();
    }
    List<String> ids = new ArrayList<>();
    refused.forEach(kind -> ids.add(kind.id()));
    if (inUse) {
      ids.add(YES);
    }
    return ids;
  }

  /** True where nothing speaks against it. */
  public boolean allowed() {
    return objections.isEmpty();
  }
}
