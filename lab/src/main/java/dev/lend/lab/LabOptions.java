package dev.lend.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What lab is wanted.
 *
 * @param name which lab; labs of different names run side by side
 * @param cpus emulated processors
 * @param memoryMiB emulated memory in MiB; a guest with a device needs 256 of it, pinned
 * @param dist folder with Lend itself (lib/*.jar), shown in the lab at /opt/lend/dist
 * @param share folder of the machine, shown read-only in the lab at /mnt/share
 * @param profile which machine is emulated
 * @param extraQemu further arguments for QEMU, such as more devices
 */
public record LabOptions(
    String name,
    int cpus,
    int memoryMiB,
    Optional<Path> dist,
    Optional<Path> share,
    LabProfile profile,
    List<String> extraQemu) {

  public LabOptions {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,39}")) {
      throw new LabException(
          "'%s' is no name for a lab: use up to 40 letters, digits, dots, dashes and underscores."
              .formatted(name));
    }
    if (cpus < 1 || cpus > 64) {
      throw new LabException(
          "A lab cannot have %d processors: choose between 1 and 64.".formatted(cpus));
    }
    if (memoryMiB < 1024) {
      throw new LabException(
          "A lab cannot start with %d MiB of memory: it needs at least 1024.".formatted(memoryMiB));
    }
    extraQemu = List.copyOf(extraQemu);
  }

  /**
   * The lab that a user means who says nothing: "lab", 2 processors, 4 GiB, the standard machine.
   */
  public static LabOptions defaults() {
    return new LabOptions(
        "lab", 2, 4096, Optional.empty(), Optional.empty(), LabProfile.STANDARD, List.of());
  }

  public LabOptions withName(String value) {
    return new LabOptions(value, cpus, memoryMiB, dist, share, profile, extraQemu);
  }

  public LabOptions withDist(Path value) {
    return new LabOptions(name, cpus, memoryMiB, Optional.of(value), share, profile, extraQemu);
  }

  public LabOptions withShare(Path value) {
    return new LabOptions(name, cpus, memoryMiB, dist, Optional.of(value), profile, extraQemu);
  }

  public LabOptions withProfile(LabProfile value) {
    return new LabOptions(name, cpus, memoryMiB, dist, share, value, extraQemu);
  }
}
