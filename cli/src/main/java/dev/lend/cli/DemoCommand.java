package dev.lend.cli;

import dev.lend.lab.Demo;
import dev.lend.lab.DemoPage;
import dev.lend.lab.Lab;
import dev.lend.lab.LabException;
import dev.lend.lab.LabOptions;
import dev.lend.lab.LabPaths;
import dev.lend.lab.PassingLabs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Shows the main job from end to end in a lab of its own. */
final class DemoCommand implements Command {
  private static final String REPORT = "lend-demo.html";
  private static final String KEEP = "--keep";
  private static final String KIND = "demo";

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public Group group() {
    return Group.LAB;
  }

  @Override
  public String summary() {
    return "Show it all in the lab: a virtual function lent to a guest, and given back";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend demo", "sets the lab up by itself; the transcript is in " + REPORT + " afterwards");
  }

  @Override
  public Syntax syntax() {
    return Syntax.none()
        .option(
            "--report", "FILE", "where to write the transcript as an HTML page (" + REPORT + ")")
        .flag(KEEP, "leave the lab up afterwards (lend lab ssh --name demo)");
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    Path report = report(arguments);
    Optional<Path> dist = Context.dist();
    if (dist.isEmpty()) {
      throw new UsageException("the demo runs a packaged Lend; start it with ./lend demo");
    }
    boolean keep = arguments.has(KEEP);
    LabPaths paths = LabPaths.ofUser(context.env());
    // Two demonstrations at once have a lab each. One that is kept has a name that can be typed.
    LabOptions options =
        LabOptions.defaults().withName(keep ? KIND : PassingLabs.name(KIND)).withDist(dist.get());
    Lab lab = Lab.of(options, paths, new LabProgress(context));
    try {
      PassingLabs.endOrphans(KIND, paths);
      return keep ? inKeptLab(lab, report, context) : inPassingLab(lab, report, context);
    } catch (LabException e) {
      throw LabCommand.failure(e);
    }
  }

  private static ExitCode inKeptLab(Lab lab, Path report, Context context) {
    if (lab.up() == Lab.Started.ALREADY_UP) {
      throw new DeclinedException(
          "the lab of an earlier demonstration is up. End it first: lend lab down --name " + KIND);
    }
    return show(new Demo(lab, context.out()), report, context);
  }

  private static ExitCode inPassingLab(Lab lab, Path report, Context context) {
    // Ctrl-C does not reach the emulator, which is no child of this process.
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> {
              context.err().println("lab: ending the lab ...");
              lab.abandon();
            }));
    try {
      lab.down();
      lab.up();
      ExitCode exit = show(new Demo(lab, context.out()), report, context);
      lab.down();
      // Not where it failed: then its console log says more.
      lab.forget();
      return exit;
    } finally {
      lab.down();
    }
  }

  /** Shows it and writes the page, also where it breaks off: then the page says where. */
  static ExitCode show(Demo demo, Path report, Context context) {
    boolean written;
    try {
      demo.show();
    } finally {
      Demo.summary(demo.parts(), context.out());
      written = write(demo, report, context);
    }
    if (!demo.parts().stream().allMatch(Demo.Part::passed)) {
      context
          .err()
          .println("lend: not everything was as it should be; see the lines marked WRONG.");
      return ExitCode.NO;
    }
    return written ? ExitCode.DONE : ExitCode.PUT_BACK;
  }

  private static boolean write(Demo demo, Path report, Context context) {
    try {
      Files.writeString(report, DemoPage.of(demo.parts(), Instant.now()));
      context.out().println();
      context.out().println("The transcript is in " + report + ".");
      return true;
    } catch (IOException e) {
      context
          .err()
          .println("lend: the transcript cannot be written to " + report + ": " + e.getMessage());
      return false;
    }
  }

  private static Path report(Arguments arguments) {
    Path report = Path.of(arguments.option("--report").orElse(REPORT));
    Path folder = report.toAbsolutePath().getParent();
    if (Files.isDirectory(report) || folder == null || !Files.isWritable(folder)) {
      throw new UsageException(
          "cannot write the transcript to " + report + ": choose another with --report FILE");
    }
    return report;
  }
}
