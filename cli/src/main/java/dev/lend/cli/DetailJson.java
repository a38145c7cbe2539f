package dev.lend.cli;

import dev.lend.json.Json;
import dev.lend.json.JsonWriter;
import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail;
import dev.lend.model.FunctionDetail.Acs;
import dev.lend.model.FunctionDetail.Bar;
import dev.lend.model.FunctionDetail.GroupReason;
import dev.lend.model.FunctionDetail.Link;
import dev.lend.model.FunctionDetail.PortKind;
import dev.lend.model.FunctionDetail.ReservedRegion;
import dev.lend.model.FunctionDetail.Upstream;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.plan.BlastRadius;
import dev.lend.plan.Consequence;
import dev.lend.plan.GroupWords;
import dev.lend.plan.Lendability;
import dev.lend.sysfs.PciNames;
import java.util.List;
import java.util.Locale;

/**
 * Everything about one function as JSON: the members that {@code lend list --json} has, and more.
 * What the host does not offer or does not show is null.
 */
final class DetailJson {
  private final HostSnapshot host;
  private final FunctionDetail detail;
  private final PciNames names;
  private final JsonWriter json = new JsonWriter(true);

  DetailJson(HostSnapshot host, FunctionDetail detail, PciNames names) {
    this.host = host;
    this.detail = detail;
    this.names = names;
  }

  String pretty() {
    PciFunction function = detail.function();
    json.beginObject();
    new FunctionJson(host, names, json).members(function, Lendability.of(host, function));
    FunctionJson.number(json, "revision", detail.revision());
    json.name("driver_override").value(Json.of(detail.binding().override()));
    group();
    texts("reset_methods", detail.resets());
    link();
    upstream();
    bars();
    json.name("interrupts").beginObject();
    FunctionJson.number(json, "msi", detail.interrupts().msi());
    FunctionJson.number(json, "msix", detail.interrupts().msix());
    json.name("in_use").value(detail.interrupts().allocated());
    json.endObject();
    json.name("power_state").value(Json.of(detail.power().asOptional()));
    reserved();
    json.name("serial").value(Json.of(detail.serial().asOptional()));
    texts("vpd", detail.vpd());
    interfaces();
    blastRadius();
    return json.endObject() + "\n";
  }

  private void group() {
    json.name("group_members").beginArray();
    if (detail.function().group() instanceof Fact.Known<Integer>(Integer group)) {
      for (PciFunction member : host.group(group)) {
        json.beginObject();
        json.name("address").value(member.address().toString());
        json.name("class").value(member.pciClass().toString());
        json.name("driver").value(Json.of(member.driver()));
        json.endObject();
      }
    }
    json.endArray();
    json.name("group_reasons").beginArray();
    for (GroupReason reason : detail.sharing()) {
      json.beginObject();
      switch (reason) {
        case GroupReason.SharedRequester(PciAddress bridge, PortKind kind) ->
            json.name("kind").value("shared_requester").name("at").value(bridge.toString());
        case GroupReason.OpenPort(PciAddress port, PortKind kind, Fact<Acs> acs) ->
            json.name("kind").value("no_acs").name("at").value(port.toString());
        case GroupReason.SameSlot(List<PciAddress> functions) ->
            json.name("kind").value("same_slot").name("functions").value(Json.texts(functions));
        case GroupReason.Unexplained() -> json.name("kind").value("unexplained");
      }
      json.name("text").value(GroupWords.because(reason));
      json.endObject();
    }
    json.endArray();
  }

  private void link() {
    json.name("link");
    if (!(detail.link() instanceof Fact.Known<Link>(Link link))) {
      json.nil();
      return;
    }
    json.beginObject();
    json.name("speed").value(link.speed());
    json.name("width").value(link.width());
    json.name("max_speed").value(link.maxSpeed());
    json.name("max_width").value(link.maxWidth());
    json.endObject();
  }

  private void upstream() {
    json.name("upstream").beginArray();
    for (Upstream bridge : detail.upstream()) {
      json.beginObject();
      json.name("address").value(bridge.address().toString());
      json.name("kind").value(bridge.kind().name().toLowerCase(Locale.ROOT));
      json.name("acs")
          .value(
              switch (bridge.acs()) {
                case Fact.Known<Acs>(Acs acs) -> acs.isolates() ? "on" : "partly";
                case Fact.Absent<Acs> absent -> "none";
                case Fact.Unreadable<Acs> unreadable -> "unreadable";
              });
      json.endObject();
    }
    json.endArray();
  }

  private void bars() {
    json.name("bars").beginArray();
    for (Bar bar : detail.bars()) {
      json.beginObject();
      json.name("index").value(bar.index());
      json.name("space").value(bar.space().name().toLowerCase(Locale.ROOT));
      json.name("prefetchable").value(bar.prefetchable());
      json.name("bytes").value(bar.bytes());
      json.endObject();
    }
    json.endArray();
  }

  private void reserved() {
    json.name("reserved_regions");
    if (!(detail.reserved()
        instanceof Fact.Known<List<ReservedRegion>>(List<ReservedRegion> regions))) {
      json.nil();
      return;
    }
    json.beginArray();
    for (ReservedRegion region : regions) {
      json.beginObject();
      json.name("first").value(region.first());
      json.name("last").value(region.last());
      json.name("type").value(region.type());
      json.endObject();
    }
    json.endArray();
  }

  private void interfaces() {
    json.name("interfaces").beginArray();
    for (NetInterface net : host.netsOf(detail.function().address())) {
      json.beginObject();
      json.name("name").value(net.name());
      json.name("mac").value(net.mac());
      json.name("up").value(net.up());
      json.name("addresses").value(Json.texts(net.addresses()));
      json.name("uppers").value(Json.texts(net.uppers()));
      json.name("default_route").value(net.defaultRoute());
      json.endObject();
    }
    json.endArray();
  }

  /** What stops working with it and with all that goes with it. */
  private void blastRadius() {
    json.name("blast_radius").beginArray();
    for (Consequence consequence : BlastRadius.together(host, detail.function())) {
      json.beginObject();
      json.name("device").value(consequence.device().toString());
      json.name("severity").value(consequence.severity().id());
      json.name("kind").value(consequence.kind().id());
      json.name("acceptable").value(consequence.kind().acceptable());
      json.name("text").value(consequence.text());
      json.endObject();
    }
    json.endArray();
  }

  private void texts(String name, Fact<List<String>> fact) {
    json.name(name);
    if (fact instanceof Fact.Known<List<String>>(List<String> values)) {
      json.value(Json.texts(values));
    } else {
      json.nil();
    }
  }
}
