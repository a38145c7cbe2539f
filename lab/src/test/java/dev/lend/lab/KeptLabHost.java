package dev.lend.lab;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Base of tests that need a host with systemd whose state outlives a reboot. One such lab, next to
 * that of {@link LabHost}, serves all test classes of a JVM. Each test puts back what it changes,
 * files and units too; it may reboot the lab at any time.
 */
@Tag("lab")
@ExtendWith(KeptLabHost.BringUp.class)
public abstract class KeptLabHost extends LabCommands {
  private static final LabOptions OPTIONS = TestLabs.options("-kept").keeping();

  /** The lab, up and with its boot over. */
  protected static final class Holder implements AutoCloseable {
    private final Lab lab = TestLabs.up(OPTIONS);

    private Holder() {
      settle(lab);
    }

    @Override
    public void close() {
      TestLabs.end(lab);
    }
  }

  /** Brings the lab up once for the whole run. */
  static final class BringUp implements BeforeAllCallback {
    private static final ExtensionContext.Namespace SPACE =
        ExtensionContext.Namespace.create(KeptLabHost.class);

    @Override
    public void beforeAll(ExtensionContext context) {
      current =
          context
              .getRoot()
              .getStore(SPACE)
              .computeIfAbsent("lab", key -> new Holder(), Holder.class)
              .lab;
    }
  }

  // As in LabHost.
  private static volatile Lab current = TestLabs.lab(LabOptions.defaults().withName("none"));

  /** For each test, the lab that serves all. */
  protected KeptLabHost() {
    super(current);
  }

  @BeforeAll
  static void labIsUp() {
    if (!(current.status() instanceof LabStatus.Up)) {
      throw new IllegalStateException("the kept lab ended before this test class");
    }
  }

  /**
   * Reboots the lab and waits until systemd has started all that is enabled.
   *
   * @param hard whether by a power cut; otherwise in order
   * @return systemd's word for how that went: {@code running}, or {@code degraded: } with the units
   *     that failed
   */
  protected String reboot(boolean hard) {
    lab.reboot(hard);
    return settle(lab);
  }

  /**
   * Shuts the lab down and starts it with the SR-IOV card in a slot, as {@link #reboot} does.
   *
   * @param slot 1, where it is unless a test moved it, or 2
   */
  protected String moveCard(int slot) {
    lab.down();
    TestLabs.lab(OPTIONS.withCardSlot(slot)).up();
    return settle(lab);
  }

  /** Which boot this is: another one after each reboot. */
  protected String boot() {
    return must("cat", "/proc/sys/kernel/random/boot_id");
  }

  /** Waits until systemd's boot is over; gives its word for how that went. */
  static String settle(Lab lab) {
    // Its exit status says the same: not 0 where a unit failed.
    String word = lab.run("systemctl", "is-system-running", "--wait").out().strip();
    if (word.equals("running")) {
      return word;
    }
    List<String> units =
        lab.run("systemctl", "list-units", "--failed", "--plain", "--no-legend")
            .out()
            .lines()
            .map(line -> line.replaceFirst(" .*", ""))
            .toList();
    for (String unit : units) {
      System.out.println(lab.run("journalctl", "--no-pager", "-b", "-u", unit).out());
    }
    return word + ": " + String.join(", ", units);
  }
}
