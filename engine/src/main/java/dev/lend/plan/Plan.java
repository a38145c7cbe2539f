package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.PciAddress;
import java.util.List;

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

  /** True where nothing speaks against it. */
  public boolean allowed() {
    return objections.isEmpty();
  }
}
