package dev.lend.plan;

import dev.lend.model.Fact;
import dev.lend.model.SriovFacts;
import java.util.ArrayList;
import java.util.List;

/** What the kernel says in its log when it cannot make VFs (kernel: {@code drivers/pci/iov.c}). */
public final class VfLog {
  /** {@code sriov_enable}: a VF window has no place in the bridge above. */
  private static final List<String> MEMORY = List.of("not enough MMIO resources for SR-IOV");

  /** Boot: {@code drivers/pci/setup-res.c}; VF windows are called so since kernel 6.10. */
  private static final List<String> PLACES = List.of("VF BAR", "can't assign; no space");

  /** {@code sriov_enable}, and kernels before 3.5. */
  private static final List<String> BUSES =
      List.of("out of range of [bus", "SR-IOV: bus number out of range");

  /** {@code sriov_numvfs_store}. */
  private static final List<String> DRIVER =
      List.of(
          "driver does not support SR-IOV configuration via sysfs",
          "no driver bound to device; cannot configure SR-IOV");

  private final List<String> lines;

  VfLog(SriovFacts facts) {
    lines = facts.log() instanceof Fact.Known<List<String>>(List<String> known) ? known : List.of();
  }

  /** Whether a line has to do with making VFs. */
  public static boolean matters(String line) {
    return any(line, MEMORY) || all(line, PLACES) || any(line, BUSES) || any(line, DRIVER);
  }

  List<String> memory() {
    List<String> found = new ArrayList<>();
    for (String line : lines) {
      if (any(line, MEMORY) || all(line, PLACES)) {
        found.add("kernel log: " + line);
      }
    }
    return last(found);
  }

  /** True where the kernel refused VFs for want of memory: the other lines may be old. */
  boolean refusedForMemory() {
    return lines.stream().anyMatch(line -> any(line, MEMORY));
  }

  List<String> buses() {
    return those(BUSES);
  }

  List<String> driver() {
    return those(DRIVER.subList(0, 1));
  }

  private List<String> those(List<String> phrases) {
    List<String> found = new ArrayList<>();
    for (String line : lines) {
      if (any(line, phrases)) {
        found.add("kernel log: " + line);
      }
    }
    return last(found);
  }

  /** The same is said at every attempt. */
  private static List<String> last(List<String> lines) {
    return lines.subList(Math.max(0, lines.size() - 3), lines.size());
  }

  private static boolean any(String line, List<String> phrases) {
    for (String phrase : phrases) {
      if (line.contains(phrase)) {
        return true;
      }
    }
    return false;
  }

  private static boolean all(String line, List<String> phrases) {
    for (String phrase : phrases) {
      if (!line.contains(phrase)) {
        return false;
      }
    }
    return true;
  }
}
