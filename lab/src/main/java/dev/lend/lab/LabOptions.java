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
 * @param cardSlot in which slot of the standard machine the SR-IOV card (igb) sits: 1 (address
 *     01:00.0) or 2 (02:00.0); the plain NIC (e1000e) has the other
 * @param keep whether the lab host boots with systemd and keeps what is written, over reboots and
 *     until {@link Lab#discard}; otherwise each start is fresh
 * @param extraQemu further arguments for QEMU, such as more devices
 */
public record LabOptions(
    String name,
    int cpus,
    int memoryMiB,
    Optional<Path> dist,
    Optional<Path> share,
    LabProfile profile,
    int cardSlot,
    boolean keep,
    List<String> extraQemu) {
  private static final String DEFAULT_NAME = "lab";

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
    if (cardSlot < 1 || cardSlot > 2) {
      throw new LabException(
          "The SR-IOV card cannot sit in slot %d: choose 1 or 2.".formatted(cardSlot));
    }
    if (cardSlot != 1 && profile == LabProfile.SCALE) {
      throw new LabException(
          "The scale machine has no SR-IOV network card that could sit in another slot.");
    }
    extraQemu = List.copyOf(extraQemu);
  }

  /**
   * The lab that a user means who says nothing: "lab", 2 processors, 4 GiB, the standard machine
   * with the SR-IOV card in slot 1, fresh at each start.
   */
  public static LabOptions defaults() {
    return new LabOptions(
        DEFAULT_NAME,
        2,
        4096,
        Optional.empty(),
        Optional.empty(),
        LabProfile.STANDARD,
        1,
        false,
        List.of());
  }

  /** The command line of this for the lab of this name: {@code lend lab down --name x}. */
  String command(String verb) {
    return "lend lab " + verb + (name.equals(DEFAULT_NAME) ? "" : " --name " + name);
  }

  public LabOptions withName(String value) {
    return new LabOptions(value, cpus, memoryMiB, dist, share, profile, cardSlot, keep, extraQemu);
  }

  public LabOptions withDist(Path value) {
    return new LabOptions(
        name, cpus, memoryMiB, Optional.of(value), share, profile, cardSlot, keep, extraQemu);
  }

  public LabOptions withShare(Path value) {
    return new LabOptions(
        name, cpus, memoryMiB, dist, Optional.of(value), profile, cardSlot, keep, extraQemu);
  }

  public LabOptions withProfile(LabProfile value) {
    return new LabOptions(name, cpus, memoryMiB, dist, share, value, cardSlot, keep, extraQemu);
  }

  /** See {@link #cardSlot}. */
  public LabOptions withCardSlot(int value) {
    return new LabOptions(name, cpus, memoryMiB, dist, share, profile, value, keep, extraQemu);
  }

  /** The same lab, with systemd, and with what it writes kept. */
  public LabOptions keeping() {
    return new LabOptions(name, cpus, memoryMiB, dist, share, profile, cardSlot, true, extraQemu);
  }
}
