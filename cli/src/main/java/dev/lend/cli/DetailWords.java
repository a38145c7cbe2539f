package dev.lend.cli;

import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail.Bar;
import dev.lend.model.FunctionDetail.Interrupts;
import dev.lend.model.FunctionDetail.Link;
import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.List;

/** How the facts about one function are worded. */
final class DetailWords {
  private DetailWords() {}

  static String bus(Fact<Link> fact) {
    return switch (fact) {
      case Fact.Known<Link>(Link link) when link.speed().startsWith("Unknown") ->
          "PCI Express, integrated: no link";
      case Fact.Known<Link>(Link link) ->
          "PCI Express, "
              + link.speed().replace(" PCIe", "")
              + " x"
              + link.width()
              + " (at most "
              + link.maxSpeed().replace(" PCIe", "")
              + " x"
              + link.maxWidth()
              + ")";
      case Fact.Absent<Link> absent -> "conventional PCI";
      case Fact.Unreadable<Link>(String path, String why) -> "/" + path + ": " + why;
    };
  }

  static String describe(Bar bar) {
    String space =
        switch (bar.space()) {
          case IO -> "I/O ports";
          case MEMORY_32 -> "memory, 32-bit";
          case MEMORY_64 -> "memory, 64-bit";
          case ROM -> "expansion ROM";
        };
    return Amounts.binary(bar.bytes()) + " " + space + (bar.prefetchable() ? ", prefetchable" : "");
  }

  static String interrupts(Interrupts interrupts) {
    List<String> kinds = new ArrayList<>();
    interrupts.msi().asOptional().ifPresent(count -> kinds.add("MSI " + count));
    interrupts.msix().asOptional().ifPresent(count -> kinds.add("MSI-X " + count));
    String used = interrupts.allocated() == 0 ? "" : ", " + interrupts.allocated() + " in use";
    if (!kinds.isEmpty()) {
      return join(kinds) + used;
    }
    return interrupts.msi() instanceof Fact.Unreadable<Integer>
        ? "MSI and MSI-X: only root may read how many" + used
        : "neither MSI nor MSI-X";
  }

  static String join(List<String> parts) {
    return String.join(", ", parts);
  }

  static String briefs(List<PciAddress> addresses) {
    List<String> texts = new ArrayList<>();
    for (PciAddress address : addresses) {
      texts.add(address.brief());
    }
    return join(texts);
  }
}
