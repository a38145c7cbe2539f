package dev.lend.lab;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A built image.
 *
 * @param base folder with tree/ (the unpacked packages), root.ext4, vmlinux
 * @param boot folder with initrd, guest.initrd, vmlinux
 */
record Image(Path base, Path boot) {
  Path tree() {
    return base.resolve("tree");
  }

  Path disk() {
    return base.resolve("root.ext4");
  }

  Path kernel() {
    return boot.resolve("vmlinux");
  }

  Path initrd() {
    return boot.resolve("initrd");
  }

  /** Names the image in status and errors. */
  String version() {
    return boot.getFileName().toString();
  }

  /**
   * What is wrong with the image's files; empty when all are as they were built. Reads about a
   * gigabyte.
   */
  Optional<String> damage() {
    for (Path folder : new Path[] {boot, base}) {
      Optional<Stamp> stamp = Stamp.read(folder);
      if (stamp.isEmpty()) {
        return Optional.of(folder.getFileName() + " has no stamp");
      }
      Optional<String> damage = stamp.get().damage(folder);
      if (damage.isPresent()) {
        return damage;
      }
    }
    return Optional.empty();
  }
}
