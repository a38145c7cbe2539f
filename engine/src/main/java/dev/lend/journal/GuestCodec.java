package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.Guest;
import dev.lend.model.LockLimit;
import dev.lend.plan.DomainVf;
import dev.lend.plan.Step;
import java.util.Optional;

/** Guests, and what libvirt is told of a device, as the journal has them. */
final class GuestCodec {
  private GuestCodec() {}

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
