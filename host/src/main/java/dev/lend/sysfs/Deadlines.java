package dev.lend.sysfs;

import java.time.Duration;
import java.util.Optional;

/**
 * How long to wait for the kernel. What only stores is answered at once; what calls a driver takes
 * as long as the device does:
 *
 * <table>
 * <caption>by kind of write</caption>
 * <tr><td>{@code driver_override} and the like</td><td>5 s</td></tr>
 * <tr><td>{@code unbind}, {@code bind}, {@code drivers_probe}, {@code remove}, modules</td>
 * <td>30 s: a card that loads its firmware, a disk that writes its cache</td></tr>
 * <tr><td>{@code reset}</td><td>70 s: the kernel itself waits 60 s for a device to come back
 * (kernel: {@code drivers/pci/pci.h}, {@code PCIE_RESET_READY_POLL_MS})</td></tr>
 * <tr><td>{@code sriov_numvfs}, {@code rescan}</td><td>120 s: each new function is set up and
 * bound in turn</td></tr>
 * </table>
 *
 * @param quick for what only stores
 * @param other for everything else, where it is not to be as in the table
 */
public record Deadlines(Duration quick, Optional<Duration> other) {
  private static final Duration QUICK = Duration.ofSeconds(5);
  private static final Duration DRIVER = Duration.ofSeconds(30);
  private static final Duration RESET = Duration.ofSeconds(70);
  private static final Duration FUNCTIONS = Duration.ofSeconds(120);

  /** Those of the table. */
  public static Deadlines standard() {
    return new Deadlines(QUICK, Optional.empty());
  }

  /** The same limit for everything that may take long. */
  public static Deadlines of(Duration limit) {
    return new Deadlines(limit.compareTo(QUICK) < 0 ? limit : QUICK, Optional.of(limit));
  }

  /** How long a write to an attribute of that name may take. */
  Duration of(String attribute) {
    return switch (attribute) {
      case "bind", "unbind", "new_id", "drivers_probe", "remove" -> other.orElse(DRIVER);
      case "reset" -> other.orElse(RESET);
      case "sriov_numvfs", "rescan" -> other.orElse(FUNCTIONS);
      default -> quick;
    };
  }

  /** How long a module may take. */
  Duration module() {
    return other.orElse(DRIVER);
  }
}
