package dev.lend.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * Start-up caches for the JVM in the lab, where starting one from nothing costs seconds. A cache
 * fits one JDK build, one class path and one set of jar times; so it is made on the machine by the
 * image's own JDK, in a chroot that shows Lend's jars where the lab shows them. Where it cannot be
 * made (not root, no jars), the lab just starts Lend more slowly.
 */
final class AotCache {
  private static final String FILE = "lend.aot";

  private final Path folder;
  private final LabListener listener;

  /**
   * @param folder where the caches of all states of the program are kept
   */
  AotCache(Path folder, LabListener listener) {
    this.folder = folder;
    this.listener = listener;
  }

  /**
   * Puts the cache for these jars into a folder that the lab sees, or takes away one that no longer
   * fits.
   */
  void provide(Image image, Path dist, Path target) throws IOException {
    Files.createDirectories(target);
    Path cache = folder.resolve(key(image, dist) + ".aot");
    if (!Files.exists(cache)) {
      make(image, dist, cache);
    }
    if (Files.exists(cache)) {
      Path part = target.resolve(FILE + ".part");
      Files.copy(cache, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, target.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.deleteIfExists(target.resolve(FILE));
    }
  }

  private void make(Image image, Path dist, Path cache) throws IOException {
    Files.createDirectories(folder);
    Path scratch = Files.createTempDirectory(folder, "part");
    Instant start = Instant.now();
    listener.started("making the program's start-up cache");
    try {
      Path script = scratch.resolve("make-aot.sh");
      Files.writeString(script, Recipe.text("make-aot.sh"));
      Programs.follow(
          new ProcessBuilder(
              "unshare",
              "--mount",
              "sh",
              script.toString(),
              image.tree().toString(),
              dist.toAbsolutePath().toString(),
              scratch.toString()),
          "making the program's start-up cache",
          line -> {});
      clearOld();
      Files.move(scratch.resolve(FILE), cache, StandardCopyOption.ATOMIC_MOVE);
    } catch (LabException | IOException e) {
      listener.note(
          "No start-up cache for the program in the lab (it will only start more slowly): "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    } finally {
      delete(scratch);
      listener.finished(
          "making the program's start-up cache", Duration.between(start, Instant.now()));
    }
  }

  /** Only the newest program is of use; each cache is 10 to 30 MB. */
  private void clearOld() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".aot")).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /** Changes with what the JVM compares: the JDK, and each jar's name, size and time. */
  private static String key(Image image, Path dist) throws IOException {
    StringBuilder text = new StringBuilder(image.base().getFileName() + "\n");
    text.append(Recipe.text("make-aot.sh"));
    Path lib = dist.resolve("lib");
    if (Files.isDirectory(lib)) {
      try (Stream<Path> jars = Files.list(lib)) {
        for (Path jar : jars.sorted().toList()) {
          text.append(
              "%s %d %s%n"
                  .formatted(jar.getFileName(), Files.size(jar), Files.getLastModifiedTime(jar)));
        }
      }
    }
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** For tests: the cache files that are kept. */
  List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(path -> path.toString().endsWith(".aot")).toList();
    }
  }
}
