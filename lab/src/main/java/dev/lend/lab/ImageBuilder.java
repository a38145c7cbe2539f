package dev.lend.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Builds the parts of an image with this program's scripts. */
final class ImageBuilder implements ImageStore.Builder {
  private static final String PHASE = "lend-phase: ";

  @Override
  public void base(Path folder, LabListener listener) {
    requireX86(System.getProperty("os.arch", ""));
    requireRoot();
    requireMmdebstrap(listener);
    Phases phases = new Phases(listener, "unpacking packages");
    withScripts(
        folder,
        scripts ->
            Programs.follow(
                new ProcessBuilder(
                    "sh",
                    scripts.resolve("build-base.sh").toString(),
                    Recipe.packages(),
                    folder.toString()),
                "building the lab's image",
                phases::line));
    phases.end();
  }

  @Override
  public void boot(Path base, Path folder, LabListener listener) {
    Phases phases = new Phases(listener, "making the boot files");
    withScripts(
        folder,
        scripts ->
            Programs.follow(
                new ProcessBuilder(
                    "sh",
                    scripts.resolve("build-boot.sh").toString(),
                    base.resolve("tree").toString(),
                    scripts.toString(),
                    folder.toString()),
                "making the lab's boot files",
                phases::line));
    try {
      // A second name in the folder that the lab host sees: it starts its guests with the same
      // kernel.
      Files.createLink(folder.resolve("vmlinux"), base.resolve("vmlinux"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    phases.end();
  }

  private static void withScripts(Path folder, Consumer<Path> work) {
    Path scripts = folder.resolve("scripts");
    try {
      Recipe.unpack(scripts);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    work.accept(scripts);
  }

  /**
   * The image's own QEMU and ssh run on this machine, and its packages are unpacked by their own
   * programs.
   */
  static void requireX86(String architecture) {
    if (!architecture.equals("amd64")) {
      throw new LabException(
          "The lab runs on x86-64 machines only (this one is %s): its programs are built for them."
              .formatted(architecture));
    }
  }

  private static void requireRoot() {
    try {
      if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
        throw new LabException(
            "The lab's image must be built by root, because its packages are unpacked with their owners."
                + " Run this once with sudo -E.");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireMmdebstrap(LabListener listener) {
    if (onPath("mmdebstrap").isPresent()) {
      return;
    }
    if (onPath("apt-get").isEmpty()) {
      throw new LabException(
          "The lab's image is made with mmdebstrap, which this machine lacks and has no apt-get to install."
              + " Install mmdebstrap, then try again.");
    }
    listener.note(
        "mmdebstrap is missing: installing it with apt-get. Nothing else is installed on this machine.");
    Phases phases = new Phases(listener, "installing mmdebstrap");
    try {
      aptGet("install", "-y", "--no-install-recommends", "mmdebstrap");
    } catch (LabException e) {
      // The usual reason is an old list of packages.
      aptGet("update");
      aptGet("install", "-y", "--no-install-recommends", "mmdebstrap");
    }
    phases.end();
  }

  private static void aptGet(String... arguments) {
    // Another program may be installing something too.
    ProcessBuilder builder = new ProcessBuilder("apt-get", "-q", "-o", "DPkg::Lock::Timeout=600");
    builder.command().addAll(List.of(arguments));
    builder.environment().put("DEBIAN_FRONTEND", "noninteractive");
    Programs.follow(builder, "apt-get " + arguments[0], line -> {});
  }

  private static Optional<Path> onPath(String program) {
    for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin:/bin").split(":")) {
      Path candidate = Path.of(folder, program);
      if (Files.isExecutable(candidate)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * Turns the lines of a build into phases. mmdebstrap begins what it tells about its progress with
   * "I: ".
   */
  private static final class Phases {
    private final LabListener listener;
    private String phase;
    private Instant since = Instant.now();

    Phases(LabListener listener, String first) {
      this.listener = listener;
      this.phase = first;
      listener.started(first);
    }

    void line(String line) {
      if (line.startsWith(PHASE)) {
        next(line.substring(PHASE.length()));
      } else if (line.startsWith("I: ") && line.endsWith("...")) {
        next(line.substring(3, line.length() - 3));
      }
    }

    private void next(String name) {
      end();
      phase = name;
      since = Instant.now();
      listener.started(name);
    }

    void end() {
      listener.finished(phase, Duration.between(since, Instant.now()));
    }
  }
}
