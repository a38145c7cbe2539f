package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The unit for systemd, on hosts without one: with one it is tried in the lab. */
final class BootCommandTest {
  private static final Path SOURCES = Path.of("src/main/dist");

  @TempDir Path root;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private BootUnit unit() {
    return new BootUnit(root, SOURCES.toAbsolutePath(), Path.of("/var/lib/lend"));
  }

  private ExitCode run(BootCommand.Verb verb, boolean dry) {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new BootCommand(verb).run(unit(), dry, new Context(out, out, false, Map.of()));
  }

  private String out() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void refusesPolitelyWhereSystemdDoesNotRun() {
    assertThatThrownBy(() -> run(BootCommand.Verb.INSTALL, false))
        .isInstanceOf(DeclinedException.class)
        .hasMessageContaining("systemd does not run this host")
        .hasMessageContaining("/boot.sh");
    assertThat(unit().installed()).isFalse();
  }

  @Test
  void showsTheUnitAndChangesNothing() {
    assertThat(run(BootCommand.Verb.INSTALL, true)).isEqualTo(ExitCode.DONE);
    assertThat(out())
        .contains(
            "ExecStart=/bin/sh " + SOURCES.toAbsolutePath() + "/boot.sh --state /var/lib/lend")
        .contains("Before=network-pre.target NetworkManager.service systemd-networkd.service")
        .contains("systemctl enable lend-boot.service")
        .doesNotContain("@");
    assertThat(unit().installed()).isFalse();
  }

  @Test
  void writesAndEnablesItAndTakesItAwayAgain() throws IOException {
    unit().install();
    unit().install();
    assertThat(unit().installed()).isTrue();
    assertThat(unit().enabled()).isTrue();
    assertThat(unit().current()).isTrue();
    assertThat(Files.readSymbolicLink(unit().link()))
        .isEqualTo(Path.of("/etc/systemd/system/lend-boot.service"));
    assertThat(run(BootCommand.Verb.STATUS, false)).isEqualTo(ExitCode.DONE);

    assertThat(run(BootCommand.Verb.REMOVE, false)).isEqualTo(ExitCode.DONE);
    assertThat(out()).contains("Nothing runs at boot any more.");
    assertThat(unit().enabled()).isFalse();
    assertThat(unit().installed()).isFalse();
    assertThat(run(BootCommand.Verb.STATUS, false)).isEqualTo(ExitCode.NO);
  }

  @Test
  void noticesAUnitOfAnotherLend() throws IOException {
    unit().install();
    Files.writeString(unit().file(), "[Unit]\n");
    assertThat(run(BootCommand.Verb.STATUS, false)).isEqualTo(ExitCode.NO);
    assertThat(out()).contains("is not the one of this Lend");
  }

  @Test
  void namesNoPathThatSystemdWouldReadOtherwise() {
    BootUnit spaced = new BootUnit(root, SOURCES.toAbsolutePath(), Path.of("/srv/my state"));
    assertThatThrownBy(spaced::text).isInstanceOf(UsageException.class);
  }
}
