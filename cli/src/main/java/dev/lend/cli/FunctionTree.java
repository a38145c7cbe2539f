package dev.lend.cli;

import dev.lend.json.JsonWriter;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.plan.Lendability;
import dev.lend.sysfs.Topology;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The functions as a tree: bridges above what hangs below them, PFs above their VFs. VFs are not
 * below their PF in sysfs; for a person they belong to it.
 */
final class FunctionTree {
  /** No machine nests bridges deeper; a damaged capture might. */
  private static final int MOST_DEPTH = 64;

  /** How many functions to gather as JSON before they are printed. */
  private static final int CHUNK = 64;

  private final HostSnapshot host;
  private final Map<PciAddress, List<PciFunction>> children = new HashMap<>();
  private final Map<String, List<PciFunction>> roots = new TreeMap<>();
  private final Set<PciAddress> shown = new HashSet<>();
  private int written;

  FunctionTree(HostSnapshot host, Topology topology) {
    this.host = host;
    for (PciFunction function : host.functions().values()) {
      Optional<PciAddress> parent = parent(function, topology);
      if (parent.isPresent()) {
        children.computeIfAbsent(parent.get(), none -> new ArrayList<>()).add(function);
      } else {
        root(function, topology);
      }
    }
    strays(topology);
  }

  private Optional<PciAddress> parent(PciFunction function, Topology topology) {
    return function.sriov() instanceof SriovRole.Virtual(PciAddress pf, int index)
            && host.function(pf).isPresent()
            && !pf.equals(function.address())
        ? Optional.of(pf)
        : topology.parent(function.address());
  }

  private void root(PciFunction function, Topology topology) {
    roots
        .computeIfAbsent(topology.rootBus(function.address()), none -> new ArrayList<>())
        .add(function);
  }

  /** In a damaged capture functions can be each other's parents; they are shown all the same. */
  private void strays(Topology topology) {
    Set<PciAddress> reached = new HashSet<>();
    List<PciFunction> next = new ArrayList<>();
    roots.values().forEach(next::addAll);
    spread(next, reached);
    for (PciFunction function : host.functions().values()) {
      if (!reached.contains(function.address())) {
        root(function, topology);
        spread(new ArrayList<>(List.of(function)), reached);
      }
    }
  }

  private void spread(List<PciFunction> next, Set<PciAddress> reached) {
    while (!next.isEmpty()) {
      PciFunction function = next.removeLast();
      if (reached.add(function.address())) {
        next.addAll(below(function));
      }
    }
  }

  private List<PciFunction> below(PciFunction function) {
    return children.getOrDefault(function.address(), List.of());
  }

  /** Adds a row for each bus and function. */
  void text(Table table, FunctionCells cells, boolean unicode) {
    Strokes strokes = unicode ? Strokes.LINES : Strokes.ASCII;
    for (Map.Entry<String, List<PciFunction>> root : roots.entrySet()) {
      table.add(FunctionCells.title("bus " + root.getKey()));
      rows(table, cells, root.getValue(), "", strokes, 0);
    }
  }

  private void rows(
      Table table,
      FunctionCells cells,
      List<PciFunction> functions,
      String indent,
      Strokes strokes,
      int depth) {
    for (int i = 0; i < functions.size(); i++) {
      PciFunction function = functions.get(i);
      if (!shown.add(function.address())) {
        continue;
      }
      boolean last = i == functions.size() - 1;
      String first = indent + (last ? strokes.last : strokes.fork) + function.address().brief();
      table.add(cells.of(function, first, Lendability.of(host, function)));
      String deeper = depth < MOST_DEPTH ? indent + (last ? strokes.none : strokes.pass) : indent;
      if (depth < 4 * MOST_DEPTH) {
        rows(table, cells, below(function), deeper, strokes, depth + 1);
      }
    }
  }

  /** The pieces that the lines of the tree are made of. */
  private enum Strokes {
    LINES("\u251c\u2500 ", "\u2514\u2500 ", "\u2502  ", "   "),
    ASCII("|- ", "`- ", "|  ", "   ");

    private final String fork;
    private final String last;
    private final String pass;
    private final String none;

    Strokes(String fork, String last, String pass, String none) {
      this.fork = fork;
      this.last = last;
      this.pass = pass;
      this.none = none;
    }
  }

  /** Writes {@code {"roots": [{"bus": ..., "functions": [{..., "children": [...]}]}]}}. */
  void json(JsonWriter json, FunctionJson writer, PrintStream out) {
    json.beginObject().name("roots").beginArray();
    for (Map.Entry<String, List<PciFunction>> root : roots.entrySet()) {
      json.beginObject().name("bus").value(root.getKey());
      json.name("functions");
      array(json, writer, root.getValue(), out, 0);
      json.endObject();
    }
    json.endArray().endObject();
    out.println(json.drain());
  }

  private void array(
      JsonWriter json,
      FunctionJson writer,
      List<PciFunction> functions,
      PrintStream out,
      int depth) {
    json.beginArray();
    for (PciFunction function : functions) {
      if (!shown.add(function.address())) {
        continue;
      }
      json.beginObject();
      writer.members(function, Lendability.of(host, function));
      json.name("children");
      if (depth < 4 * MOST_DEPTH) {
        array(json, writer, below(function), out, depth + 1);
      } else {
        json.beginArray().endArray();
      }
      json.endObject();
      if (++written % CHUNK == 0) {
        out.print(json.drain());
      }
    }
    json.endArray();
  }
}
