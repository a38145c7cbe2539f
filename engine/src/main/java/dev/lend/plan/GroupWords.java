package dev.lend.plan;

import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail.Acs;
import dev.lend.model.FunctionDetail.GroupReason;
import dev.lend.model.FunctionDetail.PortKind;
import dev.lend.model.FunctionDetail.Upstream;
import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.List;

/** How it is worded what bridges do to an IOMMU group. */
public final class GroupWords {
  private GroupWords() {}

  /** Why functions share a group. */
  public static String because(GroupReason reason) {
    return switch (reason) {
      case GroupReason.SharedRequester(PciAddress bridge, PortKind kind) ->
          kind.text()
              + " "
              + bridge.brief()
              + ": everything behind it shares one requester id, and no IOMMU can tell it apart";
      case GroupReason.OpenPort(PciAddress port, PortKind kind, Fact<Acs> acs) ->
          kind.text()
              + " "
              + port.brief()
              + switch (acs) {
                case Fact.Known<Acs> known -> " has ACS, but not all of it is on";
                case Fact.Absent<Acs> absent -> " has no ACS";
                case Fact.Unreadable<Acs> unreadable ->
                    " does not isolate (the kernel put it into the group; only root may read its"
                        + " ACS)";
              }
              + ": devices could talk to each other behind the IOMMU's back";
      case GroupReason.SameSlot(List<PciAddress> functions) ->
          briefs(functions) + " are functions of one slot without ACS between them";
      case GroupReason.Unexplained() -> "the kernel put them together and does not say why";
    };
  }

  /** A bridge above a function, and whether it keeps apart what is behind it. */
  public static String behind(Upstream bridge) {
    String acs =
        switch (bridge.acs()) {
          case Fact.Known<Acs>(Acs known) -> known.isolates() ? ", ACS on" : ", ACS not all on";
          case Fact.Absent<Acs> absent -> ", no ACS";
          case Fact.Unreadable<Acs> unreadable -> ", ACS unknown (only root may read it)";
        };
    boolean guards =
        bridge.kind() == PortKind.ROOT_PORT
            || bridge.kind() == PortKind.SWITCH_DOWNSTREAM
            || bridge.kind() == PortKind.PORT;
    return bridge.address().brief() + " " + bridge.kind().text() + (guards ? acs : "");
  }

  static String briefs(List<PciAddress> addresses) {
    List<String> texts = new ArrayList<>();
    for (PciAddress address : addresses) {
      texts.add(address.brief());
    }
    return String.join(", ", texts);
  }
}
