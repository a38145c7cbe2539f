package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.model.TaskEvidence;

/** Turns writes to the kernel into JSON and back. */
public final class WriteCodec {
  private WriteCodec() {}

  static Json encode(KernelTask task) {
    return Json.object()
        .put("pid", task.pid())
        .put("started", task.started())
        .put("boot", task.boot())
        .build();
  }

  /**
   * The task that the JSON stands for.
   *
   * @throws JsonException it stands for none
   */
  static KernelTask task(Json.Obj json) {
    return new KernelTask(json.number("pid"), json.number("started"), json.text("boot"));
  }

  static Json encode(PendingWrite write) {
    return Json.object()
        .put("path", write.path())
        .put("value", write.value())
        .put("device", write.device().map(PciAddress::toString))
        .put("task", encode(write.task()))
        .build();
  }

  /**
   * The write that the JSON stands for.
   *
   * @throws JsonException it stands for none
   */
  static PendingWrite write(Json.Obj json) {
    return new PendingWrite(
        json.text("path"),
        json.text("value"),
        RecordCodec.textOrNull(json, "device").map(RecordCodec::address),
        task(json.object("task")));
  }

  /** A stuck write as JSON; part of the journal's format and of what commands print. */
  public static Json.Obj encode(StuckWrite stuck) {
    TaskEvidence evidence = stuck.evidence();
    return Json.object()
        .put("write", encode(stuck.write()))
        .put("since", stuck.since().toString())
        .put("state", evidence.state())
        .put("waits_in", evidence.waitsIn())
        .put("stack", Json.texts(evidence.stack()))
        .put("log", Json.texts(evidence.log()))
        .put("holders", Json.texts(evidence.holders()))
        .build();
  }

  /**
   * The stuck write that the JSON stands for.
   *
   * @throws JsonException it stands for none
   */
  static StuckWrite stuck(Json.Obj json) {
    return new StuckWrite(
        write(json.object("write")),
        RecordCodec.instant(json, "since"),
        new TaskEvidence(
            json.text("state"),
            json.text("waits_in"),
            RecordCodec.texts(json, "stack"),
            RecordCodec.texts(json, "log"),
            RecordCodec.texts(json, "holders")));
  }
}
