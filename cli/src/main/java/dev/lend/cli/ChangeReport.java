package dev.lend.cli;

import dev.lend.act.Guests;
import dev.lend.act.Outcome;
import dev.lend.act.Progress;
import dev.lend.act.StuckWords;
import dev.lend.explain.KnownError;
import dev.lend.journal.RecordCodec;
import dev.lend.journal.ResetCodec;
import dev.lend.journal.WriteCodec;
import dev.lend.json.Json;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.ledger.Quarantine;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.DriverAbilities;
import dev.lend.model.GuestSight;
import dev.lend.model.HostSnapshot;
import dev.lend.model.StuckWrite;
import dev.lend.plan.Consequence;
import dev.lend.plan.Names;
import dev.lend.plan.Objection;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.plan.Step;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Tells a person, or with {@code --json} a program, how a change goes and how it ended. */
final class ChangeReport implements Progress {
  private static final String LEFT = " is left as it is, and lent no more.";

  private final Context context;
  private final boolean json;
  private final Request request;
  private final String device;
  private final List<String> earlier = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private final List<ResetTrial> trials = new ArrayList<>();
  private Optional<Quarantine> quarantine = Optional.empty();
  private final Map<String, String> answers = new LinkedHashMap<>();
  private Optional<GuestSight> sight = Optional.empty();
  private long begun;

  ChangeReport(Context context, HostSnapshot host, boolean json, Request request) {
    this.context = context;
    this.json = json;
    this.request = request;
    this.device =
        host.function(request.address())
            .map(new Names(host)::withoutDriver)
            .orElse(request.address().brief());
  }

  /**
   * Names of guests and what QEMU says can hold anything; a terminal shall show it, not obey it.
   */
  private void out(String line) {
    context.out().println(Text.printable(line));
  }

  private void err(String line) {
    context.err().println(Text.printable(line));
  }

  /** What the guest itself says of the device that it has now. */
  void sees(Optional<GuestSight> what) {
    sight = what;
  }

  /** Another Lend is at work. */
  void waitsFor(String who) {
    err("lend: waiting for another lend to finish: " + who);
    context.err().flush();
  }

  @Override
  public void recovered(String what) {
    earlier.add(what);
    if (!json) {
      out("Earlier work: " + what);
      Explained.lines(Explained.of(List.of(what), request.address())).forEach(this::out);
    }
  }

  @Override
  public void notPutBack(String what) {
    left.add(what);
    if (!json) {
      backToStart();
      out("  not as it was: " + what);
    }
  }

  @Override
  public void planned(Plan plan) {
    if (!json) {
      consequences(plan);
    }
  }

  @Override
  public void begins(Step step) {
    begun = System.nanoTime();
    if (!json && context.terminal()) {
      context.out().print(Text.printable("  ... " + step.describe()));
      context.out().flush();
    }
  }

  @Override
  public void tested(Step step, ResetTrial trial) {
    trials.add(trial);
  }

  @Override
  public void learned(DriverAbilities abilities) {
    if (!json) {
      backToStart();
      out("  found: " + VfListCommand.words(abilities));
    }
  }

  @Override
  public void answered(Step.Unplug step, Guests.Answer answer) {
    answers.put(step.address().toString(), answer.id());
    if (!json && answer == Guests.Answer.STOPPED) {
      backToStart();
      out("  " + step.guest() + " did not let it go, and was stopped");
    }
  }

  @Override
  public void done(Step step) {
    if (!json) {
      backToStart();
      long millis = (System.nanoTime() - begun) / 1_000_000;
      boolean failed =
          step instanceof Step.Reset && !trials.isEmpty() && !trials.getLast().worked();
      out(
          (failed ? "  NOT " : "  ok  ")
              + (failed ? trials.getLast().describe() : step.describe())
              + "  ["
              + millis
              + " ms]");
      context.out().flush();
    }
  }

  @Override
  public void undoing(Step step) {
    if (!json) {
      backToStart();
      out("  undo: " + step.describe());
      context.out().flush();
    }
  }

  /** On a terminal, what is said about a step takes the place of its announcement. */
  private void backToStart() {
    if (context.terminal()) {
      context.out().print('\r');
    }
  }

  /** What stops working. A refusal that nobody accepted is said by the objection to it. */
  private void consequences(Plan plan) {
    for (Consequence consequence : plan.consequences()) {
      if (consequence.warns()) {
        out("  in use: " + consequence.text());
      } else if (!consequence.refuses()) {
        out("  note:   " + consequence.text());
      } else if (request.agreed().covers(consequence)) {
        out("  accepted (" + consequence.kind().id() + "): " + consequence.text());
      }
    }
  }

