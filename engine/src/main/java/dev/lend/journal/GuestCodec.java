package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.LockLimit;
import dev.lend.model.PciAddress;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.DomainVf;
import dev.lend.plan.Step;
import java.util.Optional;

/** Guests, and what libvirt is told of a device, as the journal has them. */
final class GuestCodec {
  static final String DEFINE = "define";
  static final String UNDEFINE = "undefine";

  private static final String DEFINED = "defined";

  private GuestCodec() {}

  /** Adds what there is to say of a guest that has a loan. */
  static void encode(Loan.InGuest in, Json.Builder loan) {
    loan.put("guest", in.guest().toString()).put("id", in.deviceId());
    if (in.defined()) {
      loan.put(DEFINED, true);
    }
  }

  static Loan.InGuest holder(Json.Obj loan) {
    // Not there in what Lend wrote when it put nothing into definitions.
    boolean defined = loan.members().containsKey(DEFINED) && loan.flag(DEFINED);
    return new Loan.InGuest(guest(loan.text("guest")), loan.text("id"), defined);
  }

  static Json encode(DefinitionStep step) {
    Json.Builder json =
        Json.object()
            .put("step", step instanceof DefinitionStep.Define ? DEFINE : UNDEFINE)
            .put("guest", step.guest().toString())
            .put("address", step.address().toString())
            .put("id", step.deviceId());
    if (step instanceof DefinitionStep.Define define) {
      define.vf().ifPresent(vf -> json.put("vf", encode(vf)));
    }
    return json.build();
  }

  static DefinitionStep step(Json.Obj json) {
    Guest guest = guest(json.text("guest"));
    PciAddress address = RecordCodec.address(json.text("address"));
    String id = json.text("id");
    return json.text("step").equals(DEFINE)
        ? new DefinitionStep.Define(
            guest, address, id, json.get("vf").map(any -> vf(json.object("vf"))))
        : new DefinitionStep.Undefine(guest, address, id);
  }

  static Guest guest(String text) {
    Optional<Guest> guest = Guest.parse(text);
    return guest.orElseThrow(() -> new JsonException("no guest: \"" + text + "\""));
  }

  static Json encode(Step.LockMemory step) {
    return Json.object()
        .put("step", "lock-memory")
        .put("guest", step.guest().toString())
        .put("task", WriteCodec.encode(step.task()))
        .put("from", encode(step.from()))
        .put("to", encode(step.to()))
        .build();
  }

  static Step.LockMemory lockMemory(Json.Obj json) {
    return new Step.LockMemory(
        guest(json.text("guest")),
        WriteCodec.task(json.object("task")),
        limit(json.object("from")),
        limit(json.object("to")));
  }

  private static Json encode(LockLimit limit) {
    return Json.object().put("soft", limit.soft()).put("hard", limit.hard()).build();
  }

  private static LockLimit limit(Json.Obj json) {
    return new LockLimit(json.number("soft"), json.number("hard"));
  }

  static Json encode(DomainVf vf) {
    return Json.object().put("mac", vf.mac()).put("vlan", vf.vlan()).build();
  }

  static DomainVf vf(Json.Obj json) {
    try {
      return new DomainVf(RecordCodec.textOrNull(json, "mac"), RecordCodec.whole(json, "vlan"));
    } catch (IllegalArgumentException e) {
      throw new JsonException("no setting of a VF: " + e.getMessage(), e);
    }
  }
}
