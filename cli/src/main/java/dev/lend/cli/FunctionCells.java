package dev.lend.cli;

import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.plan.Lendability;
import java.util.List;

/** The columns that {@code list} and {@code tree} show of a function. */
final class FunctionCells {
  private static final String[] TITLES = {
    "ADDRESS",
    "ID",
    "DRIVER",
    "GROUP",
    "NUMA",
    "SR-IOV",
    "CLASS",
    "DEVICE",
    "USED BY",
    "CAN BE LENT"
  };

  /** What a narrow terminal does without: class, number, node. */
  private static final int[] DROPPABLE = {6, 1, 4};

  /** Device, uses and verdict are cut on a narrow terminal, but not below this. */
  private static final int[] LEAST = {0, 0, 0, 0, 0, 0, 0, 20, 14, 24};

  private final HostSnapshot host;
  private final Names names;

  FunctionCells(HostSnapshot host, Names names) {
    this.host = host;
    this.names = names;
  }

  static Table table() {
    return new Table(TITLES);
  }

  static void print(Table table, Context context) {
    if (context.width().isPresent()) {
      table.fit(context.width().getAsInt(), DROPPABLE, LEAST);
    }
    table.print(context.out(), context.unicode());
  }

  /**
   * The cells of one function.
   *
   * @param first the first cell: the address, with what leads to it in a tree
   */
  String[] of(PciFunction function, String first, Lendability lendability) {
    return new String[] {
      first,
      function.id().toString(),
      function.driver().isPresent() ? Text.printable(function.driver().get()) : "",
      number(function.group()),
      number(function.numaNode()),
      role(function.sriov()),
      Text.printable(names.pciClass(function)),
      Text.printable(names.device(function)),
      Text.printable(Uses.brief(host, function)),
      Text.printable(Verdict.brief(lendability))
    };
  }

  /** A row that has a first cell only. */
  static String[] title(String first) {
    String[] cells = new String[TITLES.length];
    java.util.Arrays.fill(cells, "");
    cells[0] = first;
    return cells;
  }

  private static String number(Fact<Integer> fact) {
    if (fact instanceof Fact.Known<Integer>(Integer value)) {
      return Integer.toString(value);
    }
    return fact instanceof Fact.Unreadable<Integer> ? "?" : "";
  }

  private static String role(SriovRole role) {
    if (role instanceof SriovRole.Physical(int total, List<PciAddress> vfs)) {
      return "PF " + vfs.size() + "/" + total + " VFs";
    }
    return role instanceof SriovRole.Virtual(PciAddress pf, int index)
        ? "VF " + index + " of " + pf.brief()
        : "";
  }
}