  /** Shows a plan that is not carried out. */
  ExitCode dryRun(Plan plan, boolean unfinished) {
    if (json) {
      context.out().print(asJson(plan, plan.allowed() ? "planned" : "refused", List.of()).pretty());
      return plan.allowed() ? ExitCode.DONE : ExitCode.NO;
    }
    if (unfinished) {
      out("Earlier work was cut off; a real run would end that first.");
    }
    if (!plan.allowed()) {
      return end(new Outcome.Refused(plan));
    }
    consequences(plan);
    if (plan.steps().isEmpty()) {
      out("Nothing to do on the host: only the ledger changes.");
    }
    for (Step step : plan.steps()) {
      out("# " + step.describe());
      step.shell().forEach(this::out);
    }
    return ExitCode.DONE;
  }

  /**
   * Says how it ended.
   *
   * @param ledger as it is now
   */
  ExitCode end(Outcome outcome, Ledger ledger) {
    quarantine = ledger.quarantine(request.address());
    ExitCode code = end(outcome);
    boolean tried = outcome instanceof Outcome.Done && !trials.isEmpty();
    if (!json && !(outcome instanceof Outcome.Refused) && quarantine.isPresent()) {
      context.out().flush();
      err("lend: " + device + " is in quarantine: " + quarantine.get().why());
      err("lend: it is not lent before a reset works: lend clean " + request.address().brief());
    }
    return tried && request instanceof Request.Clean && quarantine.isPresent()
        ? ExitCode.PUT_BACK
        : code;
  }

  private ExitCode end(Outcome outcome) {
    if (json) {
      context.out().print(asJson(outcome).pretty());
    } else {
      text(outcome);
    }
    return switch (outcome) {
      case Outcome.Refused refused -> ExitCode.NO;
      case Outcome.Done done -> ExitCode.DONE;
      case Outcome.PutBack putBack -> ExitCode.PUT_BACK;
      case Outcome.Stuck stuck -> ExitCode.NEEDS_PERSON;
      case Outcome.Stranded stranded -> ExitCode.NEEDS_PERSON;
    };
  }

  private void text(Outcome outcome) {
    switch (outcome) {
      case Outcome.Refused(Plan plan) -> {
        consequences(plan);
        context.out().flush();
        for (Objection objection : plan.objections()) {
          err("lend: " + objection.text());
        }
      }
      case Outcome.Done(Plan plan) -> {
        out(success(plan));
        if (request instanceof Request.Attach attach) {
          sight.map(what -> what.describe(attach.guest().toString())).ifPresent(this::out);
        }
        request.agreed().within().map(Guardian::advice).ifPresent(this::out);
        if (request instanceof Request.Attach attach) {
          AtStart.advice(attach.lasting()).ifPresent(this::out);
        }
      }
      case Outcome.PutBack(Plan plan, String why) -> {
        context.out().flush();
        err("lend: " + why);
        explain(List.of(why));
        err(
            "lend: "
                + device
                + ": everything is as it was before"
                + (left.isEmpty() ? "." : ", but for what is said above."));
      }
      case Outcome.Stuck(Plan plan, List<String> why, List<StuckWrite> writes) -> {
        context.out().flush();
        why.forEach(line -> err("lend: " + line));
        writes.forEach(write -> StuckWords.evidence(write).forEach(line -> err("    " + line)));
        explain(why);
        err(
            "lend: "
                + device
                + ": the kernel has not answered. Other devices can be lent and returned; see"
                + " lend status.");
      }
      case Outcome.Stranded(Plan plan, List<String> why) -> {
        context.out().flush();
        why.forEach(line -> err("lend: " + line));
        explain(why);
        context
            .err()
            .println("lend: " + device + ": not everything could be put back; see lend status.");
      }
    }
  }

  private void explain(List<String> why) {
    Explained.lines(Explained.of(why, request.address())).forEach(this::err);
  }

