package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HookCommandTest {
  private static final Path SOURCES = Path.of("src/main/dist");

  @TempDir Path root = Path.of("");

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private HookScript script(boolean folder) {
    return new HookScript(root, SOURCES.toAbsolutePath(), root.resolve("state"), folder);
  }

  private ExitCode run(HookCommand.Verb verb, boolean dry, boolean folder) {
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new HookCommand(verb).run(script(folder), dry, new Context(out, out, false, Map.of()));
  }

  private String out() {
    String text = printed.toString(StandardCharsets.UTF_8);
    printed.reset();
    return text;
  }

  private void libvirt() throws IOException {
    Files.createDirectories(root.resolve("etc/libvirt"));
  }

  @Test
  void refusesPolitelyWhereLibvirtIsNotInstalled() {
    assertThatThrownBy(() -> run(HookCommand.Verb.INSTALL, false, true))
        .isInstanceOf(DeclinedException.class)
        .hasMessageContaining("no /etc/libvirt");
  }

  @Test
  void showsTheScriptAndChangesNothing() {
    assertThat(run(HookCommand.Verb.INSTALL, true, true)).isEqualTo(ExitCode.DONE);
    assertThat(out()).contains("etc/libvirt/hooks/qemu.d/lend << 'END'\n#!/bin/sh\n", "chmod 755");
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void installsForItsOwnerToChangeAndAllToRunAndTakesItAwayAgain() throws IOException {
    libvirt();
    assertThat(run(HookCommand.Verb.STATUS, false, true)).isEqualTo(ExitCode.NO);
    assertThat(out()).contains("libvirt does not look at what is lent: lend hook install");

    assertThat(run(HookCommand.Verb.INSTALL, false, true)).isEqualTo(ExitCode.DONE);
    assertThat(run(HookCommand.Verb.INSTALL, false, true)).isEqualTo(ExitCode.DONE);

    Path file = root.resolve("etc/libvirt/hooks/qemu.d/lend");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rwxr-xr-x");
    assertThat(Files.readString(file)).contains("state='" + root + "/state'").doesNotContain("@");
    assertThat(out()).contains("libvirt asks", "systemctl reload libvirtd");
    assertThat(run(HookCommand.Verb.STATUS, false, true)).isEqualTo(ExitCode.DONE);
    assertThat(out()).contains("libvirt has not run it yet");

    assertThat(run(HookCommand.Verb.REMOVE, false, true)).isEqualTo(ExitCode.DONE);
    assertThat(out()).contains("without looking");
    assertThat(file).doesNotExist();
    assertThat(run(HookCommand.Verb.REMOVE, false, true)).isEqualTo(ExitCode.DONE);
    assertThat(out()).contains("There was no hook of Lend's");
  }

  @Test
  void noticesAScriptOfAnotherLend() throws IOException {
    libvirt();
    run(HookCommand.Verb.INSTALL, false, true);
    Files.writeString(
        script(true).file(), Files.readString(script(true).file()) + "# an older one\n");
    out();
    assertThat(run(HookCommand.Verb.STATUS, false, true)).isEqualTo(ExitCode.NO);
    assertThat(out()).contains("is not the one of this Lend");
  }

  @Test
  void aLibvirtThatRunsOneScriptOnlyKeepsItsOwn() throws IOException {
    Files.createDirectories(root.resolve("etc/libvirt/hooks"));
    Path own = Files.writeString(root.resolve("etc/libvirt/hooks/qemu"), "#!/bin/sh\n");
    assertThatThrownBy(() -> run(HookCommand.Verb.INSTALL, false, false))
        .isInstanceOf(DeclinedException.class)
        .hasMessageContaining("somebody else's");
    assertThat(own).hasContent("#!/bin/sh\n");
    Files.delete(own);
    assertThat(run(HookCommand.Verb.INSTALL, false, false)).isEqualTo(ExitCode.DONE);
    assertThat(own).isExecutable();
  }
}
