package dev.lend.cli;

import dev.lend.lab.Demo;
import dev.lend.lab.DemoPage;
import dev.lend.lab.Lab;
import dev.lend.lab.LabException;
import dev.lend.lab.LabOptions;
import dev.lend.lab.LabPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Shows the main job from end to end in a lab of its own. */
final class DemoCommand implements Command {
  private static final String REPORT = "lend-demo.html";

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
        .flag("--keep", "leave the lab up afterwards (lend lab ssh --name demo)");
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    Path report = report(arguments);
    LabOptions options = LabOptions.defaults().withName("demo");
    Optional<Path> dist = Context.dist();
    if (dist.isEmpty()) {
      throw new UsageException("the demo runs a packaged Lend; start it with ./lend demo");
    }
    Lab lab =
        Lab.of(
            options.withDist(dist.get()), LabPaths.ofUser(context.env()), new LabProgress(context));
    try {
      lab.down();
      lab.up();
      List<Demo.Part> parts = new Demo(lab, context.out()).show();
      Demo.summary(parts, context.out());
      Files.writeString(report, DemoPage.of(parts, Instant.now()));
      context.out().println();
      context.out().println("The transcript is in " + report + ".");
      boolean passed = parts.stream().allMatch(Demo.Part::passed);
      if (!passed) {
        context
            .err()
            .println("lend: not everything was as it should be; see the lines marked WRONG.");
      }
      return passed ? ExitCode.DONE : ExitCode.NO;
    } catch (LabException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      throw new UsageException(
          "the transcript cannot be written to " + report + ": " + e.getMessage());
    } finally {
      if (!arguments.has("--keep")) {
        lab.down();
      }
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
