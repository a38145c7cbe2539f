package dev.lend.plan;

import dev.lend.model.BlockDevice;
import dev.lend.model.Dependent;
import dev.lend.plan.Consequence.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What of the host's storage is lost when a function goes: a controller goes with all its disks.
 */
final class DiskLosses {
  /** Mount points without which the host does not live or does not start again. */
  private static final Set<String> SYSTEM_MOUNTS =
      Set.of("/", "/usr", "/var", "/etc", "/boot", "/boot/efi", "/efi");

  private final Losses losses;
  private final List<Dependent> dependents;

  private DiskLosses(Losses losses) {
    this.losses = losses;
    this.dependents = losses.host.surroundings().of(losses.function.address());
  }

  static void find(Losses losses) {
    DiskLosses disks = new DiskLosses(losses);
    for (BlockDevice disk : losses.host.disksOf(losses.function.address())) {
      disks.disk(disk);
    }
    for (Dependent dependent : disks.dependents) {
      if (dependent instanceof Dependent.OpenFile file && file.block()) {
        disks.open(file);
      } else if (dependent instanceof Dependent.MountElsewhere mount) {
        losses.refuse(
            Kind.MOUNTED,
            "carries "
                + mount.point()
                + " of "
                + mount.process().describe()
                + " ("
                + mount.node()
                + ")");
      } else if (dependent instanceof Dependent.SharedFolder(String tag, String point)) {
        losses.refuse(
            Kind.MOUNTED, "carries the mounted " + point + " (shared folder " + tag + ")");
      }
    }
  }

  /**
   * What a use of a disk means, wherever the disk is.
   *
   * @param via how it rests on the function
   */
  static void use(Losses losses, BlockDevice.What what, String via) {
    // Not a switch, as in Lendability.
    if (what instanceof BlockDevice.Mounted(String point)) {
      if (SYSTEM_MOUNTS.contains(point)) {
        losses.refuse(Kind.ROOT_STORAGE, "carries this host's " + point + " (" + via + ")");
      } else {
        losses.refuse(Kind.MOUNTED, "carries the mounted " + point + " (" + via + ")");
      }
    } else if (what instanceof BlockDevice.Layer(String device)) {
      losses.warn(Kind.LAYER, "carries " + device + " (" + via + ")");
    } else if (what instanceof BlockDevice.Served(String target)) {
      losses.refuse(
          Kind.DISK_OPEN, "carries what other machines have as " + target + " (" + via + ")");
    } else {
      losses.refuse(Kind.SWAP, "carries swap in use (" + via + ")");
    }
  }

  private void disk(BlockDevice disk) {
    for (BlockDevice.Use use : disk.uses()) {
      use(losses, use.what(), use.via().isEmpty() ? disk.name() : String.join(" > ", use.via()));
    }
    if (disk.uses().isEmpty()) {
      losses.note(
          Kind.DISK, "takes the disk " + disk.name() + " with it, not in use" + holds(disk));
    } else {
      losses.note(Kind.DISK, "takes the disk " + disk.name() + " with it");
    }
  }

  /** What lies on a disk that nothing uses: somebody may miss it all the same. */
  private String holds(BlockDevice disk) {
    List<String> contents = new ArrayList<>();
    for (Dependent dependent : dependents) {
      if (dependent instanceof Dependent.Content(String node, String type, String label)
          && node.startsWith(disk.name())) {
        contents.add(type + (label.isEmpty() ? "" : " \"" + label + "\"") + " on " + node);
      }
    }
    return contents.isEmpty() ? "" : "; it holds " + String.join(", ", contents);
  }

  /** Who may write has data there; who only reads may be udev, having a look. */
  private void open(Dependent.OpenFile file) {
    String who =
        " has "
            + file.node()
            + (file.alias().isEmpty() ? "" : " (" + file.alias() + ")")
            + " open for ";
    if (file.writing()) {
      losses.refuse(
          Kind.DISK_OPEN,
          "carries data of " + file.process().describe() + ", which" + who + "writing");
    } else {
      losses.warn(
          Kind.DEVICE_OPEN,
          "is read by " + file.process().describe() + ", which" + who + "reading");
    }
  }
}
