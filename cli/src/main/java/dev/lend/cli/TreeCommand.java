package dev.lend.cli;

import dev.lend.json.JsonWriter;
import dev.lend.model.HostSnapshot;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.PciNames;
import dev.lend.sysfs.Topology;
import java.util.List;

/** {@code lend tree}: the functions below their bridges and physical functions. */
final class TreeCommand implements Command {
  @Override
  public String name() {
    return "tree";
  }

  @Override
  public Group group() {
    return Group.LOOK;
  }

  @Override
  public String summary() {
    return "Show the functions as a tree of buses, bridges and VFs, with their IOMMU groups";
  }

  @Override
  public List<String> examples() {
    return List.of("lend tree", "what sits behind which bridge, and what must go together");
  }

  @Override
  public Syntax syntax() {
    return Context.state(Context.root(Context.json(Syntax.none())));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    FileKernel kernel = context.kernel(arguments);
    HostSnapshot host =
        context.withMarks(new HostReader(kernel).read(context.scope(kernel)), kernel, arguments);
    PciNames names = context.names(kernel, host.functions().values());
    FunctionTree tree = new FunctionTree(host, Topology.read(kernel, host));
    if (arguments.has("--json")) {
      JsonWriter json = new JsonWriter(true);
      tree.json(json, new FunctionJson(host, names, json), context.out());
    } else if (host.functions().isEmpty()) {
      context.err().println(ListCommand.nothing(host));
    } else {
      Table table = FunctionCells.table();
      tree.text(table, new FunctionCells(host, new Names(names)), context.unicode());
      FunctionCells.print(table, context);
    }
    return ExitCode.DONE;
  }
}
