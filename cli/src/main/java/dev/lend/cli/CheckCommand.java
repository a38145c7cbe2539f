package dev.lend.cli;

import dev.lend.json.Json;
import dev.lend.json.JsonWriter;
import dev.lend.model.Finding;
import dev.lend.model.HostSnapshot;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Readiness;
import dev.lend.sysfs.Scope;
import java.util.List;

/** {@code lend check}. */
final class CheckCommand implements Command {
  private static final int MARK = 9;

  @Override
  public String name() {
    return "check";
  }

  @Override
  public Group group() {
    return Group.LOOK;
  }

  @Override
  public String summary() {
    return "Say whether this host is ready to lend devices, and what to do if not";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend check",
        "every finding with its evidence, and how to put it right; status 1 if not ready",
        "lend check --root ./capture",
        "the same about another host, captured with lend capture");
  }

  @Override
  public Syntax syntax() {
    return Context.root(Context.json(Syntax.none()));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    FileKernel kernel = context.kernel(arguments);
    HostSnapshot host = new HostReader(kernel).read(Scope.uses());
    List<Finding> findings = Readiness.examine(kernel, host);
    if (arguments.has("--json")) {
      context.out().print(json(findings));
    } else {
      text(findings, new Paragraphs(context));
    }
    return Readiness.ready(findings) ? ExitCode.DONE : ExitCode.NO;
  }

  private static void text(List<Finding> findings, Paragraphs out) {
    for (Finding finding : findings) {
      out.marked(mark(finding.severity()), ink(finding.severity()), MARK, finding.title());
      for (String evidence : finding.evidence()) {
        out.indented(MARK + 2, "", Paragraphs.Ink.DIM, evidence);
      }
      if (finding.remedy().isPresent()) {
        Finding.Remedy remedy = finding.remedy().get();
        for (String step : remedy.steps()) {
          out.indented(MARK, "> ", Paragraphs.Ink.BOLD, step);
        }
        if (remedy.reboot()) {
          out.indented(MARK, "> ", Paragraphs.Ink.BOLD, "then reboot");
        }
      }
    }
    out.blank();
    int blockers = Readiness.blockers(findings);
    if (blockers == 0) {
      out.line(Paragraphs.Ink.GREEN, "ready");
    } else {
      out.line(
          Paragraphs.Ink.RED,
          "not ready: " + blockers + (blockers == 1 ? " blocker" : " blockers"));
    }
  }

  private static String mark(Finding.Severity severity) {
    return switch (severity) {
      case OK -> "ok";
      case NOTE -> "note";
      case WARNING -> "warning";
      case BLOCKER -> "BLOCKER";
      case NOT_APPLICABLE -> "-";
      case UNKNOWN -> "?";
    };
  }

  private static Paragraphs.Ink ink(Finding.Severity severity) {
    return switch (severity) {
      case OK -> Paragraphs.Ink.GREEN;
      case NOTE, NOT_APPLICABLE -> Paragraphs.Ink.DIM;
      case WARNING, UNKNOWN -> Paragraphs.Ink.YELLOW;
      case BLOCKER -> Paragraphs.Ink.RED;
    };
  }

  private static String json(List<Finding> findings) {
    JsonWriter json = new JsonWriter(true);
    json.beginObject();
    json.name("ready").value(Readiness.ready(findings));
    json.name("blockers").value(Readiness.blockers(findings));
    json.name("findings").beginArray();
    for (Finding finding : findings) {
      json.beginObject();
      json.name("id").value(finding.id());
      json.name("severity").value(finding.severity().name().toLowerCase(java.util.Locale.ROOT));
      json.name("title").value(finding.title());
      json.name("evidence").value(Json.texts(finding.evidence()));
      json.name("remedy");
      if (finding.remedy().isPresent()) {
        json.beginObject();
        json.name("steps").value(Json.texts(finding.remedy().get().steps()));
        json.name("reboot").value(finding.remedy().get().reboot());
        json.endObject();
      } else {
        json.nil();
      }
      json.endObject();
    }
    json.endArray().endObject();
    return json + "\n";
  }
}
