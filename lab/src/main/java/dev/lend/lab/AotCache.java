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
  /** As the launcher names them: for lists, for all that only looks, and for everything. */
  private static final List<String> FILES = List.of("list.aot", "look.aot", "lend.aot");

  private static final String PART = "part";

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
    Path made = folder.resolve(key(image, dist));
    if (!Files.isDirectory(made)) {
      make(image, dist, made);
    }
    for (String file : FILES) {
      if (Files.exists(made.resolve(file))) {
        Path part = target.resolve(file + ".part");
        Files.copy(made.resolve(file), part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, target.resolve(file), StandardCopyOption.ATOMIC_MOVE);
      } else {
        Files.deleteIfExists(target.resolve(file));
      }
    }
  }

  private void make(Image image, Path dist, Path made) throws IOException {
    Files.createDirectories(folder);
    Path scratch = Files.createTempDirectory(folder, PART);
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
      Files.delete(script);
      clearOld();
      Files.move(scratch, made, StandardCopyOption.ATOMIC_MOVE);
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

  /** Only the newest program is of use; each cache is 10 to 30 MB. Others may be making theirs. */
  private void clearOld() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      for (Path old :
          all.filter(path -> !path.getFileName().toString().startsWith(PART)).toList()) {
        delete(old);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
    }
    Files.deleteIfExists(folder);
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
}
