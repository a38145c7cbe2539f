package dev.lend.cli;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The unit that has systemd run Lend at boot, and the link that enables it: what {@code systemctl
 * enable} makes of its section {@code Install} (systemd.unit(5)).
 *
 * @param root the root of the host's files
 * @param dist the folder that Lend was started from
 * @param state the folder with the journal
 */
record BootUnit(Path root, Path dist, Path state) {
  static final String NAME = "lend-boot.service";

  private static final Duration SYSTEMCTL = Duration.ofSeconds(60);

  /** What systemd says of the unit. */
  record Said(int exit, String text) {}

  /**
   * The unit for this Lend.
   *
   * @throws UsageException this Lend is not one that is installed anywhere
   */
  static BootUnit of(Path state) {
    Path jar = Path.of(System.getProperty("java.class.path", "").split(File.pathSeparator, 2)[0]);
    Path lib = jar.toAbsolutePath().getParent();
    if (lib == null || lib.getParent() == null || !Files.isRegularFile(lib.resolveSibling(NAME))) {
      throw new UsageException(
          "this Lend was not started from where it is installed: there is no "
              + NAME
              + " beside it");
    }
    try {
      return new BootUnit(Path.of("/"), lib.getParent().toRealPath(), state.toAbsolutePath());
    } catch (IOException e) {
      throw new UsageException("where this Lend is cannot be seen: " + e.getMessage());
    }
  }

  Path file() {
    return root.resolve("etc/systemd/system/" + NAME);
  }

  Path link() {
    return root.resolve("etc/systemd/system/multi-user.target.wants/" + NAME);
  }

  /** As sd_booted(3) finds out. */
  boolean systemdRuns() {
    return Files.isDirectory(root.resolve("run/systemd/system"));
  }

  boolean installed() {
    return Files.exists(file());
  }

  boolean enabled() {
    return Files.isSymbolicLink(link());
  }

  /** True where the unit that is installed is the one that would be. */
  boolean current() throws IOException {
    return installed() && Files.readString(file()).equals(text());
  }

  /**
   * The unit's text, with the paths of this host.
   *
   * @throws UsageException a path cannot be written in a unit
   */
  String text() throws IOException {
    return Files.readString(dist.resolve(NAME))
        .replace("@DIST@", word(dist))
        .replace("@STATE@", word(state));
  }

  /**
   * One word of a unit: systemd splits at spaces and takes percent signs and dollars for its own.
   */
  private static String word(Path path) {
    String text = path.toString();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c == 0x7f || c == '"' || c == '\'' || c == '\\' || c == '$' || c == ';') {
        throw new UsageException(
            "a unit cannot name " + Text.printable(text) + ": move it, or link to it");
      }
    }
    return text.replace("%", "%%");
  }

  /** Writes and enables it; what was there before counts until the new one is whole on disk. */
  void install() throws IOException {
    Path file = file();
    Files.createDirectories(file.resolveSibling("multi-user.target.wants"));
    Path fresh = file.resolveSibling("." + NAME + ".new");
    Files.writeString(fresh, text());
    sync(fresh);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(link());
    Files.createSymbolicLink(link(), Path.of("/etc/systemd/system").resolve(NAME));
    sync(file.resolveSibling(""));
    sync(file.resolveSibling("multi-user.target.wants"));
  }

  /** Takes it away; true where it was there. */
  boolean remove() throws IOException {
    boolean link = Files.deleteIfExists(link());
    boolean file = Files.deleteIfExists(file());
    return link || file;
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Asks systemd. */
  static Said systemctl(String... words) throws IOException {
    List<String> line = new ArrayList<>(List.of("systemctl"));
    line.addAll(List.of(words));
    Process process =
        new ProcessBuilder(line)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .start();
    try {
      if (!process.waitFor(SYSTEMCTL.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("systemctl does not come to an end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while systemctl worked", e);
    }
    // Its answer is short: it fits into the pipe while it is waited for.
    return new Said(
        process.exitValue(),
        new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
            .strip());
  }
}