  private String success(Plan plan) {
    return device
        + switch (request) {
          case Request.Attach attach ->
              " is lent to " + AtStart.words(attach.guest(), attach.lasting()) + ".";
          case Request.Restore restore -> " is on vfio-pci again.";
          case Request.Reserve reserve ->
              " is reserved: on vfio-pci, ready for a guest" + along(plan) + ".";
          case Request.Run run -> " is for " + run.holder().describe() + along(plan) + ".";
          case Request.Detach detach when detach.how().leave() -> LEFT;
          case Request.Return giveBack when giveBack.how().leave() -> LEFT;
          case Request.Detach detach -> " is back" + home(plan) + ".";
          case Request.Return giveBack -> " is back" + home(plan) + ".";
          case Request.TryReset tryReset -> " was reset, and is where it was.";
          case Request.Clean clean ->
              quarantine.isPresent() ? " is where it was." : " is clean, and can be lent again.";
          case Request.ShapeVfs shape -> shaped(plan, shape);
        };
  }

  private static String shaped(Plan plan, Request.ShapeVfs shape) {
    if (plan.steps().isEmpty()) {
      return " is so already.";
    }
    int count = shape.wish().count().orElse(-1);
    return switch (count) {
      case -1 -> ": the VFs are set up.";
      case 0 -> " has no VFs any more.";
      case 1 -> " has a VF: lend vf list";
      default -> " has " + count + " VFs: lend vf list";
    };
  }

  private static String along(Plan plan) {
    List<String> others = new ArrayList<>();
    for (Loan loan : plan.loans()) {
      if (loan.holder() instanceof Loan.Along) {
        others.add(loan.address().brief());
      }
    }
    return others.isEmpty() ? "" : ", together with " + String.join(" and ", others);
  }

  private static String home(Plan plan) {
    for (Step step : plan.steps()) {
      if (step instanceof Step.Rebind rebind && rebind.address().equals(plan.request().address())) {
        Optional<String> driver = rebind.to().driver();
        return driver.isPresent() ? " on " + driver.get() : ", on no driver, as it was";
      }
    }
    return "";
  }

  private Json asJson(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Refused(Plan plan) -> asJson(plan, "refused", List.of());
      case Outcome.Done(Plan plan) -> asJson(plan, "done", List.of());
      case Outcome.PutBack(Plan plan, String why) -> asJson(plan, "put-back", List.of(why));
      case Outcome.Stuck(Plan plan, List<String> why, List<StuckWrite> writes) ->
          asJson(plan, "stuck", why, writes);
      case Outcome.Stranded(Plan plan, List<String> why) -> asJson(plan, "stranded", why);
    };
  }

  private List<KnownError> explained(List<String> why) {
    List<String> said = new ArrayList<>(why);
    said.addAll(earlier);
    return Explained.of(said, request.address());
  }

  private Json asJson(Plan plan, String outcome, List<String> why) {
    return asJson(plan, outcome, why, List.of());
  }

  private Json asJson(Plan plan, String outcome, List<String> why, List<StuckWrite> stuck) {
    List<Json> writes = new ArrayList<>();
    stuck.forEach(write -> writes.add(WriteCodec.encode(write)));
    List<Json> steps = new ArrayList<>();
    plan.steps().forEach(step -> steps.add(RecordCodec.encode(step)));
    List<Json> consequences = new ArrayList<>();
    for (Consequence consequence : plan.consequences()) {
      consequences.add(
          Json.object()
              .put("device", consequence.device().toString())
              .put("severity", consequence.severity().id())
              .put("kind", consequence.kind().id())
              .put("accepted", consequence.refuses() && request.agreed().covers(consequence))
              .put("text", consequence.text())
              .build());
    }
    List<Json> resets = new ArrayList<>();
    trials.forEach(trial -> resets.add(ResetCodec.encode(trial)));
    List<Json> loans = new ArrayList<>();
    plan.loans().forEach(loan -> loans.add(RecordCodec.encode(loan)));
    Json sees = sight.map(Sights::json).orElse(new Json.Nil());
    Json.Builder unplugs = Json.object();
    answers.forEach(unplugs::put);
    return Json.object()
        .put("command", request.verb())
        .put("device", request.address().toString())
        .put("outcome", outcome)
        .put("why", Json.texts(why))
        .put("explained", Explained.json(explained(why)))
        .put("stuck", new Json.Arr(writes))
        .put("objections", Json.texts(plan.objections().stream().map(Objection::text).toList()))
        .put("consequences", new Json.Arr(consequences))
        .put("steps", new Json.Arr(steps))
        .put("loans", new Json.Arr(loans))
        .put("not_put_back", Json.texts(left))
        .put("unplug", unplugs.build())
        .put("guest_sees", sees)
        .put("resets", new Json.Arr(resets))
        .put("quarantined", quarantine.isPresent())
        .put("recovered", Json.texts(earlier))
        .build();
  }
}
