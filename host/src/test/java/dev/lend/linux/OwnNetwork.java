package dev.lend.linux;

import dev.lend.json.Json;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/**
 * A network namespace of the calling thread's own: what is done to interfaces in it does not touch
 * the machine's. Threads and processes that are started from it are in it too (unshare(2)).
 */
final class OwnNetwork {
  private static final int CLONE_NEWNET = 0x40000000;

  private OwnNetwork() {}

  /** Runs a test on a thread in such a namespace; the test is skipped where that is not allowed. */
  static void run(Body body) throws Exception {
    List<Throwable> failures = new ArrayList<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                enter();
                body.run();
              } catch (Throwable failure) {
                failures.add(failure);
              }
            });
    thread.join();
    for (Throwable failure : failures) {
      switch (failure) {
        case Error error -> throw error;
        case Exception exception -> throw exception;
        default -> throw new AssertionError(failure);
      }
    }
  }

  /** A test. */
  @FunctionalInterface
  interface Body {
    /** Holds, or throws. */
    void run() throws Exception;
  }

  private static void enter() throws Throwable {
    Linker linker = Linker.nativeLinker();
    int result =
        (int)
            linker
                .downcallHandle(
                    linker.defaultLookup().findOrThrow("unshare"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                .invokeExact(CLONE_NEWNET);
    if (result != 0) {
      throw new TestAbortedException("needs the right to make a network namespace (run as root)");
    }
  }

  /** What {@code ip} prints; the test is skipped where there is no such program. */
  static String ip(String... words) throws IOException, InterruptedException {
    return run("ip", words);
  }

  /** The same of {@code tc}; the test is skipped too where the kernel has no traffic control. */
  static String tc(String... words) throws IOException, InterruptedException {
    try {
      return run("tc", words);
    } catch (AssertionError refused) {
      if (String.valueOf(refused.getMessage()).contains("kind is unknown")) {
        throw new TestAbortedException("needs a kernel with this kind of traffic control", refused);
      }
      throw refused;
    }
  }

  /** The same of {@code bridge}. */
  static String bridge(String... words) throws IOException, InterruptedException {
    return run("bridge", words);
  }

  private static String run(String program, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(words));
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException missing) {
      throw new TestAbortedException("needs the program " + program + " (iproute2)", missing);
    }
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(20, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError(command + ": " + said);
    }
    return said;
  }

  /** What {@code ip -j} prints, as a list of objects. */
  static List<Json.Obj> ipJson(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("-j", "-d"));
    all.addAll(List.of(words));
    List<Json.Obj> found = new ArrayList<>();
    String said = ip(all.toArray(String[]::new));
    if (!said.isBlank() && Json.parse(said) instanceof Json.Arr(List<Json> items)) {
      for (Json item : items) {
        if (item instanceof Json.Obj object && !object.members().isEmpty()) {
          found.add(object);
        }
      }
    }
    return found;
  }
}
