package dev.lend.cli;

import dev.lend.json.JsonWriter;
import dev.lend.model.Finding;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.plan.Names;
import dev.lend.plan.VfConditions;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.SriovReader;
import java.util.Optional;

/** The part of {@code lend check PF} about its VFs: can it have any? */
final class VfCheck {
  private VfCheck() {}

  /** About a function that is a PF, or should be one; empty for all others. */
  static Optional<VfConditions> conditions(
      FileKernel kernel, HostSnapshot host, PciFunction function) {
    SriovReader reader = new SriovReader(kernel);
    return reader.concerns(function)
        ? Optional.of(reader.conditions(host, function))
        : Optional.empty();
  }

  /** {@code lend check DEVICE --vfs}, about any device. */
  static ExitCode alone(
      FileKernel kernel,
      HostSnapshot host,
      PciFunction function,
      Arguments arguments,
      Context context) {
    if (function.sriov() instanceof SriovRole.Virtual(PciAddress pf, int index)) {
      throw new UsageException(
          function.address().brief() + " is a VF of " + pf.brief() + ": name the PF");
    }
    if (function.bridge()) {
      throw new UsageException(function.address().brief() + " is a bridge: it has no VFs");
    }
    VfConditions found = new SriovReader(kernel).conditions(host, function);
    if (arguments.has("--json")) {
      JsonWriter json = new JsonWriter(true);
      json.beginObject();
      DeviceCheck.members(host, function, json);
      json.name("vfs");
      json(found, json);
      context.out().print(json.endObject() + "\n");
    } else {
      Paragraphs out = new Paragraphs(context);
      out.line(Paragraphs.Ink.BOLD, new Names(host).of(function));
      findings(found, out);
    }
    return found.possible() ? ExitCode.DONE : ExitCode.NO;
  }

  static void text(PciFunction function, VfConditions found, Paragraphs out) {
    out.blank();
    out.line(Paragraphs.Ink.BOLD, "VFs of " + function.address().brief());
    findings(found, out);
  }

  private static void findings(VfConditions found, Paragraphs out) {
    for (Finding finding : found.findings()) {
      FindingReport.text(finding, out);
    }
    out.blank();
    if (found.blockers() > 0) {
      out.line(
          Paragraphs.Ink.RED,
          "no VFs for guests: "
              + found.blockers()
              + (found.blockers() == 1 ? " blocker" : " blockers"));
    } else if (found.atMost().isPresent()) {
      out.line(Paragraphs.Ink.GREEN, "VFs for guests: up to " + found.atMost().getAsInt());
    } else {
      out.line(Paragraphs.Ink.YELLOW, "VFs for guests: it cannot be seen from here");
    }
  }

  static void json(VfConditions found, JsonWriter json) {
    json.beginObject();
    json.name("possible").value(found.possible());
    json.name("blockers").value(found.blockers());
    json.name("at_most");
    if (found.atMost().isPresent()) {
      json.value(found.atMost().getAsInt());
    } else {
      json.nil();
    }
    json.name("findings").beginArray();
    for (Finding finding : found.findings()) {
      json.beginObject();
      FindingReport.members(finding, json);
      json.endObject();
    }
    json.endArray().endObject();
  }
}
