package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.lab.Demo;
import dev.lend.lab.LabException;
import dev.lend.lab.RunResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoCommandTest {
  @TempDir Path folder = Path.of("");
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private ExitCode show(Demo.Host host, Path page) {
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    Context context = new Context(printed, errors, false, Map.of());
    return DemoCommand.show(new Demo(host, printed), page, context);
  }

  @Test
  void sayingNothingWhereSomethingIsExpectedIsWrong() throws Exception {
    Path page = folder.resolve("page.html");

    ExitCode exit = show((command, input) -> new RunResult(0, "", ""), page);

    assertThat(exit).isEqualTo(ExitCode.NO);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("[WRONG: does not say: ready]");
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("not everything was as it should be");
    assertThat(Files.readString(page)).contains("Something was not as it should be.");
  }

  @Test
  void aDeviceThatIsStillInTheGuestAfterItCameBackIsWrong() {
    show(
        (command, input) -> new RunResult(0, "01:00.0 Ethernet controller", ""),
        folder.resolve("page.html"));

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("[WRONG: says something, and should not]");
  }

  @Test
  void thePageShowsWhereALabEndedInTheMiddle() throws Exception {
    Path page = folder.resolve("page.html");

    assertThatThrownBy(() ->
            show(
                (command, input) -> {
                  throw new LabException("The lab 'demo' ended while the command ran.");
                },
                page))
        .isInstanceOf(LabException.class);

    assertThat(Files.readString(page))
        .contains("Something was not as it should be.", "ended while the command ran", "lend check")
        .doesNotContain("What can be lent?");
  }

  @Test
  void aPageThatCannotBeWrittenIsSaid() {
    show((command, input) -> new RunResult(0, "", ""), folder.resolve("gone/page.html"));

    assertThat(err.toString(StandardCharsets.UTF_8)).contains("the transcript cannot be written");
  }

  @Test
  void aLabThatFailsIsNoWrongUsage() {
    assertThat(LabCommand.failure(new LabException("no disk left")))
        .isInstanceOf(FailedException.class);
    assertThat(CliRun.of("lab", "ssh", "--name", "../x").status())
        .isEqualTo(ExitCode.USAGE.status());
  }
}
