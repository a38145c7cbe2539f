package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.DriverAbilities;
import dev.lend.model.VfAbility;
import dev.lend.model.VfSettings;
import dev.lend.model.VfWish;
import dev.lend.plan.VfStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns what is done to VFs into JSON and back. */
public final class VfStepCodec {
  private VfStepCodec() {}

  static Json encode(VfStep step) {
    Json.Builder json = Json.object();
    switch (step) {
      case VfStep.Up up -> json.put("step", "pf-up").put("from", up.from()).put("to", up.to());
      case VfStep.Autoprobe auto ->
          json.put("step", "vf-autoprobe").put("from", auto.from()).put("to", auto.to());
      case VfStep.Count count ->
          json.put("step", "vf-count").put("from", count.from()).put("to", count.to());
      case VfStep.Hold hold ->
          json.put("step", "vf-hold")
              .put("vfs", RecordCodec.array(hold.changes(), VfStepCodec::encode));
      case VfStep.Bind bind -> {
        List<Json> indexes = new ArrayList<>();
        bind.indexes().forEach(index -> indexes.add(Json.of(index)));
        json.put("step", "vf-bind").put("vfs", new Json.Arr(indexes));
      }
      case VfStep.Try attempt -> json.put("step", "vf-try").put("vf", attempt.index());
      case VfStep.Pool pool ->
          json.put("step", "vf-pool")
              .put("from", NvmeCodec.encode(pool.from()))
              .put("to", NvmeCodec.encode(pool.to()));
      case VfStep.Share share ->
          json.put("step", "vf-share")
              .put("vfs", RecordCodec.array(share.changes(), NvmeCodec::encode));
      case VfStep.Forward forward ->
          json.put("step", "vf-forward")
              .put("macs", Json.texts(forward.macs()))
              .put("enter", forward.enter());
    }
    return json.put("pf", step.pf().toString()).build();
  }

  /** The step that the JSON stands for; empty where it is none of these. */
  static Optional<VfStep> step(Json.Obj json) {
    String kind = json.text("step");
    if (!kind.startsWith("vf-") && !kind.equals("pf-up")) {
      return Optional.empty();
    }
    var pf = RecordCodec.address(json.text("pf"));
    return switch (kind) {
      case "pf-up" -> Optional.of(new VfStep.Up(pf, json.flag("from"), json.flag("to")));
      case "vf-autoprobe" ->
          Optional.of(new VfStep.Autoprobe(pf, json.flag("from"), json.flag("to")));
      case "vf-count" ->
          Optional.of(
              new VfStep.Count(pf, RecordCodec.whole(json, "from"), RecordCodec.whole(json, "to")));
      case "vf-hold" ->
          Optional.of(new VfStep.Hold(pf, RecordCodec.list(json, "vfs", VfStepCodec::change)));
      case "vf-bind" -> Optional.of(new VfStep.Bind(pf, numbers(json)));
      case "vf-try" -> Optional.of(new VfStep.Try(pf, RecordCodec.whole(json, "vf")));
      case "vf-pool" ->
          Optional.of(
              new VfStep.Pool(
                  pf, NvmeCodec.kept(json.object("from")), NvmeCodec.kept(json.object("to"))));
      case "vf-share" ->
          Optional.of(new VfStep.Share(pf, RecordCodec.list(json, "vfs", NvmeCodec::change)));
      case "vf-forward" ->
          Optional.of(new VfStep.Forward(pf, RecordCodec.texts(json, "macs"), json.flag("enter")));
      default -> Optional.empty();
    };
  }

  private static List<Integer> numbers(Json.Obj json) {
    List<Integer> numbers = new ArrayList<>();
    for (Json item : json.array("vfs")) {
      numbers.add(RecordCodec.whole(Json.object().put("vf", item).build(), "vf"));
    }
    return numbers;
  }

  private static Json encode(VfStep.Change change) {
    return Json.object()
        .put("vf", change.index())
        .put("from", encode(change.from()))
        .put("to", encode(change.to()))
        .build();
  }

