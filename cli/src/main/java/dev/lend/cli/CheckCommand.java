package dev.lend.cli;

import dev.lend.json.JsonWriter;
import dev.lend.model.Finding;
import dev.lend.model.HostSnapshot;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.ProgramVersion;
import dev.lend.sysfs.Readiness;
import dev.lend.sysfs.Scope;
import java.util.List;

/** {@code lend check}. */
final class CheckCommand implements Command {
  static final String TRY = "--try-reset";
  static final String DRY = "--dry-run";
  static final String VFS = "--vfs";

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
    return "Say whether this host is ready to lend, or whether a device can be trusted to a guest";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend check",
        "every finding with its evidence, and how to put it right; status 1 if not ready",
        "lend check 01:10.0",
        "one grade for a device, A to D or no, with reasons; status 1 for no",
        "sudo lend check eth1 --vfs",
        "whether a card can have virtual functions, and how many; status 1 if not",
        "sudo lend check 02:00.0 --try-reset",
        "reset an idle device twice by each method, and compare",
        "sudo lend check --guests",
        "what libvirt's domains would start with, and whether they may; status 1 if not",
        "lend check --root ./capture",
        "the same about another host, captured with lend capture");
  }

  @Override
  public Syntax syntax() {
    Syntax own =
        Syntax.none()
            .taking(
                new Syntax.Words.AtMostOne(
                    "DEVICE", "an address (01:10.0), a net device (eth1), a VF (eth1/vf3), a disk"))
            .flag(VFS, "only whether DEVICE can have virtual functions, and what stands in the way")
            .flag(
                TRY, "take the idle device off its driver, reset it by each method, bring it back")
            .flag(DRY, "with " + TRY + ": show the plan; change nothing")
            .option(
                Workshop.TIMEOUT,
                "SECONDS",
                "with " + TRY + ": how long the kernel may take to answer a write (30)");
    return Context.state(Context.root(Context.json(Workshop.noWait(GuestsCheck.options(own)))));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    if (GuestsCheck.asked(arguments)) {
      return GuestsCheck.run(arguments, context);
    }
    boolean changes = arguments.has(TRY) || arguments.has(DRY);
    for (String option : List.of(Workshop.TIMEOUT, Workshop.NO_WAIT)) {
      if (arguments.has(option) && !arguments.has(TRY)) {
        throw new UsageException(option + " is for " + TRY + ": without it, nothing is waited for");
      }
    }
    if (arguments.has(VFS) && (changes || arguments.word().isEmpty())) {
      throw new UsageException(
          VFS + " goes with a device and nothing else: lend check eth1 " + VFS);
    }
    if (!arguments.word().isEmpty()) {
      if (changes && arguments.has("--root")) {
        throw new UsageException("a captured host has no devices to reset: leave out --root");
      }
      if (arguments.has(DRY) && !arguments.has(TRY)) {
        throw new UsageException(
            DRY + " is for " + TRY + ": without it, nothing is changed anyway");
      }
      return arguments.has(TRY)
          ? ResetTrialCommand.run(arguments, context)
          : DeviceCheck.run(arguments, context);
    }
    if (changes) {
      throw new UsageException("which device? lend check DEVICE " + TRY);
    }
    FileKernel kernel = context.kernel(arguments);
    HostSnapshot host = new HostReader(kernel).read(Scope.uses());
    List<Finding> findings =
        Readiness.examine(
            kernel,
            host,
            kernel.isConfined() ? ProgramVersion.unasked() : ProgramVersion.installed());
    if (arguments.has("--json")) {
      context.out().print(json(findings));
    } else {
      text(findings, new Paragraphs(context));
    }
    return Readiness.ready(findings) ? ExitCode.DONE : ExitCode.NO;
  }

  private static void text(List<Finding> findings, Paragraphs out) {
    findings.forEach(finding -> FindingReport.text(finding, out));
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

  private static String json(List<Finding> findings) {
    JsonWriter json = new JsonWriter(true);
    json.beginObject();
    json.name("ready").value(Readiness.ready(findings));
    json.name("blockers").value(Readiness.blockers(findings));
    json.name("findings").beginArray();
    for (Finding finding : findings) {
      json.beginObject();
      FindingReport.members(finding, json);
      json.endObject();
    }
    json.endArray().endObject();
    return json + "\n";
  }
}
