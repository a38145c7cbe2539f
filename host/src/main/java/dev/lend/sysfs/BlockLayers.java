package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is built on a block device and not among its {@code holders}: a bcache that it is the cache
 * of, a loop device that has it for its file, and the volumes of a ZFS pool that it is a member of.
 */
final class BlockLayers {
  private final KernelReader kernel;
  private final boolean bcache;
  private final Zfs zfs;
  private final Map<String, List<String>> loops = new HashMap<>();

  /**
   * @param disks the names of the host's block devices; those that nobody has set up may be left
   *     out
   */
  BlockLayers(KernelReader kernel, List<String> disks) {
    this.kernel = kernel;
    bcache = kernel.exists("sys/fs/bcache");
    zfs = new Zfs(kernel);
    for (String name : disks) {
      if (SysPath.numberAfter("loop", name) >= 0
          && kernel.read("sys/block/" + name + "/loop/backing_file")
              instanceof Fact.Known<String>(String file)
          && file.startsWith("/dev/")) {
        loops.computeIfAbsent(file.substring(5), none -> new ArrayList<>(1)).add(name);
      }
    }
  }

  /**
   * The layers over a disk or partition.
   *
   * @param directory its directory in sysfs
   */
  List<String> over(String directory) {
    List<String> over =
        loops.isEmpty()
            ? List.of()
            : loops.getOrDefault(SysPath.name(directory).replace('!', '/'), List.of());
    Optional<String> pool =
        zfs.there() ? zfs.pool(kernel.read(directory + "/dev").or("")) : Optional.empty();
    if (!bcache && pool.isEmpty()) {
      return over;
    }
    List<String> layers = new ArrayList<>(over);
    if (pool.isPresent()) {
      layers.addAll(zfs.volumes(pool.get()));
    }
    if (bcache && kernel.exists(directory + "/bcache")) {
      backed(directory + "/bcache", layers);
      // A cache device; it has a link to each device it is the cache of
      // (drivers/md/bcache/super.c).
      for (String entry : Facts.names(kernel, directory + "/bcache/set")) {
        if (SysPath.numberAfter("bdev", entry) >= 0) {
          backed(directory + "/bcache/set/" + entry, layers);
        }
      }
    }
    return layers;
  }

  private void backed(String backing, List<String> layers) {
    if (kernel.link(backing + "/dev") instanceof Fact.Known<String>(String target)
        && !layers.contains(SysPath.name(target))) {
      layers.add(SysPath.name(target));
    }
  }
}
