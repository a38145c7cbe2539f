package dev.lend.cli;

import dev.lend.json.JsonWriter;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.plan.Lendability;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.PciNames;
import java.util.List;

/** {@code lend list}: every PCI function, what uses it, and whether it can be lent. */
final class ListCommand implements Command {
  /** How many functions to gather as JSON before they are printed. */
  private static final int CHUNK = 64;

  @Override
  public String name() {
    return "list";
  }

  @Override
  public Group group() {
    return Group.LOOK;
  }

  @Override
  public String summary() {
    return "Show every PCI function, what uses it, and whether it can be lent";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend list --class net --lendable",
        "the network functions that can go to a guest now",
        "lend list --root /tmp/capture --json",
        "everything about a captured host, for a program");
  }

  @Override
  public Syntax syntax() {
    Syntax own =
        FunctionFilter.options(Syntax.none()).flag("--lendable", "only what can be lent now");
    return Context.state(Context.root(Context.json(own)));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    FunctionFilter filter = FunctionFilter.of(arguments);
    boolean lendableOnly = arguments.has("--lendable");
    FileKernel kernel = context.kernel(arguments);
    HostSnapshot host =
        context.withMarks(new HostReader(kernel).read(context.scope(kernel)), kernel, arguments);
    PciNames names = context.names(kernel, host.functions().values());
    if (arguments.has("--json")) {
      json(host, names, filter, lendableOnly, context);
    } else {
      text(host, new Names(names), filter, lendableOnly, context);
    }
    return ExitCode.DONE;
  }

  private static void text(
      HostSnapshot host,
      Names names,
      FunctionFilter filter,
      boolean lendableOnly,
      Context context) {
    FunctionCells cells = new FunctionCells(host, names);
    Table table = FunctionCells.table();
    int shown = 0;
    int lendable = 0;
    for (PciFunction function : host.functions().values()) {
      if (!filter.matches(function)) {
        continue;
      }
      Lendability lendability = Lendability.of(host, function);
      boolean can = Verdict.lendable(lendability);
      if (can || !lendableOnly) {
        table.add(cells.of(function, function.address().brief(), lendability));
        shown++;
        lendable += can ? 1 : 0;
      }
    }
    if (shown == 0) {
      context.err().println(nothing(host));
      return;
    }
    FunctionCells.print(table, context);
    if (context.terminal()) {
      context
          .out()
          .println(
              "\n"
                  + shown
                  + (shown == 1 ? " function, " : " functions, ")
                  + lendable
                  + " can be lent");
    }
  }

  /** Said beside the (empty) output, so that a person is not left with nothing. */
  static String nothing(HostSnapshot host) {
    return host.functions().isEmpty()
        ? "lend: no PCI functions here: /sys/bus/pci/devices is empty or missing"
        : "lend: none of the " + host.functions().size() + " PCI functions here is like that";
  }

  private static void json(
      HostSnapshot host,
      PciNames names,
      FunctionFilter filter,
      boolean lendableOnly,
      Context context) {
    JsonWriter json = new JsonWriter(true);
    FunctionJson writer = new FunctionJson(host, names, json);
    json.beginObject().name("functions").beginArray();
    int count = 0;
    for (PciFunction function : host.functions().values()) {
      if (!filter.matches(function)) {
        continue;
      }
      Lendability lendability = Lendability.of(host, function);
      if (lendableOnly && !Verdict.lendable(lendability)) {
        continue;
      }
      json.beginObject();
      writer.members(function, lendability);
      json.endObject();
      if (++count % CHUNK == 0) {
        context.out().print(json.drain());
        if (context.out().checkError()) {
          return;
        }
      }
    }
    json.endArray().endObject();
    context.out().println(json.drain());
  }
}
