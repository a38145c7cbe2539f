package dev.lend.cli;

import dev.lend.journal.JournalRecord;
import dev.lend.json.Json;
import dev.lend.model.PciAddress;
import dev.lend.plan.Plan;
import dev.lend.plan.Step;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Scope;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What was changed on this host, by whom, and how it ended: the journal for people. */
final class HistoryCommand implements Command {
  private static final int MOST = 20;

  /**
   * One change.
   *
   * @param closed how it ended; empty while it has not
   */
  private record Change(
      JournalRecord.Opened opened, int done, Optional<JournalRecord.Closed> closed) {
    Change andDone() {
      return new Change(opened, done + 1, closed);
    }

    Change ended(JournalRecord.Closed how) {
      return new Change(opened, done, Optional.of(how));
    }

    /** In the words of a person. */
    String ending() {
      return closed.isEmpty()
          ? "cut off"
          : switch (closed.get().outcome()) {
            case DONE -> "done";
            case UNDONE -> "put back";
            case STRANDED -> "needed a person";
            case WAITING -> "waited for the kernel";
          };
    }
  }

  @Override
  public String name() {
    return "history";
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return "Show what was changed on this host, by whom, and how it ended";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend history",
        "the last " + MOST + " changes, the newest first",
        "lend history 01:10.0 --last 100 --json",
        "all about one device, for a program");
  }

  @Override
  public Syntax syntax() {
    Syntax own =
        Syntax.none()
            .taking(
                new Syntax.Words.AtMostOne("DEVICE", "only changes that this device took part in"))
            .option("--last", "COUNT", "how many to show (" + MOST + ")");
    return Context.state(Context.json(own));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    int most = arguments.number("--last", MOST);
    if (most < 1) {
      throw new UsageException("--last takes 1 or more, not " + most);
    }
    List<Change> changes = changes(arguments, context);
    if (!arguments.words().isEmpty()) {
      PciAddress address = address(arguments, context);
      changes.removeIf(Predicate.not(change -> concerns(change, address)));
    }
    List<Change> shown = changes.reversed().stream().limit(most).toList();
    if (arguments.has("--json")) {
      List<Json> entries = shown.stream().<Json>map(HistoryCommand::asJson).toList();
      context.out().print(Json.object().put("changes", new Json.Arr(entries)).build().pretty());
    } else if (shown.isEmpty()) {
      context.out().println("Nothing was changed.");
    } else {
      shown.forEach(change -> text(change, context));
    }
    return ExitCode.DONE;
  }

  private static List<Change> changes(Arguments arguments, Context context) {
    List<Change> changes = new ArrayList<>();
    for (JournalRecord record : context.journal(arguments).records()) {
      switch (record) {
        case JournalRecord.Opened opened -> changes.add(new Change(opened, 0, Optional.empty()));
        case JournalRecord.Done done -> changes.addLast(changes.removeLast().andDone());
        case JournalRecord.Closed closed -> changes.addLast(changes.removeLast().ended(closed));
        default -> {}
      }
    }
    return changes;
  }

  /** A device that the host has no more is known by its address alone. */
  private static PciAddress address(Arguments arguments, Context context) {
    Optional<PciAddress> address = PciAddress.parse(arguments.word());
    return address.isPresent()
        ? address.get()
        : DeviceName.resolve(
                new HostReader(context.kernel(arguments)).read(Scope.functionsAndNames()),
                arguments.word())
            .address();
  }

  private static boolean concerns(Change change, PciAddress address) {
    return change.opened().address().equals(address) || change.opened().touched().contains(address);
  }

  private static void text(Change change, Context context) {
    JournalRecord.Opened opened = change.opened();
    List<String> lines = new ArrayList<>();
    lines.add(
        brief(opened.at())
            + "  "
            + opened.verb()
            + " "
            + opened.address().brief()
            + "  "
            + change.ending());
    lines.add("    by " + opened.by());
    List<String> along = new ArrayList<>();
    for (PciAddress address : opened.touched()) {
      if (!address.equals(opened.address())) {
        along.add(address.brief());
      }
    }
    if (!along.isEmpty()) {
      lines.add("    with " + String.join(", ", along));
    }
    List<String> refused = new ArrayList<>(opened.accepted());
    if (refused.remove(Plan.YES)) {
      lines.add("    although in use (--yes)");
    }
    if (!refused.isEmpty()) {
      lines.add("    although refused, accepted: " + String.join(", ", refused));
    }
    if (change.closed().isEmpty()) {
      lines.add(
          "    "
              + change.done()
              + " of "
              + opened.steps().size()
              + " steps were done. To end it: lend recover");
    } else if (!change.closed().get().note().isEmpty()) {
      lines.add("    " + change.closed().get().note());
    }
    for (String line : lines) {
      context.out().println(Text.printable(line));
    }
  }

  private static String brief(Instant at) {
    return at.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Json asJson(Change change) {
    JournalRecord.Opened opened = change.opened();
    Json.Builder json =
        Json.object()
            .put("number", opened.transaction())
            .put("verb", opened.verb())
            .put("address", opened.address().toString())
            .put("with", Json.texts(opened.touched()))
            .put("by", opened.by())
            .put("at", opened.at().toString())
            .put("accepted", Json.texts(opened.accepted()))
            .put("steps", Json.texts(opened.steps().stream().map(Step::describe).toList()))
            .put("done", change.done())
            .put("ended", change.closed().isPresent());
    if (change.closed().isPresent()) {
      JournalRecord.Closed closed = change.closed().get();
      json.put("outcome", closed.outcome().name().toLowerCase(java.util.Locale.ROOT))
          .put("ended_at", closed.at().toString())
          .put("note", closed.note());
    }
    return json.build();
  }
}
