package dev.lend.sysfs;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks an installed program which version it is. */
@FunctionalInterface
public interface ProgramVersion {
  /**
   * The version that a program says it is.
   *
   * @param program its path from the host's root, without a leading slash
   * @return empty where it is not known or not to be asked
   */
  Optional<String> of(String program);

  /** Of a captured host: nothing of it can be run. */
  static ProgramVersion unasked() {
    return program -> Optional.empty();
  }

  /** Of the host that this runs on: {@code PROGRAM --version}. */
  static ProgramVersion installed() {
    return program -> {
      Path file = Path.of("/", program);
      return onlyOwnersMayWrite(file) ? ask(file) : Optional.empty();
    };
  }

  private static boolean onlyOwnersMayWrite(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      return !permissions.contains(PosixFilePermission.OTHERS_WRITE)
          && !permissions.contains(PosixFilePermission.GROUP_WRITE)
          && (int) Files.getAttribute(file, "unix:uid") == 0;
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private static Optional<String> ask(Path file) {
    ProcessBuilder builder =
        new ProcessBuilder(file.toString(), "--version")
            .directory(new File("/"))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    try {
      Process child = builder.start();
      try {
        child.getOutputStream().close();
        // One that hangs is ended, and with it the reading below.
        child
            .onExit()
            .orTimeout(2, TimeUnit.SECONDS)
            .exceptionally(late -> child.destroyForcibly());
        try (BufferedReader said =
            new BufferedReader(
                new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
          return Optional.ofNullable(said.readLine()).flatMap(ProgramVersion::in);
        }
      } finally {
        child.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** As in {@code QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)}. */
  static Optional<String> in(String line) {
    Matcher version = Pattern.compile("version (\\d+(?:\\.\\d+)+)").matcher(line);
    return version.find() ? Optional.of(version.group(1)) : Optional.empty();
  }
}
