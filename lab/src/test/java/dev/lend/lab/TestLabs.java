package dev.lend.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Labs that belong to a run of the tests, told apart by its process. */
final class TestLabs {
  private static final Pattern NAME = Pattern.compile("test-(?:[a-z]+-)?(\\d+)");

  private TestLabs() {}

  /**
   * A lab for this run, not up yet.
   *
   * @param kind tells it from the run's other labs: empty, or letters and a dash
   */
  static LabOptions options(String kind) {
    LabOptions options =
        LabOptions.defaults().withName("test-" + kind + ProcessHandle.current().pid());
    String dist = System.getProperty("lend.dist", "");
    if (!dist.isEmpty() && Files.isDirectory(Path.of(dist))) {
      options = options.withDist(Path.of(dist));
    }
    String share = System.getProperty("lend.contract", "");
    if (!share.isEmpty() && Files.isDirectory(Path.of(share))) {
      options = options.withShare(Path.of(share));
    }
    return options;
  }

  static Lab lab(LabOptions options) {
    return Lab.of(options, LabPaths.ofUser(System.getenv()), LabListener.silent());
  }

  /** Brings such a lab up, with nothing in it of an earlier run. */
  static Lab up(LabOptions options) {
    endOrphans();
    Lab lab = lab(options);
    // Process numbers come again.
    end(lab);
    lab.up();
    return lab;
  }

  /** Ends it, and leaves nothing of it. */
  static void end(Lab lab) {
    lab.discard();
    lab.forget();
  }

  /** A test run that was killed left its labs behind, and nobody else will end them. */
  private static void endOrphans() {
    for (String name : new LabRuns(LabPaths.ofUser(System.getenv())).folders()) {
      Matcher matcher = NAME.matcher(name);
      if (matcher.matches() && ProcessHandle.of(Long.parseLong(matcher.group(1))).isEmpty()) {
        end(lab(LabOptions.defaults().withName(name)));
      }
    }
  }
}
