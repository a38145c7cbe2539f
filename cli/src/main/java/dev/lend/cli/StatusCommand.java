package dev.lend.cli;

import dev.lend.journal.Confirmations;
import dev.lend.journal.Journal;
import dev.lend.journal.RecordCodec;
import dev.lend.journal.ResetCodec;
import dev.lend.json.Json;
import dev.lend.ledger.Loan;
import dev.lend.ledger.Quarantine;
import dev.lend.model.HostSnapshot;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.VfioHolder;
import dev.lend.plan.Names;
import dev.lend.plan.Standing;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Scope;
import dev.lend.sysfs.Tasks;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who has what, and whether kernel and ledger agree about it. */
final class StatusCommand implements Command {
  @Override
  public String name() {
    return "status";
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return "Show what is lent or reserved, to whom, and whether kernel and ledger agree";
  }

  @Override
  public List<String> examples() {
    return List.of("lend status", "every loan, since when, and what it goes back to");
  }

  @Override
  public Syntax syntax() {
    return Context.state(Context.root(Context.json(Syntax.none())));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    Journal journal = context.journal(arguments);
    FileKernel kernel = context.kernel(arguments);
    HostSnapshot host = withEnded(new HostReader(kernel).read(Scope.uses()), kernel, journal);
    StuckReport stuck = new StuckReport(kernel, host, journal);
    List<VfioHolder> foreign = foreign(host, journal.ledger().loans());
    if (arguments.has("--json")) {
      context.out().print(asJson(host, journal, stuck, foreign).pretty());
    } else {
      text(context, host, journal, stuck, foreign);
    }
    boolean agree =
        journal.unfinished().isEmpty()
            && stuck.isEmpty()
            && journal.ledger().loans().values().stream()
                .allMatch(loan -> Standing.of(host, loan).agrees());
    return agree ? ExitCode.DONE : ExitCode.NO;
  }

  /** Of a captured host, nobody knows which processes have ended since. */
  private static HostSnapshot withEnded(HostSnapshot host, FileKernel kernel, Journal journal) {
    Set<KernelTask> ended = new HashSet<>();
    if (!kernel.isConfined()) {
      Tasks tasks = new Tasks(kernel);
      for (Loan loan : journal.ledger().loans().values()) {
        loan.inProcess()
            .map(Loan.InProcess::task)
            .filter(task -> !tasks.lives(task))
            .ifPresent(ended::add);
      }
    }
    return host.withEnded(ended);
  }

  private static void text(
      Context context,
      HostSnapshot host,
      Journal journal,
      StuckReport stuck,
      List<VfioHolder> foreign) {
    List<String> lines = new ArrayList<>(stuck.lines());
    if (journal.unfinished().isPresent()) {
      Journal.Unfinished open = journal.unfinished().get();
      lines.add(
          "lend "
              + open.opened().verb()
              + " "
              + open.opened().address().brief()
              + " was cut off in the middle. The next change ends it first, or: lend recover");
    }
    if (journal.ledger().loans().isEmpty()) {
      lines.add("Nothing is lent.");
    }
    Names names = new Names(host);
    for (Loan loan : journal.ledger().loans().values()) {
      Standing standing = stuck.standing(loan.address()).orElseGet(() -> Standing.of(host, loan));
      String name = host.function(loan.address()).map(names::of).orElse(loan.address().brief());
      lines.add(name + "  " + holder(loan));
      lines.add(
          "    since "
              + loan.since().truncatedTo(ChronoUnit.SECONDS)
              + ", returns to "
              + loan.origin().driver().orElse("no driver"));
      lines.add("    " + (standing.agrees() ? "ok: " : "NOT AS IT SHOULD BE: ") + standing.text());
    }
    for (Confirmations.Pending pending : journal.confirmations().pending()) {
      lines.add(
          "lend "
              + pending.verb()
              + " "
              + pending.address().brief()
              + " is taken back at "
              + pending.until().truncatedTo(ChronoUnit.SECONDS)
              + ", unless you type: lend confirm");
    }
    for (Quarantine quarantine : journal.ledger().quarantines().values()) {
      String brief = quarantine.address().brief();
      Optional<PciFunction> function =
          host.function(quarantine.address()).filter(quarantine::concerns);
      lines.add(function.map(names::of).orElse(brief) + "  in quarantine, not lent again");
      lines.add(
          "    since "
              + quarantine.since().truncatedTo(ChronoUnit.SECONDS)
              + ": "
              + quarantine.why());
      lines.add(
          function.isPresent()
              ? "    a reset that works ends that: lend clean " + brief
              : "    is gone from this host");
    }
    for (VfioHolder holder : foreign) {
      lines.add(
          "Not lent by Lend: IOMMU group " + holder.group() + ", held by " + holder.describe());
    }
    for (String line : lines) {
      context.out().println(Text.printable(line));
    }
  }

  private static String holder(Loan loan) {
    return switch (loan.holder()) {
      case Loan.Reserved reserved -> "reserved";
      case Loan.Along(PciAddress with) -> "reserved, along with " + with.brief();
      case Loan.InGuest in ->
          "lent to " + in.guest() + (in.defined() ? ", at its every start" : "");
      case Loan.InProcess in -> "lent to " + in.describe() + ", by lend run";
    };
  }

  /**
   * Processes that hold VFIO groups in which nothing is lent: guests that somebody else gave a
   * device.
   */
  private static List<VfioHolder> foreign(HostSnapshot host, Map<PciAddress, Loan> loans) {
    List<VfioHolder> foreign = new ArrayList<>();
    for (VfioHolder holder : host.holders()) {
      boolean ours = false;
      for (PciFunction member : host.group(holder.group())) {
        ours |= loans.containsKey(member.address());
      }
      if (!ours) {
        foreign.add(holder);
      }
    }
    return foreign;
  }

  private static Json asJson(
      HostSnapshot host, Journal journal, StuckReport stuck, List<VfioHolder> foreign) {
    List<Json> loans = new ArrayList<>();
    for (Loan loan : journal.ledger().loans().values()) {
      Standing standing = stuck.standing(loan.address()).orElseGet(() -> Standing.of(host, loan));
      Json.Builder entry = Json.object();
      RecordCodec.encode(loan).members().forEach(entry::put);
      loans.add(entry.put("agrees", standing.agrees()).put("standing", standing.text()).build());
    }
    List<Json> others = new ArrayList<>();
    for (VfioHolder holder : foreign) {
      others.add(
          Json.object()
              .put("iommu_group", holder.group())
              .put("pid", holder.pid())
              .put("command", holder.command())
              .put("guest", holder.guestName())
              .build());
    }
    List<Json> pending = new ArrayList<>();
    for (Confirmations.Pending one : journal.confirmations().pending()) {
      pending.add(
          Json.object()
              .put("verb", one.verb())
              .put("address", one.address().toString())
              .put("until", one.until().toString())
              .build());
    }
    List<Json> apart = new ArrayList<>();
    journal
        .ledger()
        .quarantines()
        .values()
        .forEach(quarantine -> apart.add(ResetCodec.encode(quarantine)));
    return Json.object()
        .put("unconfirmed", new Json.Arr(pending))
        .put("loans", new Json.Arr(loans))
        .put("foreign", new Json.Arr(others))
        .put("quarantined", new Json.Arr(apart))
        .put("stuck", stuck.json())
        .put("unfinished", journal.unfinished().isPresent())
        .build();
  }
}
