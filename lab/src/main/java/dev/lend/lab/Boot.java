package dev.lend.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One start of a lab, from an image to the first command. The caller holds the lab's lock. */
final class Boot {
  /** A quiet machine takes 15 seconds; one with all processors busy took more than two minutes. */
  private static final Duration PATIENCE = Duration.ofSeconds(300);

  private static final long DISK_BYTES = 64L << 20;

  private final LabOptions options;
  private final LabPaths paths;
  private final Path run;
  private final LabListener listener;

  Boot(LabOptions options, LabPaths paths, Path run, LabListener listener) {
    this.options = options;
    this.paths = paths;
    this.run = run;
    this.listener = listener;
  }

  /** Starts it and notes its state. Nothing is left running when this fails. */
  void from(Image image) throws IOException, DamagedImage {
    // Reading a gigabyte takes about as long as the firmware: both at once, and the answer counts
    // before anybody runs a command.
    CompletableFuture<Optional<String>> damage = CompletableFuture.supplyAsync(image::damage);
    Instant since = Instant.now();
    try {
      prepare(image);
      LabProcess process =
          phase(
              "starting the emulator",
              () ->
                  launch(
                      image,
                      Programs.ofTree(
                          image.tree(),
                          "usr/bin/qemu-system-x86_64",
                          Machine.arguments(options, image, run, run.resolve("aot")))));
      // No use waiting for a lab that will have to go: its end is what the wait below then sees.
      damage.thenAccept(found -> {
        if (found.isPresent()) {
          process.end();
        }
      });
      try (Console console = Console.listen(run)) {
        // While it boots: after a new build this takes as long as half the boot, or all of it.
        provideProgram(image);
        phase("starting the lab host", () -> awaitReady(console, image));
      }
      requireWhole(damage);
      new LabState(
              process,
              Forward.port(run),
              since,
              image.base().getFileName().toString(),
              image.version(),
              shown(options),
              machine(options),
              options.keep())
          .write(run);
    } catch (LabException e) {
      LabProcess.find(run).ifPresent(LabProcess::end);
      // A damaged image explains whatever went wrong better than what went wrong.
      requireWhole(damage);
      throw e;
    } catch (IOException | DamagedImage e) {
      LabProcess.find(run).ifPresent(LabProcess::end);
      throw e;
    }
  }

  /**
   * Starts a lab that has just ended once more, exactly as it was started before. Nothing is left
   * running when this fails.
   *
   * @param before what was noted of it
   * @param command what its QEMU was started with
   */
  void again(LabState before, List<String> command) throws IOException {
    Image image = before.image(paths);
    LabState.forget(run);
    // Whoever connects before they are made anew would wait for one that is gone.
    for (String socket : List.of("console.sock", "qmp.sock", "ssh.sock")) {
      Files.deleteIfExists(run.resolve(socket));
    }
    Instant since = Instant.now();
    try {
      LabProcess process = phase("starting the emulator", () -> launch(image, command));
      try (Console console = Console.listen(run)) {
        phase("starting the lab host", () -> awaitReady(console, image));
      }
      before.again(process, Forward.port(run), since).write(run);
    } catch (LabException | IOException e) {
      LabProcess.find(run).ifPresent(LabProcess::end);
      throw e;
    }
  }

  /**
   * Gives the lab the start-up cache for the program that it shows; it may be called while the lab
   * is up.
   */
  void provideProgram(Image image) throws IOException {
    if (options.dist().isPresent()) {
      new AotCache(paths.aot(), listener).provide(image, options.dist().get(), run.resolve("aot"));
    }
  }

  /** The folders of the machine that such a lab shows, in one line. */
  static String shown(LabOptions options) {
    return "dist %s, share %s"
        .formatted(
            options.dist().map(path -> path.toAbsolutePath().toString()).orElse("none"),
            options.share().map(path -> path.toAbsolutePath().toString()).orElse("none"));
  }

  /** What the machine is, in one line. */
  static String machine(LabOptions options) {
    return "%s machine%s, %s"
        .formatted(
            options.profile().name().toLowerCase(Locale.ROOT),
            options.cardSlot() == 1 ? "" : " with the SR-IOV card in slot " + options.cardSlot(),
            options.keep() ? "state kept" : "no state kept");
  }

  private boolean awaitReady(Console console, Image image) {
    console.awaitReady(PATIENCE);
    new Ssh(image.tree(), run).connect(Forward.port(run));
    return true;
  }

  private static void requireWhole(CompletableFuture<Optional<String>> damage) throws DamagedImage {
    Optional<String> found = damage.join();
    if (found.isPresent()) {
      throw new DamagedImage(found.get());
    }
  }

  private void prepare(Image image) throws IOException {
    LabState.forget(run);
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.filter(Boot::ofOneStart).toList()) {
        Files.delete(file);
      }
    }
    if (options.keep()) {
      new Kept(run).prepare(options, image);
    }
    for (String disk : Machine.DISKS) {
      Path path = run.resolve(Machine.disks(options)).resolve(disk);
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        file.setLength(DISK_BYTES);
      }
    }
    new Ssh(image.tree(), run).makeKeys();
    Files.createDirectories(run.resolve("aot"));
  }

  /**
   * Sockets, disks, keys and logs are made by each start; the lock and the folders stay, and so
   * what is kept.
   */
  private static boolean ofOneStart(Path file) {
    return !Files.isDirectory(file) && !file.getFileName().toString().equals("lock");
  }

  private LabProcess launch(Image image, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(run.toFile());
    builder
        .environment()
        .put("QEMU_MODULE_DIR", image.tree().resolve("usr/lib/x86_64-linux-gnu/qemu").toString());
    // It returns when the machine is set up and goes on in the background.
    Programs.follow(builder, "starting the lab's QEMU", line -> {});
    return LabProcess.find(run)
        .orElseThrow(
            () -> new LabException("The lab's QEMU ended right after its start, without a word."));
  }

  private <T> T phase(String name, Supplier<T> work) {
    Instant start = Instant.now();
    listener.started(name);
    T result = work.get();
    listener.finished(name, Duration.between(start, Instant.now()));
    return result;
  }
}
