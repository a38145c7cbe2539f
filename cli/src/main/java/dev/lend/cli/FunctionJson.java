package dev.lend.cli;

import dev.lend.json.JsonWriter;
import dev.lend.model.BlockDevice;
import dev.lend.model.Fact;
import dev.lend.model.Hex;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.VfioHolder;
import dev.lend.plan.BlastRadius;
import dev.lend.plan.Consequence;
import dev.lend.plan.Lendability;
import dev.lend.sysfs.PciNames;
import java.util.List;
import java.util.Optional;

/** Writes functions as JSON. The members are a promise to programs: add, never rename. */
final class FunctionJson {
  private final HostSnapshot host;
  private final PciNames names;
  private final JsonWriter json;

  FunctionJson(HostSnapshot host, PciNames names, JsonWriter json) {
    this.host = host;
    this.names = names;
    this.json = json;
  }

  /** The members of one function, inside an object that the caller opens and closes. */
  void members(PciFunction function, Lendability lendability) {
    json.name("address").value(function.address().toString());
    json.name("class").value(function.pciClass().toString());
    text("class_name", names.pciClass(function.pciClass()));
    json.name("vendor").value(Hex.digits(function.id().vendor(), 4));
    json.name("device").value(Hex.digits(function.id().device(), 4));
    text("vendor_name", names.vendor(function.id()));
    text("device_name", names.device(function.id()));
    json.name("subsystem").value(function.subsystem().toString());
    text("subsystem_name", names.board(function));
    text("driver", function.driver());
    number(json, "iommu_group", function.group());
    number(json, "numa_node", function.numaNode());
    sriov(function.sriov());
    json.name("net").beginArray();
    for (NetInterface net : host.netsOf(function.address())) {
      json.value(net.name());
    }
    json.endArray();
    json.name("block").beginArray();
    for (BlockDevice disk : host.disksOf(function.address())) {
      json.value(disk.name());
    }
    json.endArray();
    uses(function);
    holders(function);
    json.name("stuck").value(host.stuck(function));
    lendable(lendability);
  }

  private void text(String name, Optional<String> value) {
    json.name(name);
    if (value.isPresent()) {
      json.value(value.get());
    } else {
      json.nil();
    }
  }

  static void number(JsonWriter json, String name, Fact<Integer> fact) {
    json.name(name);
    if (fact instanceof Fact.Known<Integer>(Integer value)) {
      json.value(value);
    } else {
      json.nil();
    }
  }

  private void sriov(SriovRole role) {
    json.name("sriov").beginObject();
    if (role instanceof SriovRole.Physical(int total, List<PciAddress> vfs)) {
      json.name("role").value("pf");
      json.name("total_vfs").value(total);
      json.name("vfs").beginArray();
      for (PciAddress vf : vfs) {
        json.value(vf.toString());
      }
      json.endArray();
    } else if (role instanceof SriovRole.Virtual(PciAddress pf, int index)) {
      json.name("role").value("vf");
      json.name("pf").value(pf.toString());
      json.name("index").value(index);
    } else {
      json.name("role").value("none");
    }
    json.endObject();
  }

  private void uses(PciFunction function) {
    json.name("uses").beginArray();
    for (Consequence consequence : BlastRadius.of(host, function.address())) {
      json.beginObject();
      json.name("severity").value(consequence.severity().id());
      json.name("kind").value(consequence.kind().id());
      json.name("text").value(consequence.text());
      json.endObject();
    }
    json.endArray();
  }

  private void holders(PciFunction function) {
    json.name("held_by").beginArray();
    for (VfioHolder holder : host.holdersOf(function)) {
      json.beginObject();
      json.name("pid").value(holder.pid());
      json.name("command").value(holder.command());
      text("guest", holder.guestName());
      json.endObject();
    }
    json.endArray();
  }

  private void lendable(Lendability lendability) {
    json.name("lendable").beginObject();
    String answer =
        lendability instanceof Lendability.Yes
            ? "yes"
            : lendability instanceof Lendability.WithGroup ? "with_group" : "no";
    json.name("answer").value(answer);
    json.name("reasons").beginArray();
    if (lendability instanceof Lendability.No(List<String> reasons)) {
      for (String reason : reasons) {
        json.value(reason);
      }
    }
    json.endArray();
    json.name("with").beginArray();
    if (lendability instanceof Lendability.WithGroup(List<PciAddress> others)) {
      for (PciAddress other : others) {
        json.value(other.toString());
      }
    }
    json.endArray();
    json.endObject();
  }
}
