package dev.lend.cli;

import dev.lend.json.Json;
import dev.lend.json.JsonWriter;
import dev.lend.model.Finding;
import java.util.Locale;

/** How findings are shown: what was found, who said so, and what puts it right. */
final class FindingReport {
  private static final int MARK = 9;

  private FindingReport() {}

  static void text(Finding finding, Paragraphs out) {
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

  /** The members of a finding. */
  static void members(Finding finding, JsonWriter json) {
    json.name("id").value(finding.id());
    json.name("severity").value(finding.severity().name().toLowerCase(Locale.ROOT));
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
  }
}
