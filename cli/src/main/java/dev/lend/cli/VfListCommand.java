package dev.lend.cli;

import dev.lend.act.CapturedNet;
import dev.lend.act.PfReader;
import dev.lend.journal.NvmeCodec;
import dev.lend.journal.VfStepCodec;
import dev.lend.json.Json;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.linux.LiveNet;
import dev.lend.linux.LiveNvme;
import dev.lend.linux.UnaskedNvme;
import dev.lend.model.DriverAbilities;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NvmePool;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfState;
import dev.lend.model.SriovRole;
import dev.lend.model.VfAbility;
import dev.lend.plan.Names;
import dev.lend.plan.VfStep;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code lend vf list}. */
final class VfListCommand implements Command {
  @Override
  public String name() {
    return "vf list";
  }

  @Override
  public Group group() {
    return Group.SETTINGS;
  }

  @Override
  public String summary() {
    return "Show the PFs of this host, and their VFs with settings and users";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend vf list",
        "all PFs that can have VFs",
        "lend vf list eth1 --json",
        "one, for a program",
        "lend vf list --root ./capture",
        "those of another host, captured with lend capture");
  }

  @Override
  public Syntax syntax() {
    Syntax own =
        Syntax.none()
            .taking(
                new Syntax.Words.AtMostOne(
                    "PF", "only this one: an address (01:00.0), a net device (eth1)"));
    return Context.state(Context.root(Context.json(own)));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    FileKernel kernel = context.kernel(arguments);
    HostSnapshot host = new HostReader(kernel).read(Scope.uses());
    // What Lend remembers is about this host.
    boolean captured = kernel.isConfined();
    Ledger ledger =
        captured && !arguments.has("--state")
            ? Ledger.empty()
            : context.journal(arguments).ledger();
    List<PciFunction> pfs = pfs(host, arguments.word());
    PfReader reader =
        captured
            ? new PfReader(kernel, new CapturedNet(kernel), new UnaskedNvme())
            : new PfReader(kernel, new LiveNet(), new LiveNvme());
    List<Json> all = new ArrayList<>();
    boolean first = true;
    for (PciFunction pf : pfs) {
      Fact<PfState> state = reader.read(host, pf.address());
      if (arguments.has("--json")) {
        all.add(json(host, ledger, pf, state));
      } else {
        if (!first) {
          context.out().println();
        }
        text(context, host, ledger, pf, state);
      }
      first = false;
    }
    if (arguments.has("--json")) {
      context.out().print(Json.object().put("pfs", new Json.Arr(all)).build().pretty());
    } else if (pfs.isEmpty()) {
      context.out().println("No device of this host can have VFs.");
    }
    return ExitCode.DONE;
  }

  private static List<PciFunction> pfs(HostSnapshot host, String word) {
    List<PciFunction> pfs = new ArrayList<>();
    if (word.isEmpty()) {
      for (PciFunction function : host.functions().values()) {
        if (function.sriov() instanceof SriovRole.Physical) {
          pfs.add(function);
        }
      }
      return pfs;
    }
    PciFunction named = DeviceName.resolve(host, word);
    if (named.sriov() instanceof SriovRole.Virtual(PciAddress pf, int index)) {
      named = host.function(pf).orElse(named);
    }
    if (!(named.sriov() instanceof SriovRole.Physical)) {
      throw new UsageException(named.address().brief() + " can have no VFs");
    }
    return List.of(named);
  }

  private static void text(
      Context context, HostSnapshot host, Ledger ledger, PciFunction pf, Fact<PfState> fact) {
    Names names = new Names(host);
    if (!(fact instanceof Fact.Known<PfState>(PfState state))) {
      String why = fact instanceof Fact.Unreadable<PfState>(String path, String said) ? said : "";
      line(context, names.of(pf) + ": its VFs cannot be read: " + why);
      return;
    }
    line(
        context,
        names.of(pf)
            + "  "
            + state.count()
            + " of "
            + state.total()
            + " VFs"
            + state.net().map(net -> net.up() ? "" : ", its interface is down").orElse("")
            + (state.autoprobe() ? "" : ", drivers of the host are kept off new VFs")
            + state.nvme().asOptional().map(VfTable::words).orElse(""));
    abilities(ledger, pf, state).ifPresent(known -> line(context, "  " + words(known)));
    if (state.nvme() instanceof Fact.Unreadable<NvmePool>(String path, String why)) {
      line(context, "  what its VFs have cannot be read: " + path + ": " + why);
    }
    new VfTable(host, ledger).print(context, state);
  }

  private static void line(Context context, String text) {
    context.out().println(Text.printable(text));
  }

  private static Optional<DriverAbilities> abilities(Ledger ledger, PciFunction pf, PfState state) {
    return ledger.abilities(pf.driver().orElse(""), state.driverVersion());
  }

  /** What a driver can set, in one line. */
  static String words(DriverAbilities known) {
    return known.driver()
        + " can set: "
        + ids(known.those(DriverAbilities.Can.YES))
        + "; cannot: "
        + ids(known.those(DriverAbilities.Can.NO))
        + (known.those(DriverAbilities.Can.UNCLEAR).isEmpty()
            ? ""
            : "; unclear: " + ids(known.those(DriverAbilities.Can.UNCLEAR)));
  }

  private static String ids(List<VfAbility> abilities) {
    return abilities.isEmpty()
        ? "nothing"
        : String.join(", ", abilities.stream().map(VfAbility::id).toList());
  }

  private static Json json(HostSnapshot host, Ledger ledger, PciFunction pf, Fact<PfState> fact) {
    Json.Builder json =
        Json.object().put("address", pf.address().toString()).put("driver", pf.driver());
    if (!(fact instanceof Fact.Known<PfState>(PfState state))) {
      return json.put("readable", false).build();
    }
    List<Json> vfs = new ArrayList<>();
    state
        .vfs()
        .forEach((index, vf) -> {
          Json.Builder one =
              Json.object()
                  .put("index", index)
                  .put("address", vf.address().toString())
                  .put("driver", vf.binding().driver())
                  .put("lent_to", lentTo(ledger, vf.address()))
                  .put("reserved", ledger.loan(vf.address()).isPresent())
                  .put("used_by", new VfTable(host, ledger).user(vf));
          vf.settings().ifPresent(s -> one.put("settings", VfStepCodec.encode(VfStep.wishFor(s))));
          vf.share().ifPresent(share -> one.put("nvme", NvmeCodec.encode(share)));
          vfs.add(one.build());
        });
    json.put("readable", true)
        .put("interface", state.net().map(PfState.Net::name))
        .put("up", state.net().map(PfState.Net::up).orElse(false))
        .put("total", state.total())
        .put("count", state.count())
        .put("autoprobe", state.autoprobe());
    state.nvme().asOptional().ifPresent(pool -> json.put("nvme", NvmeCodec.encode(pool)));
    abilities(ledger, pf, state)
        .ifPresent(known -> json.put("abilities", VfStepCodec.encode(known)));
    return json.put("vfs", new Json.Arr(vfs)).build();
  }

  private static Optional<String> lentTo(Ledger ledger, PciAddress address) {
    return ledger.loan(address).flatMap(Loan::taker);
  }
}