  private static VfStep.Change change(Json.Obj json) {
    return new VfStep.Change(
        RecordCodec.whole(json, "vf"), wish(json.object("from")), wish(json.object("to")));
  }

  /** A wish as JSON: what is wanted, and nothing else. */
  public static Json encode(VfWish wish) {
    Json.Builder json = Json.object();
    wish.mac()
        .ifPresent(mac ->
            json.put(
                "mac",
                switch (mac) {
                  case VfWish.Auto auto -> "auto";
                  case VfWish.Exactly(String address) -> address;
                }));
    wish.vlan()
        .ifPresent(vlan ->
            json.put("vlan", vlan.id()).put("qos", vlan.qos()).put("protocol", vlan.protocol()));
    wish.minRate().ifPresent(rate -> json.put("min_rate", rate));
    wish.maxRate().ifPresent(rate -> json.put("max_rate", rate));
    wish.spoofCheck().ifPresent(on -> json.put("spoofchk", on));
    wish.link().ifPresent(link -> json.put("link", link.name()));
    wish.rssQuery().ifPresent(on -> json.put("query_rss", on));
    wish.trust().ifPresent(on -> json.put("trust", on));
    wish.nodeGuid().ifPresent(guid -> json.put("node_guid", guid));
    wish.portGuid().ifPresent(guid -> json.put("port_guid", guid));
    wish.nvme().queues().ifPresent(queues -> json.put("queues", queues));
    wish.nvme().interrupts().ifPresent(interrupts -> json.put("interrupts", interrupts));
    return json.build();
  }

  /** The wish that the JSON stands for. */
  public static VfWish wish(Json.Obj json) {
    return new VfWish(
        json.optionalText("mac")
            .map(mac -> mac.equals("auto") ? new VfWish.Auto() : new VfWish.Exactly(mac)),
        json.get("vlan")
            .map(any ->
                new VfSettings.Vlan(
                    RecordCodec.whole(json, "vlan"),
                    RecordCodec.whole(json, "qos"),
                    RecordCodec.whole(json, "protocol"))),
        json.get("min_rate").map(any -> json.number("min_rate")),
        json.get("max_rate").map(any -> json.number("max_rate")),
        json.get("spoofchk").map(any -> json.flag("spoofchk")),
        json.get("link").map(any -> NetCodec.link(json.text("link"))),
        json.get("query_rss").map(any -> json.flag("query_rss")),
        json.get("trust").map(any -> json.flag("trust")),
        json.optionalText("node_guid"),
        json.optionalText("port_guid"),
        NvmeCodec.wish(json));
  }

  /** What a driver can set, as JSON. */
  public static Json encode(DriverAbilities abilities) {
    Json.Builder answers = Json.object();
    abilities
        .answers()
        .forEach((ability, answer) ->
            answers.put(
                ability.id(),
                Json.object().put("can", answer.can().name()).put("why", answer.why()).build()));
    return Json.object()
        .put("driver", abilities.driver())
        .put("version", abilities.version())
        .put("at", abilities.at().toString())
        .put("answers", answers.build())
        .build();
  }

  static DriverAbilities abilities(Json.Obj json) {
    SortedMap<VfAbility, DriverAbilities.Answer> answers = new TreeMap<>();
    json.object("answers")
        .members()
        .forEach((id, value) -> {
          // A later Lend may try more than this one knows of.
          Optional<VfAbility> ability = VfAbility.find(id);
          if (ability.isPresent()) {
            if (!(value instanceof Json.Obj answer)) {
              throw new JsonException("member \"" + id + "\" must be an object");
            }
            answers.put(
                ability.get(),
                new DriverAbilities.Answer(
                    RecordCodec.constant(answer, "can", DriverAbilities.Can.values()),
                    answer.text("why")));
          }
        });
    return new DriverAbilities(
        json.text("driver"), json.text("version"), RecordCodec.instant(json, "at"), answers);
  }
}
