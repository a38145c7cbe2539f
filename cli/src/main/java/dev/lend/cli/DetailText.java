package dev.lend.cli;

import dev.lend.model.BlockDevice;
import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail;
import dev.lend.model.FunctionDetail.Bar;
import dev.lend.model.FunctionDetail.GroupReason;
import dev.lend.model.FunctionDetail.ReservedRegion;
import dev.lend.model.FunctionDetail.Upstream;
import dev.lend.model.Hex;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.VfioHolder;
import dev.lend.plan.BlastRadius;
import dev.lend.plan.Consequence;
import dev.lend.plan.GroupWords;
import dev.lend.plan.Lendability;
import dev.lend.sysfs.PciNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything about one function, for a person: a fact a line, its name in a column of its own. */
final class DetailText {
  private static final int COLUMN = 14;

  /** A PF can have 256 VFs; the list of them is for {@code lend list}. */
  private static final int MOST_VFS = 8;

  private final HostSnapshot host;
  private final FunctionDetail detail;
  private final PciFunction function;
  private final PciNames pciNames;
  private final Names names;
  private final Paragraphs out;

  DetailText(HostSnapshot host, FunctionDetail detail, PciNames pciNames, Paragraphs out) {
    this.host = host;
    this.detail = detail;
    this.function = detail.function();
    this.pciNames = pciNames;
    this.names = new Names(pciNames);
    this.out = out;
  }

  /** The functions whose names are printed. */
  static List<PciFunction> named(HostSnapshot host, FunctionDetail detail) {
    List<PciFunction> named = new ArrayList<>();
    named.add(detail.function());
    detail.function().group().asOptional().ifPresent(group -> named.addAll(host.group(group)));
    return named;
  }

  void print() {
    out.line(Paragraphs.Ink.BOLD, function.address() + "  " + names.device(function));
    identity();
    verdict();
    group();
    hardware();
    uses();
  }

  private void identity() {
    fact("class", names.pciClass(function) + " [" + function.pciClass() + "]");
    String revision =
        detail.revision() instanceof Fact.Known<Integer>(Integer number)
            ? ", revision " + Hex.digits(number, 2)
            : "";
    fact("id", function.id() + revision);
    String board = pciNames.board(function).map(name -> name + " ").orElse("");
    fact("board", board + "[" + function.subsystem() + "]");
    fact("driver", function.driver().orElse("none"));
    detail.binding().override().ifPresent(driver -> fact("override", "only " + driver));
    switch (function.sriov()) {
      case SriovRole.Ordinary() -> {}
      case SriovRole.Physical(int total, List<PciAddress> vfs) ->
          fact("SR-IOV", "PF with " + vfs.size() + " of " + total + " VFs" + some(vfs));
      case SriovRole.Virtual(PciAddress pf, int index) ->
          fact("SR-IOV", "VF " + index + " of " + pf.brief() + netName(pf));
    }
  }

  private static String some(List<PciAddress> vfs) {
    if (vfs.isEmpty()) {
      return "";
    }
    List<String> texts = new ArrayList<>();
    for (PciAddress vf : vfs.subList(0, Math.min(vfs.size(), MOST_VFS))) {
      texts.add(vf.brief());
    }
    String more = vfs.size() > MOST_VFS ? " and " + (vfs.size() - MOST_VFS) + " more" : "";
    return ": " + String.join(", ", texts) + more;
  }

  private String netName(PciAddress pf) {
    List<NetInterface> nets = host.netsOf(pf);
    return nets.isEmpty() ? "" : " (" + nets.getFirst().name() + ")";
  }

  private void verdict() {
    switch (Lendability.of(host, function)) {
      case Lendability.Yes yes -> fact("can be lent", "yes");
      case Lendability.WithGroup(List<PciAddress> others) ->
          fact("can be lent", "together with " + DetailWords.briefs(others));
      case Lendability.No(List<String> reasons) -> {
        fact("can be lent", "no: it " + reasons.getFirst());
        for (String reason : reasons.subList(1, reasons.size())) {
          more("it " + reason);
        }
      }
    }
    if (detail.reserved()
        instanceof Fact.Known<List<ReservedRegion>>(List<ReservedRegion> regions)) {
      for (ReservedRegion region : regions) {
        if (region.forbidsLending()) {
          fact(
              "but",
              "the firmware keeps memory of it for itself ("
                  + region.first()
                  + " to "
                  + region.last()
                  + ", on Intel an RMRR): the kernel will say that it is ineligible for IOMMU"
                  + " domain attach");
        }
      }
    }
  }

