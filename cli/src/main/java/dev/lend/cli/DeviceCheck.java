package dev.lend.cli;

import dev.lend.journal.FileJournalLog;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.ResetCodec;
import dev.lend.json.JsonWriter;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.Hex;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.plan.Names;
import dev.lend.plan.Trust;
import dev.lend.plan.VfConditions;
import dev.lend.sysfs.DetailReader;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Scope;
import dev.lend.sysfs.TrustReader;
import java.util.List;
import java.util.Optional;

/** {@code lend check DEVICE}: can this device be trusted to a guest? */
final class DeviceCheck {
  private DeviceCheck() {}

  static ExitCode run(Arguments arguments, Context context) {
    return run(arguments, context, true);
  }

  /**
   * @param shown false where only the exit status is wanted
   */
  static ExitCode run(Arguments arguments, Context context, boolean shown) {
    FileKernel kernel = context.kernel(arguments);
    HostSnapshot host = new HostReader(kernel).read(Scope.functionsAndNames());
    PciFunction function = DeviceName.resolve(host, arguments.word());
    if (arguments.has(CheckCommand.VFS)) {
      return VfCheck.alone(kernel, host, function, arguments, context);
    }
    Trust trust =
        Trust.of(
            host,
            new TrustReader(kernel).read(new DetailReader(kernel).detail(host, function, false)),
            ledger(arguments, context, kernel));
    if (!shown) {
      return trust.lendable() ? ExitCode.DONE : ExitCode.NO;
    }
    Optional<VfConditions> vfs = VfCheck.conditions(kernel, host, function);
    if (arguments.has("--json")) {
      context.out().print(json(host, function, trust, vfs));
    } else {
      Paragraphs out = new Paragraphs(context);
      text(host, function, trust, out);
      vfs.ifPresent(found -> VfCheck.text(function, found, out));
    }
    return trust.lendable() ? ExitCode.DONE : ExitCode.NO;
  }

  /** What Lend remembers of this host; of a captured one only where a folder is named for it. */
  private static Optional<Ledger> ledger(Arguments arguments, Context context, FileKernel kernel) {
    if (kernel.isConfined() && !arguments.has("--state")) {
      return Optional.empty();
    }
    try {
      return Optional.of(Journal.read(FileJournalLog.readOnly(context.state(arguments))).ledger());
    } catch (JournalException unreadable) {
      return Optional.empty();
    }
  }

  private static void text(HostSnapshot host, PciFunction function, Trust trust, Paragraphs out) {
    out.line(Paragraphs.Ink.BOLD, new Names(host).of(function));
    for (Trust.Mark mark : trust.marks()) {
      FindingReport.text(mark.finding(), out);
    }
    out.blank();
    out.line(ink(trust.grade()), "grade " + trust.grade().id() + ": " + trust.grade().meaning());
  }

  private static Paragraphs.Ink ink(Trust.Grade grade) {
    return switch (grade) {
      case A, B -> Paragraphs.Ink.GREEN;
      case C, D -> Paragraphs.Ink.YELLOW;
      case NO -> Paragraphs.Ink.RED;
    };
  }

  /** Which device it is about. */
  static void members(HostSnapshot host, PciFunction function, JsonWriter json) {
    json.name("address").value(function.address().toString());
    json.name("vendor").value(Hex.digits(function.id().vendor(), 4));
    json.name("device").value(Hex.digits(function.id().device(), 4));
    json.name("name").value(new Names(host).of(function));
  }

  private static String json(
      HostSnapshot host, PciFunction function, Trust trust, Optional<VfConditions> vfs) {
    JsonWriter json = new JsonWriter(true);
    json.beginObject();
    members(host, function, json);
    json.name("grade").value(trust.grade().id());
    json.name("meaning").value(trust.grade().meaning());
    json.name("lendable").value(trust.lendable());
    json.name("findings").beginArray();
    for (Trust.Mark mark : trust.marks()) {
      json.beginObject();
      FindingReport.members(mark.finding(), json);
      json.name("grade").value(mark.atMost().id());
      json.endObject();
    }
    json.endArray();
    json.name("resets").beginArray();
    List<ResetTrial> trials = trust.trials();
    for (ResetTrial trial : trials) {
      json.value(ResetCodec.encode(trial));
    }
    json.endArray();
    json.name("vfs");
    vfs.ifPresentOrElse(found -> VfCheck.json(found, json), json::nil);
    return json.endObject() + "\n";
  }
}
