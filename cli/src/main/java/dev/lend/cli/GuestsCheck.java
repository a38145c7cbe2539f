package dev.lend.cli;

import dev.lend.act.DefinedDomains;
import dev.lend.json.JsonWriter;
import dev.lend.model.DomainDefinition;
import dev.lend.model.Finding;
import dev.lend.model.HostSnapshot;
import dev.lend.model.Nearest;
import dev.lend.plan.DefinitionChecks;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Readiness;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code lend check --guests}: would libvirt start its domains with devices that are not theirs?
 */
final class GuestsCheck {
  static final String OPTION = "--guests";

  private GuestsCheck() {}

  static Syntax options(Syntax syntax) {
    return syntax
        .flag(OPTION, "what libvirt's domains would start with, and whether they may have it")
        .option(
            GuestName.CONNECT, "URI", "with " + OPTION + ": the libvirt whose domains are meant");
  }

  /**
   * True where domains are meant.
   *
   * @throws UsageException something else is asked for as well
   */
  static boolean asked(Arguments arguments) {
    for (String other : List.of(CheckCommand.VFS, CheckCommand.TRY, CheckCommand.DRY)) {
      if (arguments.has(OPTION) && arguments.has(other)) {
        throw new UsageException(OPTION + " is about domains, and " + other + " about a device");
      }
    }
    if (arguments.has(GuestName.CONNECT) && !arguments.has(OPTION)) {
      throw new UsageException(GuestName.CONNECT + " is for " + OPTION);
    }
    return arguments.has(OPTION);
  }

  /** A domain, and what was found about its devices. */
  record Examined(DomainDefinition domain, List<Finding> findings) {
    Examined {
      findings = List.copyOf(findings);
    }
  }

  static ExitCode run(Arguments arguments, Context context) {
    String uri = GuestName.uri(arguments);
    FileKernel kernel = context.kernel(arguments);
    if (kernel.isConfined()) {
      throw new UsageException("libvirt is not asked about a captured host: leave out --root");
    }
    DefinedDomains found = DefinedDomains.of(uri);
    if (found.silence().isPresent()) {
      throw new DeclinedException(
          "the domains of libvirt (" + uri + ") cannot be checked: " + found.silence().get());
    }
    HostSnapshot host =
        context.withMarks(new HostReader(kernel).read(context.scope(kernel)), kernel, arguments);
    DefinitionChecks checks =
        new DefinitionChecks(host, context.journal(arguments).ledger(), found.domains());
    List<Examined> examined = new ArrayList<>();
    for (DomainDefinition domain : named(found.domains(), arguments.word())) {
      examined.add(new Examined(domain, checks.of(domain)));
    }
    return show(examined, arguments.has("--json"), context);
  }

  /** All, or the one with this name or UUID. */
  private static List<DomainDefinition> named(List<DomainDefinition> domains, String word) {
    if (word.isEmpty()) {
      return domains;
    }
    List<String> names = new ArrayList<>();
    for (DomainDefinition domain : domains) {
      if (domain.name().equals(word) || domain.uuid().equals(word)) {
        return List.of(domain);
      }
      names.add(domain.name());
    }
    throw new UsageException(
        "no such domain: "
            + word
            + Nearest.of(word, names).map(near -> ". Did you mean " + near + "?").orElse(""));
  }

  static ExitCode show(List<Examined> examined, boolean json, Context context) {
    List<Finding> all = new ArrayList<>();
    examined.forEach(one -> all.addAll(one.findings()));
    if (json) {
      context.out().print(json(examined, all));
    } else {
      text(examined, all, new Paragraphs(context));
    }
    return Readiness.ready(all) ? ExitCode.DONE : ExitCode.NO;
  }

  private static void text(List<Examined> examined, List<Finding> all, Paragraphs out) {
    int without = 0;
    for (Examined one : examined) {
      if (one.findings().isEmpty()) {
        without++;
        continue;
      }
      out.line(
          Paragraphs.Ink.BOLD,
          Text.printable(one.domain().name()) + " (libvirt domain, " + one.domain().state() + ")");
      one.findings().forEach(finding -> FindingReport.text(finding, out));
      out.blank();
    }
    if (without > 0) {
      out.line(
          Paragraphs.Ink.DIM,
          without
              + (without == 1 ? " domain starts" : " domains start")
              + " with no device of the host");
    }
    int blockers = Readiness.blockers(all);
    if (examined.isEmpty()) {
      out.line(Paragraphs.Ink.DIM, "libvirt has no domains");
    } else if (blockers == 0) {
      out.line(Paragraphs.Ink.GREEN, "nobody's device would be taken");
    } else {
      out.line(
          Paragraphs.Ink.RED,
          blockers
              + (blockers == 1 ? " blocker" : " blockers")
              + ": do not start these as they are");
    }
  }

  private static String json(List<Examined> examined, List<Finding> all) {
    JsonWriter json = new JsonWriter(true);
    json.beginObject();
    json.name("ready").value(Readiness.ready(all));
    json.name("blockers").value(Readiness.blockers(all));
    json.name("guests").beginArray();
    for (Examined one : examined) {
      json.beginObject();
      json.name("name").value(one.domain().name());
      json.name("uuid").value(one.domain().uuid());
      json.name("state").value(one.domain().state());
      json.name("findings").beginArray();
      for (Finding finding : one.findings()) {
        json.beginObject();
        FindingReport.members(finding, json);
        json.endObject();
      }
      json.endArray().endObject();
    }
    json.endArray().endObject();
    return json + "\n";
  }
}
