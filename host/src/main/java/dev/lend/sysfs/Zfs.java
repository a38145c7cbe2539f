package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What can be seen of ZFS, which tells no other part of the kernel which devices it has. */
final class Zfs {
  private static final String POOLS = "proc/spl/kstat/zfs";
  private static final String VOLUMES = "dev/zvol";

  /** Volumes in folders in folders; a capture may hold a circle. */
  private static final int MOST_DEEP = 16;

  private final KernelReader kernel;
  private final boolean there;

  Zfs(KernelReader kernel) {
    this.kernel = kernel;
    this.there = kernel.exists(POOLS);
  }

  /** True where this host has ZFS. */
  boolean there() {
    return there;
  }

  /**
   * The pool in use that a device is a member of: udev has read its label, and ZFS lists the pools
   * that are imported.
   *
   * @param number the device's major:minor
   */
  Optional<String> pool(String number) {
    if (!there) {
      return Optional.empty();
    }
    Map<String, String> found = UdevData.of(kernel, number);
    String pool = found.getOrDefault("ID_FS_LABEL", "");
    return found.getOrDefault("ID_FS_TYPE", "").equals("zfs_member")
            && kernel.exists(POOLS + "/" + pool)
            && SysPath.name(pool).equals(pool)
            && !pool.isEmpty()
        ? Optional.of(pool)
        : Optional.empty();
  }

  /** The block devices that a pool makes, by the links that udev keeps to them: {@code zd0}. */
  List<String> volumes(String pool) {
    List<String> volumes = new ArrayList<>();
    volumes(VOLUMES + "/" + pool, 0, volumes);
    return volumes;
  }

  private void volumes(String directory, int depth, List<String> into) {
    List<String> names = new ArrayList<>(Facts.names(kernel, directory));
    names.sort(null);
    for (String name : names) {
      String path = directory + "/" + name;
      if (!(kernel.link(path) instanceof Fact.Known<String>)) {
        if (depth < MOST_DEEP) {
          volumes(path, depth + 1, into);
        }
        continue;
      }
      String device = SysPath.name(kernel.resolve(path).or(""));
      // Partitions have links of their own, and are found with their volume.
      if (SysPath.numberAfter("zd", device) >= 0 && !into.contains(device)) {
        into.add(device);
      }
    }
  }
}
