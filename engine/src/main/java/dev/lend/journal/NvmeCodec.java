package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import dev.lend.model.NvmeWish;
import dev.lend.plan.VfStep;

/** Turns what NVMe VFs have into JSON and back. */
public final class NvmeCodec {
  private static final String QUEUES = "queues";
  private static final String INTERRUPTS = "interrupts";

  private NvmeCodec() {}

  /** What a VF has, as JSON. */
  public static Json encode(NvmeShare share) {
    return Json.object()
        .put(QUEUES, share.queues())
        .put(INTERRUPTS, share.interrupts())
        .put("online", share.online())
        .build();
  }

  static NvmeShare share(Json.Obj json) {
    return new NvmeShare(
        RecordCodec.whole(json, QUEUES), RecordCodec.whole(json, INTERRUPTS), json.flag("online"));
  }

  static Json encode(VfStep.NvmeChange change) {
    return Json.object()
        .put("vf", change.index())
        .put("from", encode(change.from()))
        .put("to", encode(change.to()))
        .build();
  }

  static VfStep.NvmeChange change(Json.Obj json) {
    return new VfStep.NvmeChange(
        RecordCodec.whole(json, "vf"), share(json.object("from")), share(json.object("to")));
  }

  static Json encode(NvmePool.Kept kept) {
    return Json.object().put(QUEUES, kept.queues()).put(INTERRUPTS, kept.interrupts()).build();
  }

  static NvmePool.Kept kept(Json.Obj json) {
    return new NvmePool.Kept(RecordCodec.whole(json, QUEUES), RecordCodec.whole(json, INTERRUPTS));
  }

  /** What a controller has for its VFs, as JSON. */
  public static Json encode(NvmePool pool) {
    return Json.object()
        .put(QUEUES, encode(pool.queues()))
        .put(INTERRUPTS, encode(pool.interrupts()))
        .build();
  }

  private static Json encode(NvmePool.Resources resources) {
    return Json.object()
        .put("flexible", resources.flexible())
        .put("kept", resources.kept())
        .put("most", resources.most())
        .build();
  }

  static NvmeWish wish(Json.Obj json) {
    return new NvmeWish(
        json.get(QUEUES).map(any -> RecordCodec.whole(json, QUEUES)),
        json.get(INTERRUPTS).map(any -> RecordCodec.whole(json, INTERRUPTS)));
  }
}
