package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.NvmeShare;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSettings;
import dev.lend.model.VfsOrigin;
import dev.lend.plan.VfStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Turns what a device is, and what goes with it, into JSON and back. */
final class OriginCodec {
  private OriginCodec() {}

  static Json.Obj encode(DeviceIdentity device) {
    Json.Builder json =
        Json.object()
            .put("address", device.address().toString())
            .put("id", device.id().toString())
            .put("subsystem", device.subsystem().toString());
    device.serial().ifPresent(serial -> json.put("serial", serial));
    if (!device.macs().isEmpty()) {
      json.put("macs", Json.texts(device.macs()));
    }
    return json.build();
  }

  static DeviceIdentity device(Json.Obj json) {
    return new DeviceIdentity(
        RecordCodec.address(json.text("address")),
        ResetCodec.id(json.text("id")),
        ResetCodec.id(json.text("subsystem")),
        json.optionalText("serial"),
        optionalTexts(json, "macs"));
  }

  /** Not there where there is nothing to say, or in what an earlier Lend wrote. */
  static List<String> optionalTexts(Json.Obj json, String name) {
    return json.members().containsKey(name) ? RecordCodec.texts(json, name) : List.of();
  }

  /**
   * @param pf the PF of these VFs
   */
  static Json.Obj encode(PciAddress pf, VfsOrigin vfs) {
    List<Json> settings = new ArrayList<>();
    vfs.settings()
        .forEach((index, own) -> settings.add(NetCodec.encode(new NetOrigin.Vf(pf, index, own))));
    List<Json> bound = new ArrayList<>();
    vfs.bound().forEach(index -> bound.add(Json.of(index)));
    List<Json> interfaces = new ArrayList<>();
    vfs.interfaces()
        .forEach((vf, states) ->
            interfaces.add(
                Json.object()
                    .put("vf", vf.toString())
                    .put("states", RecordCodec.array(states, NetCodec::encode))
                    .build()));
    List<Json> shares = new ArrayList<>();
    vfs.shares()
        .forEach((index, share) ->
            shares.add(NvmeCodec.encode(new VfStep.NvmeChange(index, NvmeShare.none(), share))));
    return Json.object()
        .put("count", vfs.count())
        .put("autoprobe", vfs.autoprobe())
        .put("settings", new Json.Arr(settings))
        .put("bound", new Json.Arr(bound))
        .put("interfaces", new Json.Arr(interfaces))
        .put("shares", new Json.Arr(shares))
        .build();
  }

  static Optional<VfsOrigin> vfs(Json.Obj json) {
    if (json.get("vfs").isEmpty()) {
      return Optional.empty();
    }
    Json.Obj vfs = json.object("vfs");
    SortedMap<Integer, VfSettings> settings = new TreeMap<>();
    for (NetOrigin.Vf vf : RecordCodec.list(vfs, "settings", NetCodec::vf)) {
      settings.put(vf.index(), vf.settings());
    }
    List<Integer> bound = new ArrayList<>();
    for (Json item : vfs.array("bound")) {
      bound.add(RecordCodec.whole(Json.object().put("vf", item).build(), "vf"));
    }
    Map<PciAddress, List<NetState>> interfaces = new TreeMap<>();
    for (Json item : vfs.array("interfaces")) {
      if (!(item instanceof Json.Obj one)) {
        throw new JsonException("member \"interfaces\" must hold objects");
      }
      interfaces.put(
          RecordCodec.address(one.text("vf")), RecordCodec.list(one, "states", NetCodec::state));
    }
    SortedMap<Integer, NvmeShare> shares = new TreeMap<>();
    if (vfs.get("shares").isPresent()) {
      // A Lend before this one knew of none.
      for (VfStep.NvmeChange one : RecordCodec.list(vfs, "shares", NvmeCodec::change)) {
        shares.put(one.index(), one.to());
      }
    }
    return Optional.of(
        new VfsOrigin(
            RecordCodec.whole(vfs, "count"),
            vfs.flag("autoprobe"),
            settings,
            bound,
            interfaces,
            shares));
  }
}
