package dev.lend.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
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
  private static final Duration KEEP = Duration.ofDays(1);

  /** Writes the caches; the real one runs the image's JDK, tests have their own. */
  interface Maker {
    /** Fills the folder, or throws {@link LabException} with the reason why not. */
    void make(Image image, Path dist, Path folder) throws IOException;
  }

  private final Path folder;
  private final Maker maker;
  private final LabListener listener;

  /**
   * @param folder where the caches of all states of the program are kept
   */
  AotCache(Path folder, LabListener listener) {
    this(folder, AotCache::train, listener);
  }

  AotCache(Path folder, Maker maker, LabListener listener) {
    this.folder = folder;
    this.maker = maker;
    this.listener = listener;
  }

  /**
   * Puts the cache for these jars into a folder that the lab sees, or takes away one that no longer
   * fits. One at a time for all labs of this user: another may be made or copied meanwhile.
   */
  void provide(Image image, Path dist, Path target) throws IOException {
    Files.createDirectories(target);
    String key = key(image, dist);
    Path made = folder.resolve(key);
    try (var lock =
        LabLock.take(folder.resolve("lock"), "making a start-up cache for the program", listener)) {
      if (!whole(made, key)) {
        clear(made::equals);
        make(image, dist, made, key);
      }
      clear(path -> !path.equals(made) && outdated(path));
      hand(made, target);
    }
  }

  private static void hand(Path made, Path target) throws IOException {
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

  /** A damaged cache crashes the JVM. Notes by the stamp's time that it was wanted now. */
  private static boolean whole(Path made, String key) throws IOException {
    Optional<Stamp> stamp = Stamp.read(made).filter(found -> found.recipe().equals(key));
    if (stamp.isEmpty() || stamp.get().damage(made).isPresent()) {
      return false;
    }
    Files.setLastModifiedTime(made.resolve(Stamp.NAME), FileTime.from(Instant.now()));
    return true;
  }

  private void make(Image image, Path dist, Path made, String key) throws IOException {
    Path scratch = Files.createTempDirectory(folder, PART);
    Instant start = Instant.now();
    listener.started("making the program's start-up cache");
    try {
      maker.make(image, dist, scratch);
      Stamp.of(key, scratch, FILES.stream().map(Path::of).toList()).write(scratch);
      Files.move(scratch, made, StandardCopyOption.ATOMIC_MOVE);
    } catch (LabException | IOException e) {
      listener.note(
          "No start-up cache for the program in the lab (it will only start more slowly): "
              + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
    } finally {
      clear(scratch::equals);
      listener.finished(
          "making the program's start-up cache", Duration.between(start, Instant.now()));
    }
  }

  private static void train(Image image, Path dist, Path folder) throws IOException {
    Path script = folder.resolve("make-aot.sh");
    Files.writeString(script, Recipe.text("make-aot.sh"));
    Programs.follow(
        new ProcessBuilder(
            "unshare",
            "--mount",
            "sh",
            script.toString(),
            image.tree().toString(),
            dist.toAbsolutePath().toString(),
            folder.toString()),
        "making the program's start-up cache",
        line -> {});
    Files.delete(script);
  }

  /** Each cache is 50 MB; another checkout of the program may want its own again soon. */
  private static boolean outdated(Path path) {
    try {
      return Files.getLastModifiedTime(path.resolve(Stamp.NAME))
          .toInstant()
          .isBefore(Instant.now().minus(KEEP));
    } catch (IOException e) {
      // Without a stamp it was never finished.
      return true;
    }
  }

  /** Deletes those of the folders in the folder. */
  private void clear(Predicate<Path> which) throws IOException {
    List<Path> doomed;
    try (Stream<Path> all = Files.list(folder)) {
      doomed = all.filter(Files::isDirectory).filter(which).toList();
    }
    for (Path path : doomed) {
      try (Stream<Path> files = Files.list(path)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(path);
    }
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
