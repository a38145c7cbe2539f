package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.NetForm;
import dev.lend.model.NetLoss;
import dev.lend.model.NetState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns what stands on an interface, and what is lost with it, into JSON and back. */
final class NetStackCodec {
  private NetStackCodec() {}

  static Json encode(NetLoss loss) {
    return Json.object()
        .put("what", loss.what())
        .put("through", Json.texts(loss.through()))
        .build();
  }

  /** Lend once wrote texts only, and called them {@code lost}. */
  static List<NetLoss> losses(Json.Obj json) {
    if (!json.members().containsKey("losses")) {
      return RecordCodec.texts(json, "lost").stream().map(NetLoss::of).toList();
    }
    return RecordCodec.list(
        json, "losses", loss -> new NetLoss(loss.text("what"), RecordCodec.texts(loss, "through")));
  }

  static Json encode(NetState.Stacked stacked) {
    Json.Builder json = Json.object().put("kind", stacked.form().kind());
    switch (stacked.form()) {
      case NetForm.Vlan vlan ->
          json.put("id", vlan.id())
              .put("protocol", vlan.protocol())
              .put("flags", vlan.flags())
              .put("ingress", priorities(vlan.ingress()))
              .put("egress", priorities(vlan.egress()));
      case NetForm.Macvlan(long mode, int flags) -> json.put("mode", mode).put("flags", flags);
      case NetForm.Ipvlan(int mode, int flags) -> json.put("mode", mode).put("flags", flags);
    }
    return json.put("state", NetCodec.encode(stacked.state())).build();
  }

  static NetState.Stacked stacked(Json.Obj json) {
    NetForm form =
        switch (json.text("kind")) {
          case "vlan" ->
              new NetForm.Vlan(
                  RecordCodec.whole(json, "id"),
                  RecordCodec.whole(json, "protocol"),
                  json.number("flags"),
                  priorities(json, "ingress"),
                  priorities(json, "egress"));
          case "macvlan" ->
              new NetForm.Macvlan(json.number("mode"), RecordCodec.whole(json, "flags"));
          case "ipvlan" ->
              new NetForm.Ipvlan(RecordCodec.whole(json, "mode"), RecordCodec.whole(json, "flags"));
          default -> throw new JsonException("unknown interface \"" + json.text("kind") + "\"");
        };
    return new NetState.Stacked(form, NetCodec.state(json.object("state")));
  }

  private static Json priorities(SortedMap<Integer, Integer> map) {
    List<Json> pairs = new ArrayList<>();
    map.forEach((from, to) -> pairs.add(Json.object().put("from", from).put("to", to).build()));
    return new Json.Arr(pairs);
  }

  private static SortedMap<Integer, Integer> priorities(Json.Obj json, String name) {
    SortedMap<Integer, Integer> map = new TreeMap<>();
    for (Map.Entry<Integer, Integer> pair :
        RecordCodec.list(
            json,
            name,
            one -> Map.entry(RecordCodec.whole(one, "from"), RecordCodec.whole(one, "to")))) {
      map.put(pair.getKey(), pair.getValue());
    }
    return map;
  }
}
