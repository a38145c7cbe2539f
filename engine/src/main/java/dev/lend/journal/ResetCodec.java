package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.ledger.Quarantine;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.PciId;

/** Turns what is known of resets into JSON and back. */
public final class ResetCodec {
  private ResetCodec() {}

  /** A reset and what came of it; part of the journal's format and of {@code check --json}. */
  public static Json.Obj encode(ResetTrial trial) {
    return Json.object()
        .put("address", trial.address().toString())
        .put("id", trial.id().toString())
        .put("method", trial.method())
        .put("result", trial.result().name())
        .put("detail", trial.detail())
        .put("at", trial.at().toString())
        .put("kernel", trial.kernel())
        .build();
  }

  static ResetTrial trial(Json.Obj json) {
    return new ResetTrial(
        RecordCodec.address(json.text("address")),
        id(json.text("id")),
        RecordCodec.textOrNull(json, "method"),
        RecordCodec.constant(json, "result", ResetTrial.Result.values()),
        json.text("detail"),
        RecordCodec.instant(json, "at"),
        json.text("kernel"));
  }

  /** A quarantine; part of the journal's format and of {@code status --json}. */
  public static Json.Obj encode(Quarantine quarantine) {
    return Json.object()
        .put("address", quarantine.address().toString())
        .put("id", quarantine.id().toString())
        .put("since", quarantine.since().toString())
        .put("why", quarantine.why())
        .build();
  }

  static Quarantine quarantine(Json.Obj json) {
    return new Quarantine(
        RecordCodec.address(json.text("address")),
        id(json.text("id")),
        RecordCodec.instant(json, "since"),
        json.text("why"));
  }

  static PciId id(String text) {
    int colon = text.indexOf(':');
    if (colon != 4 || text.length() != 9) {
      throw new JsonException("no vendor and device: \"" + text + "\"");
    }
    try {
      return new PciId(
          Integer.parseUnsignedInt(text, 0, colon, 16),
          Integer.parseUnsignedInt(text, colon + 1, text.length(), 16));
    } catch (NumberFormatException notHex) {
      throw new JsonException("no vendor and device: \"" + text + "\"", notHex);
    }
  }
}