  private void group() {
    switch (function.group()) {
      case Fact.Absent<Integer> absent -> fact("IOMMU group", "none: the IOMMU is off");
      case Fact.Unreadable<Integer>(String path, String why) ->
          fact("IOMMU group", "/" + path + ": " + why);
      case Fact.Known<Integer>(Integer group) -> {
        List<PciFunction> members = host.group(group);
        fact("IOMMU group", group + (members.size() < 2 ? ", alone" : ", shared with"));
        for (PciFunction member : members) {
          if (!member.address().equals(function.address())) {
            more(
                member.address().brief()
                    + "  "
                    + names.device(member)
                    + " ("
                    + member.driver().orElse("no driver")
                    + ")");
          }
        }
      }
    }
    String title = "because";
    for (GroupReason reason : detail.sharing()) {
      fact(title, GroupWords.because(reason));
      title = "and";
    }
  }

  private void hardware() {
    switch (detail.resets()) {
      case Fact.Known<List<String>>(List<String> ways) ->
          fact(
              "reset",
              ways.isEmpty() ? "yes, the kernel does not say how" : DetailWords.join(ways));
      case Fact.Absent<List<String>> absent ->
          fact(
              "reset",
              function.bridge() ? "none" : "none: a guest gets it as its last user left it");
      case Fact.Unreadable<List<String>>(String path, String why) ->
          fact("reset", "/" + path + ": " + why);
    }
    fact("bus", DetailWords.bus(detail.link()));
    for (Upstream bridge : detail.upstream()) {
      fact("behind", GroupWords.behind(bridge));
    }
    for (Bar bar : detail.bars()) {
      fact(bar.index() == 6 ? "ROM" : "BAR " + bar.index(), DetailWords.describe(bar));
    }
    fact("interrupts", DetailWords.interrupts(detail.interrupts()));
    known("power", detail.power());
    known("NUMA node", function.numaNode().map(Object::toString));
    known("serial", detail.serial());
    if (detail.vpd() instanceof Fact.Known<List<String>>(List<String> fields)) {
      for (String field : fields) {
        fact("VPD", field);
      }
    }
    if (detail.reserved()
        instanceof Fact.Known<List<ReservedRegion>>(List<ReservedRegion> regions)) {
      for (ReservedRegion region : regions) {
        fact("reserved", region.first() + " to " + region.last() + " " + region.type());
      }
    }
  }

  private void uses() {
    for (NetInterface net : host.netsOf(function.address())) {
      fact(
          "interface",
          net.name()
              + (net.mac().isEmpty() ? "" : " " + net.mac())
              + (net.up() ? ", up" : ", down")
              + (net.addresses().isEmpty() ? "" : ", " + DetailWords.join(net.addresses()))
              + (net.uppers().isEmpty() ? "" : ", in " + DetailWords.join(net.uppers())));
    }
    for (BlockDevice disk : host.disksOf(function.address())) {
      fact("disk", disk.name() + " " + Amounts.decimal(disk.bytes()));
    }
    for (VfioHolder holder : host.holdersOf(function)) {
      fact("held by", holder.describe());
    }
    losses();
  }

  /** What stops working: first what rests on the device itself, then what on others that go too. */
  private void losses() {
    String title = "if it goes";
    for (Consequence consequence : BlastRadius.together(host, function)) {
      boolean own = consequence.device().equals(function.address());
      String who = own ? "it " : consequence.device().brief() + " goes too and ";
      String text = who + consequence.text();
      if (consequence.refuses()) {
        String always = consequence.kind().acceptable() ? "" : ", always";
        text = "Lend refuses (" + consequence.kind().id() + always + "): " + text;
      } else if (consequence.warns()) {
        text = "in use (" + consequence.kind().id() + "): " + text;
      }
      fact(title, text);
      title = "";
    }
    if (title.equals("if it goes") && !function.bridge()) {
      fact(title, "nothing that Lend knows of stops working");
    }
  }

  private <T> void known(String title, Fact<T> fact) {
    Optional<T> value = fact.asOptional();
    if (value.isPresent()) {
      fact(title, value.get().toString());
    }
  }

  private void fact(String title, String text) {
    out.marked("  " + title, Paragraphs.Ink.DIM, COLUMN + 2, text);
  }

  private void more(String text) {
    fact("", text);
  }
}
