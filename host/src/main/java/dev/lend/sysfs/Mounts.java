package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is mounted and swapped on, by block device. */
final class Mounts {
  /** Overlays on loops on overlays; a capture may hold a circle. */
  private static final int MOST_INDIRECT = 8;

  private final KernelReader kernel;
  private final List<Mount> mounts = new ArrayList<>();
  private final Map<String, Set<String>> byNumber = new HashMap<>();
  private final Map<String, Set<String>> byName = new HashMap<>();
  private final Set<String> swaps = new LinkedHashSet<>();

  private Mounts(KernelReader kernel) {
    this.kernel = kernel;
  }

  /**
   * One line of {@code mountinfo} (proc_pid_mountinfo(5)).
   *
   * @param number major:minor of the file system; made up by the kernel for btrfs, overlay and all
   *     others that are on no one device
   * @param root the directory of the file system that is mounted; "/" where it is not a bind mount
   * @param options the file system's own
   */
  record Mount(
      String number, String root, String point, String type, String source, String options) {}

  static Mounts read(KernelReader kernel) {
    Mounts mounts = new Mounts(kernel);
    mounts.readMounts();
    mounts.readSwaps();
    mounts.indexAll();
    mounts.btrfs();
    mounts.beneathRoot();
    return mounts;
  }

  /**
   * Where a block device is mounted.
   *
   * @param number its major:minor, or empty text
   * @param name its name in {@code /sys/block}
   * @param mapped its device-mapper name, or empty text
   */
  Set<String> of(String number, String name, String mapped) {
    Set<String> points = new LinkedHashSet<>(byNumber.getOrDefault(number, Set.of()));
    points.addAll(byName.getOrDefault(node(name), Set.of()));
    if (!mapped.isEmpty()) {
      points.addAll(byName.getOrDefault("mapper/" + mapped, Set.of()));
    }
    return points;
  }

  /** True where the device is swap space in use. */
  boolean swapsOn(String name, String mapped) {
    return swaps.contains(node(name)) || !mapped.isEmpty() && swaps.contains("mapper/" + mapped);
  }

  /** All that is mounted. */
  List<Mount> all() {
    return mounts;
  }

  /** Where a file system is mounted that is on no block device, and what rests on it. */
  Set<String> pointsOf(Mount mount) {
    return byNumber.getOrDefault(mount.number, Set.of());
  }

  /** Where a ZFS pool is mounted. */
  List<String> ofZfs(String pool) {
    List<String> points = new ArrayList<>();
    for (Mount mount : mounts) {
      if (mount.type.equals("zfs")
          && (mount.source.equals(pool) || mount.source.startsWith(pool + "/"))) {
        points.add(mount.point);
      }
    }
    return points;
  }

  /** A slash in a device's name stands as "!" in sysfs (kernel: {@code lib/kobject.c}). */
  private static String node(String name) {
    return name.replace('!', '/');
  }

  private void readMounts() {
    Fact<String> found = kernel.read("proc/self/mountinfo");
    if (!(found instanceof Fact.Known<String>)) {
      found = kernel.read("proc/1/mountinfo");
    }
    if (found instanceof Fact.Known<String>(String text)) {
      for (String line : text.split("\n", -1)) {
        mountinfo(line.split(" ", -1));
      }
      return;
    }
    for (String line : kernel.read("proc/mounts").or("").split("\n", -1)) {
      String[] field = line.split(" ", -1);
      if (field.length >= 4) {
        mounts.add(
            new Mount("", "/", plain(field[1]), plain(field[2]), plain(field[0]), plain(field[3])));
      }
    }
  }

  private void mountinfo(String[] field) {
    int dash = 6;
    while (dash < field.length && !field[dash].equals("-")) {
      dash++;
    }
    if (dash + 2 < field.length) {
      String options = dash + 3 < field.length ? field[dash + 3] : "";
      mounts.add(
          new Mount(
              field[2],
              field[3],
              plain(field[4]),
              plain(field[dash + 1]),
              plain(field[dash + 2]),
              plain(options)));
    }
  }

  private void readSwaps() {
    for (String line : kernel.read("proc/swaps").or("").split("\n", -1)) {
      int end = line.indexOf(' ');
      end = end < 0 ? line.indexOf('\t') : end;
      if (end > 0 && line.startsWith("/dev/")) {
        swaps.add(device(plain(line.substring(0, end))));
      }
    }
  }

  /**
   * Containers bind hundreds of directories of a file system that is mounted as a whole as well:
   * the whole says enough.
   */
  private void indexAll() {
    Set<String> whole = new HashSet<>();
    for (Mount mount : mounts) {
      if (mount.root.equals("/")) {
        whole.add(mount.number);
      }
    }
    for (Mount mount : mounts) {
      if (mount.root.equals("/") || !whole.contains(mount.number)) {
        index(mount, mount.point);
      }
    }
  }

