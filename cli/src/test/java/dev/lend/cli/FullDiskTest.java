package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.journal.UnwritableException;
import dev.lend.sysfs.SimulatedHosts;
import dev.lend.sysfs.SimulatedKernel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A journal that takes no more lines is a failure that changed nothing, not wrong usage. */
final class FullDiskTest {
  private static final UnwritableException FULL =
      new UnwritableException(
          "Cannot write the journal /x: No space left on device.", new IOException("full"));

  @TempDir Path state;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private ExitCode end() {
    return end(FULL);
  }

  private ExitCode end(UnwritableException why) {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Context context = new Context(out, out, false, Map.of());
    SimulatedKernel kernel = SimulatedHosts.lab();
    Arguments arguments =
        Cli.read(new RecoverCommand(), List.of("--state", state.toString()), context).orElseThrow();
    return Unwritten.end(
        why,
        context,
        Workshop.over(kernel, kernel, kernel, arguments, context, Duration.ofSeconds(1)));
  }

  @Test
  void saysThatNothingWasChanged() {
    assertThat(end()).isEqualTo(ExitCode.PUT_BACK);
    assertThat(printed.toString(StandardCharsets.UTF_8))
        .contains("No space left on device", "nothing was changed");
  }

  @Test
  void aFolderThatIsNoPlaceToWriteToIsWrongUsage() {
    assertThat(end(new UnwritableException("Read-only file system.", new IOException(), true)))
        .isEqualTo(ExitCode.USAGE);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("nothing was changed");
  }

  @Test
  void needsAPersonWhereNobodyCanTellWhatWasBegun() throws IOException {
    Files.createDirectory(state.resolve("journal"));
    assertThat(end()).isEqualTo(ExitCode.NEEDS_PERSON);
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("lend recover");
  }
}
