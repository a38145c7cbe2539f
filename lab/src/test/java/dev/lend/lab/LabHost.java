package dev.lend.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
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
public abstract class LabHost {
  /** The lab, up. */
  protected static final class Holder implements AutoCloseable {
    private final Lab lab;

    private Holder() {
      endOrphans();
      LabOptions options = LabOptions.defaults().withName("test-" + ProcessHandle.current().pid());
      String dist = System.getProperty("lend.dist", "");
      if (!dist.isEmpty() && Files.isDirectory(Path.of(dist))) {
        options = options.withDist(Path.of(dist));
      }
      String share = System.getProperty("lend.contract", "");
      if (!share.isEmpty() && Files.isDirectory(Path.of(share))) {
        options = options.withShare(Path.of(share));
      }
      lab = Lab.of(options, LabPaths.ofUser(System.getenv()), LabListener.silent());
      lab.up();
    }

    @Override
    public void close() {
      lab.down();
      lab.forget();
    }

    /** A test run that was killed left its lab behind, and nobody else will end it. */
    private static void endOrphans() {
      LabPaths paths = LabPaths.ofUser(System.getenv());
      if (!Files.isDirectory(paths.runs())) {
        return;
      }
      try (Stream<Path> runs = Files.list(paths.runs())) {
        for (Path run : runs.toList()) {
          String name = run.getFileName().toString();
          if (name.matches("test-\\d+")
              && ProcessHandle.of(Long.parseLong(name.substring("test-".length()))).isEmpty()) {
            Lab orphan = Lab.of(LabOptions.defaults().withName(name), paths, LabListener.silent());
            orphan.down();
            orphan.forget();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
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
  private static volatile Lab current =
      Lab.of(
          LabOptions.defaults().withName("none"),
          LabPaths.ofUser(System.getenv()),
          LabListener.silent());

  /** The lab's host, up. */
  protected final Lab lab = current;

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

  /**
   * Runs a command that must succeed, and gives its standard output without the last line break.
   */
  protected String must(String... command) {
    RunResult result = lab.run(command);
    if (!result.ok()) {
      throw new AssertionError(
          "%s ended with %d: %s%s"
              .formatted(Arrays.toString(command), result.exit(), result.out(), result.err()));
    }
    return result.out().stripTrailing();
  }

  /** Runs shell text that must succeed, with arguments as $1, $2 and so on. */
  protected String mustShell(String text, String... arguments) {
    List<String> command = new ArrayList<>(List.of("sh", "-ec", text, "sh"));
    command.addAll(List.of(arguments));
    return must(command.toArray(String[]::new));
  }

  /** Runs Lend in the lab; it must end with that status. */
  protected RunResult lend(int exit, String... words) {
    List<String> command = new ArrayList<>(List.of("lend"));
    command.addAll(List.of(words));
    RunResult result = lab.run(command.toArray(String[]::new));
    if (result.exit() != exit) {
      throw new AssertionError(
          "%s ended with %d and not %d: %s%s"
              .formatted(command, result.exit(), exit, result.out(), result.err()));
    }
    return result;
  }
}