  private void index(Mount mount, String point) {
    byNumber.computeIfAbsent(mount.number, none -> new LinkedHashSet<>()).add(point);
    if (mount.source.startsWith("/dev/")) {
      // bcachefs names all its devices: /dev/sda:/dev/sdb.
      for (String source : mount.source.split(":", -1)) {
        byName.computeIfAbsent(device(source), none -> new LinkedHashSet<>()).add(point);
      }
    }
    if (mount.type.equals("xfs")) {
      // Its journal and its realtime files may be on devices of their own (xfs(5)).
      for (String option : mount.options.split(",", -1)) {
        int equals = option.indexOf("dev=/dev/");
        if (equals > 0) {
          byName
              .computeIfAbsent(device(option.substring(equals + 4)), none -> new LinkedHashSet<>())
              .add(point);
        }
      }
    }
  }

  /** {@code sda1} for {@code /dev/sda1}, and for {@code /dev/disk/by-uuid/...} that leads to it. */
  private String device(String source) {
    String name = source.startsWith("/dev/") ? source.substring(5) : source;
    if (name.startsWith("disk/")
        && kernel.resolve("dev/" + name) instanceof Fact.Known<String>(String real)
        && real.startsWith("dev/")) {
      return real.substring(4);
    }
    return name;
  }

  /** A btrfs over several devices is mounted from one of them; the kernel lists them all. */
  private void btrfs() {
    for (String uuid : kernel.list("sys/fs/btrfs").or(List.of())) {
      List<String> devices = kernel.list("sys/fs/btrfs/" + uuid + "/devices").or(List.of());
      Set<String> points = new LinkedHashSet<>();
      for (String device : devices) {
        points.addAll(byName.getOrDefault(node(device), Set.of()));
        String mapped = kernel.read("sys/block/" + device + "/dm/name").or("");
        if (!mapped.isEmpty()) {
          points.addAll(byName.getOrDefault("mapper/" + mapped, Set.of()));
        }
      }
      if (points.isEmpty()) {
        continue;
      }
      for (String device : devices) {
        byName.computeIfAbsent(node(device), none -> new LinkedHashSet<>()).addAll(points);
      }
    }
  }

  /**
   * Live systems run from an overlay, often over an image in a loop device: "/" then rests on the
   * file systems below, and so on the disks that these are on.
   */
  private void beneathRoot() {
    Optional<Mount> root = Optional.empty();
    for (Mount mount : mounts) {
      if (mount.point.equals("/")) {
        root = Optional.of(mount);
      }
    }
    if (root.isPresent()) {
      beneath(root.get(), 0);
    }
  }

  private void beneath(Mount mount, int depth) {
    if (depth >= MOST_INDIRECT) {
      return;
    }
    if (mount.type.equals("overlay")) {
      for (String directory : layers(mount.options)) {
        restsOn(directory, mount, depth);
      }
      return;
    }
    String name = mount.source.startsWith("/dev/") ? device(mount.source) : "";
    if (SysPath.numberAfter("loop", name) >= 0) {
      restsOn(kernel.read("sys/block/" + name + "/loop/backing_file").or(""), mount, depth);
    }
  }

  private void restsOn(String path, Mount upper, int depth) {
    Optional<Mount> below = covering(path);
    if (below.isPresent() && !below.get().equals(upper)) {
      index(below.get(), "/");
      beneath(below.get(), depth + 1);
    }
  }

  /** The mount that a path lies on: the one with the longest mount point, the last of equals. */
  private Optional<Mount> covering(String path) {
    Optional<Mount> best = Optional.empty();
    int length = -1;
    if (!path.startsWith("/")) {
      return best;
    }
    for (Mount mount : mounts) {
      String point = mount.point.equals("/") ? "" : mount.point;
      boolean covers = path.equals(point) || path.startsWith(point + "/");
      if (covers && point.length() >= length) {
        best = Optional.of(mount);
        length = point.length();
      }
    }
    return best;
  }

  /** The directories of an overlay (kernel: {@code Documentation/filesystems/overlayfs.rst}). */
  private static List<String> layers(String options) {
    List<String> directories = new ArrayList<>();
    for (String option : options.split(",", -1)) {
      if (option.startsWith("lowerdir=")) {
        directories.addAll(List.of(option.substring(9).split(":", -1)));
      } else if (option.startsWith("lowerdir+=")) {
        directories.add(option.substring(10));
      } else if (option.startsWith("upperdir=")) {
        directories.add(option.substring(9));
      }
    }
    return directories;
  }

  /** Blanks and backslashes are written as three octal digits. */
  private static String plain(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder text = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      int code = c == '\\' ? octal(field, i + 1) : -1;
      text.append(code < 0 ? c : (char) code);
      i += code < 0 ? 0 : 3;
    }
    return text.toString();
  }

  private static int octal(String text, int at) {
    if (at + 3 > text.length()) {
      return -1;
    }
    int value = 0;
    for (int i = at; i < at + 3; i++) {
      int digit = text.charAt(i) - '0';
      if (digit < 0 || digit > 7) {
        return -1;
      }
      value = value << 3 | digit;
    }
    return value;
  }
}
