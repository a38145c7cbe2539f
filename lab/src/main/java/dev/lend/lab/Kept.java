package dev.lend.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a lab keeps from one start to the next, in the folder {@code kept} of its run folder: the
 * disk that takes all that is written, the other disks, and last {@code base}, the name of the
 * image's packages part that they lie over. Without that file the folder was never finished.
 */
final class Kept {
  /** Relative to the run folder. */
  static final Path FOLDER = Path.of("kept");

  /** The disk whose file system lies over the image. */
  static final String DISK = "root.img";

  /** Sparse: it takes what is written, and no more. */
  private static final String DISK_SIZE = "8G";

  /**
   * A small journal and few inodes: it holds what was changed, not a system. All of it is made at
   * once, or the lab's kernel would make the rest, under emulation.
   */
  private static final List<String> MAKE =
      List.of("-q -F -t ext4 -m 0 -i 65536 -J size=16 -E lazy_itable_init=0".split(" "));

  private static final String BASE = "base";

  private final Path folder;

  /**
   * @param run the lab's run folder
   */
  Kept(Path run) {
    this.folder = run.resolve(FOLDER);
  }

  /** Whether there is something to go on from. */
  boolean present() {
    return Files.exists(folder.resolve(BASE));
  }

  /**
   * Makes an empty disk at the first start; refuses one that lies over other packages.
   *
   * @param options whose they are
   */
  void prepare(LabOptions options, Image image) throws IOException {
    String base = String.valueOf(image.base().getFileName());
    if (present()) {
      String before = Files.readString(folder.resolve(BASE)).strip();
      if (!before.equals(base)) {
        throw new LabException(
            "What the lab '%s' keeps was written over another image (%s, now %s) and does not fit any more. Throw it away: %s"
                .formatted(options.name(), before, base, options.command("down --forget")));
      }
      return;
    }
    forget();
    Files.createDirectories(folder);
    List<String> words = new ArrayList<>(MAKE);
    words.add(folder.resolve(DISK).toString());
    words.add(DISK_SIZE);
    Programs.follow(
        new ProcessBuilder(Programs.ofTree(image.tree(), "usr/sbin/mke2fs", words)),
        "making the disk for what the lab keeps",
        line -> {});
    Files.writeString(folder.resolve(BASE), base + "\n");
  }

  /**
   * Throws it away.
   *
   * @return whether there was something
   */
  boolean forget() throws IOException {
    boolean present = present();
    if (Files.isDirectory(folder)) {
      // First, so that a folder that is cleared only half-way does not count.
      Files.deleteIfExists(folder.resolve(BASE));
      try (Stream<Path> files = Files.list(folder)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(folder);
    }
    return present;
  }
}
