package dev.lend.cli;

import static dev.lend.cli.ExitCode.DONE;
import static dev.lend.cli.ExitCode.NO;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RehearsalTest {
  @TempDir Path root = Path.of("");

  @Test
  void goesThroughEveryCommandThatChangesSomething() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
    TrainHost.make(root);

    assertThat(new Rehearsal(root, new Context(print, print, false, Map.of())).play())
        .as(() -> out.toString(StandardCharsets.UTF_8))
        .containsExactly(DONE, NO, DONE, DONE, DONE, NO, DONE);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("is reserved", "is back on e1000e", "is lent to qmp:", "ok  plug");
  }
}
