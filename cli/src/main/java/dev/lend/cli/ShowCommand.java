package dev.lend.cli;

import dev.lend.model.FunctionDetail;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.sysfs.DetailReader;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.PciNames;
import dev.lend.sysfs.Scope;
import dev.lend.sysfs.SshSession;
import java.util.List;
import java.util.Set;

/** {@code lend show}. */
final class ShowCommand implements Command {
  @Override
  public String name() {
    return "show";
  }

  @Override
  public Group group() {
    return Group.LOOK;
  }

  @Override
  public String summary() {
    return "Show everything about one device, and why it can be lent or not";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend show eth1",
        "the device behind a network interface",
        "lend show 01:10.0 --json",
        "a function by its address, for programs");
  }

  @Override
  public Syntax syntax() {
    Syntax own =
        Syntax.none()
            .taking(DeviceName.parameter())
            .flag("--vpd", "read vital product data too: slow on some devices, and hangs a few");
    return Context.state(Context.root(Context.json(own)));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    String device = arguments.word();
    FileKernel kernel = context.kernel(arguments);
    String own = context.variable("SSH_CONNECTION");
    Scope scope =
        Scope.uses().withSession(kernel.isConfined() ? own : SshSession.connection(kernel, own));
    HostReader reader = new HostReader(kernel);
    HostSnapshot known = reader.read(scope);
    PciFunction function = DeviceName.resolve(known, device);
    HostSnapshot host =
        context.withMarks(
            reader.around(known, Set.of(function.address()), scope), kernel, arguments);
    FunctionDetail detail =
        new DetailReader(Careful.reader(kernel, context.state(arguments)))
            .detail(host, function, arguments.has("--vpd"));
    PciNames names = context.names(kernel, DetailText.named(host, detail));
    if (arguments.has("--json")) {
      context.out().print(new DetailJson(host, detail, names).pretty());
    } else {
      new DetailText(host, detail, names, new Paragraphs(context)).print();
    }
    return ExitCode.DONE;
  }
}
