package dev.lend.lab;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Base of tests that need the lab. One lab serves all test classes of a JVM: it is brought up by
 * the first that needs it, under a name of its own, and taken down after the last. Tests share its
 * devices, so each puts back what it changes.
 *
 * <p>The system property {@code lend.dist} names the folder with Lend itself, where a test runs it;
 * {@code lend.contract} one that the lab shows at {@code /mnt/share}.
 */
@Tag("lab")
@ExtendWith(LabHost.BringUp.class)
public abstract class LabHost extends LabCommands {
  /** The lab, up. */
  protected static final class Holder implements AutoCloseable {
    private final Lab lab = TestLabs.up(TestLabs.options(""));

    private Holder() {}

    @Override
    public void close() {
      TestLabs.end(lab);
    }
  }

  /** Brings the lab up once for the whole run. */
  static final class BringUp implements BeforeAllCallback {
    private static final ExtensionContext.Namespace SPACE =
        ExtensionContext.Namespace.create(LabHost.class);

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

  // Written once per JVM, by the extension, before any test; JUnit gives base classes no other way
  // to hand it over.
  private static volatile Lab current = TestLabs.lab(LabOptions.defaults().withName("none"));

  /** For each test, the lab that serves all. */
  protected LabHost() {
    super(current);
  }

  /** The same for what is done once for a class. */
  protected static Lab sharedLab() {
    return current;
  }

  @BeforeAll
  static void labIsUp() {
    if (!(current.status() instanceof LabStatus.Up)) {
      throw new IllegalStateException("the lab ended before this test class");
    }
  }
}
