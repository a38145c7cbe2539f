package dev.lend.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The images of this user. A part is built under a temporary name, stamped, and renamed when it is
 * complete; so whatever has its final name was finished, and whatever has a temporary one was
 * killed half-way and is cleared by the next build.
 */
final class ImageStore {
  /** Makes one part of an image; the real ones run scripts, tests have their own. */
  interface Builder {
    /** Fills the folder with the packages' part. */
    void base(Path folder, LabListener listener);

    /** Fills the folder with the boot files' part. */
    void boot(Path base, Path folder, LabListener listener);
  }

  private static final String UNFINISHED = ".part";
  private static final Duration KEEP = Duration.ofDays(1);

  private final Path folder;
  private final Builder builder;
  private final Predicate<String> inUse;
  private final LabListener listener;

  /**
   * @param inUse tells whether a running lab uses the image of this version, which then stays
   */
  ImageStore(Path folder, Builder builder, Predicate<String> inUse, LabListener listener) {
    this.folder = folder;
    this.builder = builder;
    this.inUse = inUse;
    this.listener = listener;
  }

  /**
   * The image of the present recipe, built where it is missing. Does not read the files: see {@link
   * Image#damage}.
   */
  Image ensure() {
    Image image = image();
    if (complete(image.base(), Recipe.baseId()) && complete(image.boot(), Recipe.bootId())) {
      used(image);
      return image;
    }
    try (var lock = LabLock.take(folder.resolve("lock"), "building the lab's image", listener)) {
      clear(path -> path.getFileName().toString().endsWith(UNFINISHED));
      if (!complete(image.base(), Recipe.baseId())) {
        build(image.base(), Recipe.baseId(), part -> builder.base(part, listener));
      }
      if (!complete(image.boot(), Recipe.bootId())) {
        build(image.boot(), Recipe.bootId(), part -> builder.boot(image.base(), part, listener));
      }
      used(image);
      clear(path -> outdated(path, image));
      return image;
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /**
   * Forgets the parts whose files are not as they were built, so that {@link #ensure} makes them
   * anew.
   */
  void discardDamaged() {
    Image image = image();
    try (var lock = LabLock.take(folder.resolve("lock"), "checking the lab's image", listener)) {
      for (Path part : List.of(image.boot(), image.base())) {
        Optional<Stamp> stamp = Stamp.read(part);
        if (stamp.isEmpty() || stamp.get().damage(part).isPresent()) {
          clear(part::equals);
        }
      }
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  /** Forgets everything that was built. */
  void discardAll() {
    try (var lock = LabLock.take(folder.resolve("lock"), "discarding the lab's image", listener)) {
      clear(path -> Files.isDirectory(path));
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  Image image() {
    return new Image(
        folder.resolve("base-" + Recipe.baseId()), folder.resolve("boot-" + Recipe.bootId()));
  }

  private interface Step {
    void fill(Path part) throws IOException;
  }

  private void build(Path target, String recipe, Step step) throws IOException {
    clear(target::equals);
    // Each try has a name of its own: when a build is killed, the programs that it started may go
    // on
    // writing for a while.
    Path part =
        target.resolveSibling(
            "%s.%d.%d%s"
                .formatted(
                    target.getFileName(),
                    ProcessHandle.current().pid(),
                    System.nanoTime(),
                    UNFINISHED));
    Files.createDirectories(part);
    try {
      step.fill(part);
      Stamp.of(recipe, part, worthChecking(part)).write(part);
      Files.move(part, target);
    } finally {
      clear(part::equals);
    }
  }

  private static boolean complete(Path part, String recipe) {
    return Stamp.read(part).filter(stamp -> stamp.recipe().equals(recipe)).isPresent();
  }

  /**
   * The files whose damage would show: what is built, and of the unpacked tree what runs on the
   * machine. The rest of the tree is only the source of the disk.
   */
  private static List<Path> worthChecking(Path part) throws IOException {
    List<Path> paths = new ArrayList<>();
    for (String root :
        List.of(
            "",
            "tree/usr/bin/qemu-system-x86_64",
            "tree/usr/bin/ssh",
            "tree/usr/bin/ssh-keygen",
            "tree/usr/lib64",
            "tree/usr/lib/x86_64-linux-gnu",
            "tree/usr/bin/busybox",
            "tree/usr/bin/kmod",
            "tree/usr/lib/jvm",
            "tree/usr/lib/modules",
            "tree/usr/share/qemu",
            "tree/usr/share/seabios")) {
      Path start = part.resolve(root);
      if (Files.exists(start)) {
        try (Stream<Path> found = Files.walk(start, root.isEmpty() ? 1 : Integer.MAX_VALUE)) {
          // Symbolic links are left out: what they lead to is in the list itself.
          found
              .filter(path -> Files.isRegularFile(path) && !Files.isSymbolicLink(path))
              .map(part::relativize)
              .sorted()
              .forEach(paths::add);
        }
      }
    }
    return paths;
  }

  /** Notes that the image was wanted now, by the time of its stamps. */
  private static void used(Image image) {
    try {
      for (Path part : List.of(image.base(), image.boot())) {
        Files.setLastModifiedTime(part.resolve(Stamp.NAME), FileTime.from(Instant.now()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Another version of this program may be about to start a lab from its image, so that is left
   * alone until nobody wanted it for a day.
   */
  private boolean outdated(Path path, Image current) {
    if (!Files.isDirectory(path) || path.equals(current.base()) || path.equals(current.boot())) {
      return false;
    }
    try {
      Instant wanted = Files.getLastModifiedTime(path.resolve(Stamp.NAME)).toInstant();
      if (wanted.isAfter(Instant.now().minus(KEEP))) {
        return false;
      }
    } catch (IOException e) {
      // Without a stamp it was never finished.
      return true;
    }
    return !inUse.test(path.getFileName().toString());
  }

  private void clear(Predicate<Path> which) throws IOException {
    List<Path> doomed;
    try (Stream<Path> paths = Files.list(folder)) {
      doomed = paths.filter(which).toList();
    }
    for (Path path : doomed) {
      // One file system: should a killed build have left something mounted in there, it is not ours
      // to empty.
      Programs.follow(
          new ProcessBuilder("rm", "-rf", "--one-file-system", "--", path.toString()),
          "clearing " + path,
          line -> {});
    }
  }

  private LabException unusable(IOException e) {
    return new LabException(
        "The lab's image in %s cannot be made or read: %s. Check that the disk has 4 GB free and that the folder is yours."
            .formatted(folder, e.getMessage()),
        e);
  }
}
