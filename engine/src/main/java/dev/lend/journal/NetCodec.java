package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetRoute;
import dev.lend.model.NetState;
import dev.lend.model.VfSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns what is known of the network into JSON and back. */
final class NetCodec {
  private NetCodec() {}

  static Json encode(NetOrigin origin) {
    return Json.object()
        .put("interfaces", RecordCodec.array(origin.interfaces(), NetCodec::encode))
        .put("vf", origin.vf().map(NetCodec::encode).orElseGet(Json.Nil::new))
        .build();
  }

  static NetOrigin origin(Json.Obj json) {
    return new NetOrigin(
        RecordCodec.list(json, "interfaces", NetCodec::state),
        json.get("vf").isPresent() ? Optional.of(vf(json.object("vf"))) : Optional.empty());
  }

  static Json encode(NetOrigin.Vf vf) {
    VfSettings settings = vf.settings();
    return Json.object()
        .put("pf", vf.pf().toString())
        .put("index", vf.index())
        .put("mac", settings.mac())
        .put("vlan", settings.vlan().id())
        .put("qos", settings.vlan().qos())
        .put("protocol", settings.vlan().protocol())
        .put("min_rate", settings.minRate())
        .put("max_rate", settings.maxRate())
        .put("spoofchk", flag(settings.spoofCheck()))
        .put("link", settings.link().name())
        .put("query_rss", flag(settings.rssQuery()))
        .put("trust", flag(settings.trust()))
        .put("node_guid", settings.nodeGuid())
        .put("port_guid", settings.portGuid())
        .build();
  }

  static NetOrigin.Vf vf(Json.Obj json) {
    return new NetOrigin.Vf(
        RecordCodec.address(json.text("pf")),
        RecordCodec.whole(json, "index"),
        new VfSettings(
            json.text("mac"),
            new VfSettings.Vlan(
                RecordCodec.whole(json, "vlan"),
                RecordCodec.whole(json, "qos"),
                RecordCodec.whole(json, "protocol")),
            json.number("min_rate"),
            json.number("max_rate"),
            flag(json, "spoofchk"),
            link(json.text("link")),
            flag(json, "query_rss"),
            flag(json, "trust"),
            guid(json, "node_guid"),
            guid(json, "port_guid")));
  }

  /** Not there in what Lend wrote before it knew of InfiniBand. */
  private static Optional<String> guid(Json.Obj json, String name) {
    return json.members().containsKey(name) ? RecordCodec.textOrNull(json, name) : Optional.empty();
  }

  static VfSettings.Link link(String name) {
    for (VfSettings.Link link : VfSettings.Link.values()) {
      if (link.name().equals(name)) {
        return link;
      }
    }
    throw new JsonException("unknown link state \"" + name + "\"");
  }

  private static Json flag(Optional<Boolean> value) {
    return value.map(Json::of).orElseGet(Json.Nil::new);
  }

  private static Optional<Boolean> flag(Json.Obj json, String name) {
    return json.get(name).isPresent() ? Optional.of(json.flag(name)) : Optional.empty();
  }

  static Json encode(NetState state) {
    return Json.object()
        .put("name", state.name())
        .put("index", state.index())
        .put("hardware", state.hardware())
        .put("up", state.up())
        .put("mtu", state.mtu())
        .put("mac", state.mac())
        .put("master", state.master())
        .put("addresses", RecordCodec.array(state.addresses(), NetCodec::encode))
        .put("routes", RecordCodec.array(state.routes(), NetCodec::encode))
        .put("losses", RecordCodec.array(state.lost(), NetStackCodec::encode))
        .put("other_names", Json.texts(state.altNames()))
        .put("stacked", RecordCodec.array(state.stacked(), NetStackCodec::encode))
        .build();
  }

  static NetState state(Json.Obj json) {
    return new NetState(
        json.text("name"),
        RecordCodec.whole(json, "index"),
        RecordCodec.textOrNull(json, "hardware"),
        json.flag("up"),
        RecordCodec.whole(json, "mtu"),
        RecordCodec.textOrNull(json, "mac"),
        RecordCodec.textOrNull(json, "master"),
        RecordCodec.list(json, "addresses", NetCodec::address),
        RecordCodec.list(json, "routes", NetCodec::route),
        NetStackCodec.losses(json),
        json.members().containsKey("other_names")
            ? RecordCodec.texts(json, "other_names")
            : List.of(),
        json.members().containsKey("stacked")
            ? RecordCodec.list(json, "stacked", NetStackCodec::stacked)
            : List.of());
  }

  private static Json encode(NetAddress address) {
    return Json.object()
        .put("address", address.local().text())
        .put("prefix", address.prefix())
        .put("peer", address.peer().map(IpAddress::text))
        .put("broadcast", address.broadcast().map(IpAddress::text))
        .put("scope", address.scope())
        .put("flags", address.flags())
        .put("label", address.label())
        .put("valid", address.valid())
        .put("preferred", address.preferred())
        .put("protocol", address.protocol())
        .build();
  }

  private static NetAddress address(Json.Obj json) {
    return new NetAddress(
        ip(json.text("address")),
        RecordCodec.whole(json, "prefix"),
        RecordCodec.textOrNull(json, "peer").map(NetCodec::ip),
        RecordCodec.textOrNull(json, "broadcast").map(NetCodec::ip),
        RecordCodec.whole(json, "scope"),
        json.number("flags"),
        RecordCodec.textOrNull(json, "label"),
        json.number("valid"),
        json.number("preferred"),
        RecordCodec.whole(json, "protocol"));
  }

  private static Json encode(NetRoute route) {
    List<Json> limits = new ArrayList<>();
    for (Map.Entry<Integer, Long> limit : route.limits().entrySet()) {
      limits.add(Json.object().put("kind", limit.getKey()).put("value", limit.getValue()).build());
    }
    return Json.object()
        .put("to", route.destination().text())
        .put("prefix", route.prefix())
        .put("via", route.gateway().map(IpAddress::text))
        .put("from", route.source().map(IpAddress::text))
        .put("table", Integer.toUnsignedLong(route.table()))
        .put("protocol", route.protocol())
        .put("scope", route.scope())
        .put("metric", route.metric())
        .put("tos", route.tos())
        .put("onlink", route.onlink())
        .put("preference", route.preference())
        .put("limits", new Json.Arr(limits))
        .build();
  }

  private static NetRoute route(Json.Obj json) {
    SortedMap<Integer, Long> limits = new TreeMap<>();
    for (Map.Entry<Integer, Long> limit : RecordCodec.list(json, "limits", NetCodec::limit)) {
      limits.put(limit.getKey(), limit.getValue());
    }
    return new NetRoute(
        ip(json.text("to")),
        RecordCodec.whole(json, "prefix"),
        RecordCodec.textOrNull(json, "via").map(NetCodec::ip),
        RecordCodec.textOrNull(json, "from").map(NetCodec::ip),
        (int) json.number("table"),
        RecordCodec.whole(json, "protocol"),
        RecordCodec.whole(json, "scope"),
        json.number("metric"),
        RecordCodec.whole(json, "tos"),
        json.flag("onlink"),
        RecordCodec.whole(json, "preference"),
        limits);
  }

  private static Map.Entry<Integer, Long> limit(Json.Obj json) {
    return Map.entry(RecordCodec.whole(json, "kind"), json.number("value"));
  }

  private static IpAddress ip(String text) {
    return IpAddress.parse(text)
        .orElseThrow(() -> new JsonException("no IP address: \"" + text + "\""));
  }
}
