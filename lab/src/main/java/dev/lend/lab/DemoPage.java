package dev.lend.lab;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The demonstration's transcript as one HTML page that needs nothing else. */
public final class DemoPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --ink: #1c2024; --paper: #fbfbfa; --soft: #5c6670; --line: #d9dde1;
        --term: #f1f3f4; --good: #1a7f4b; --bad: #c0392b; --accent: #0b5cad; }
      @media (prefers-color-scheme: dark) { :root { --ink: #e6e8ea; --paper: #15181b; --soft: #98a2ac; --line: #30363c;
        --term: #1d2226; --good: #4cc38a; --bad: #ff7b6b; --accent: #6cb2ff; } }
      * { box-sizing: border-box }
      body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto;
        max-width: 68rem; padding: 2rem 1.25rem 4rem }
      h1 { font-size: 1.9rem; margin: 0 0 .25rem } h2 { font-size: 1.2rem; margin: 2.5rem 0 .75rem }
      p.lead { color: var(--soft); margin: 0 0 1.5rem }
      table { border-collapse: collapse; width: 100% } td { padding: .35rem .6rem; border-top: 1px solid var(--line) }
      td.num { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; color: var(--soft) }
      a { color: inherit; text-decoration-color: var(--line) } .ok { color: var(--good) } .wrong { color: var(--bad) }
      pre { background: var(--term); border: 1px solid var(--line); border-radius: 8px; padding: .8rem 1rem;
        overflow-x: auto; font: 13px/1.5 ui-monospace, "DejaVu Sans Mono", monospace; margin: .6rem 0 }
      pre b { color: var(--accent) } pre i { font-style: normal; color: var(--soft) }
      @media print { pre { white-space: pre-wrap } }
      """;

  private final StringBuilder page = new StringBuilder(32 << 10);

  private DemoPage() {}

  /** The page for what was shown. */
  public static String of(List<Demo.Part> parts, Instant when) {
    return new DemoPage().write(parts, when);
  }

  private String write(List<Demo.Part> parts, Instant when) {
    boolean passed = parts.stream().allMatch(Demo.Part::passed);
    page.append("<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n")
        .append(
            "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Lend: demonstration</title>\n<style>\n")
        .append(STYLE)
        .append(
            "</style>\n<h1>Lend: a virtual function lent and given back</h1>\n<p class=\"lead\">")
        .append(
            "Every command ran in the lab, an emulated KVM host with VT-d and an Intel 82576, on ")
        .append(when.truncatedTo(ChronoUnit.SECONDS))
        .append(". Times are those of software emulation. ")
        .append(
            passed
                ? "<span class=\"ok\">Everything was as it should be.</span>"
                : "<span class=\"wrong\">Something was not as it should be.</span>")
        .append("</p>\n<table>\n");
    for (int i = 0; i < parts.size(); i++) {
      Demo.Part part = parts.get(i);
      page.append("<tr><td>")
          .append(mark(part.passed()))
          .append("<td><a href=\"#p")
          .append(i)
          .append("\">");
      text(part.title());
      page.append("</a><td class=\"num\">").append(Demo.seconds(part.took()).strip()).append("\n");
    }
    page.append("</table>\n");
    for (int i = 0; i < parts.size(); i++) {
      page.append("<h2 id=\"p").append(i).append("\">");
      text(parts.get(i).title());
      page.append("</h2>\n");
      parts.get(i).shown().forEach(this::shown);
    }
    return page.append("</html>\n").toString();
  }

  private static String mark(boolean passed) {
    return passed ? "<span class=\"ok\">&#10003;</span>" : "<span class=\"wrong\">&#10007;</span>";
  }

  private void shown(Demo.Shown one) {
    page.append("<pre><i>");
    text(one.where());
    page.append("#</i> <b>");
    text(one.typed());
    page.append("</b>\n");
    text(one.result().out());
    text(one.result().err());
    page.append("<i>[exit status ")
        .append(one.result().exit())
        .append(", ")
        .append(Demo.seconds(one.took()).strip())
        .append("]</i>");
    for (String wrong : one.wrong()) {
      page.append("\n<span class=\"wrong\">");
      text(wrong);
      page.append("</span>");
    }
    page.append("</pre>\n");
  }

  private void text(String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '<' -> page.append("&lt;");
        case '>' -> page.append("&gt;");
        case '&' -> page.append("&amp;");
        default -> page.append(c);
      }
    }
  }
}
