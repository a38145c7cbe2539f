package dev.lend.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The lab: a KVM host with an IOMMU and an SR-IOV network card, emulated in software on any Linux
 * machine.
 *
 * <p>Nothing in it lasts, unless it is told to keep what it writes: each start is from the same
 * read-only image. All methods throw {@link LabException} with what happened, why, and what to do.
 */
public final class Lab {
  private static final int MOST_STARTS = 3;

  private final LabOptions options;
  private final LabPaths paths;
  private final LabListener listener;
  private final Path run;
  private final ImageStore images;
  private final Shutdown shutdown;

  private Lab(LabOptions options, LabPaths paths, LabListener listener) {
    this.options = options;
    this.paths = paths;
    this.listener = listener;
    this.run = paths.run(options.name());
    this.images =
        new ImageStore(paths.images(), new ImageBuilder(), new LabRuns(paths)::use, listener);
    this.shutdown = new Shutdown(options, paths, listener);
  }

  /** The lab of this name. Only looks at files; starts nothing. */
  public static Lab of(LabOptions options, LabPaths paths, LabListener listener) {
    return new Lab(options, paths, listener);
  }

  /** What {@link #up} found. */
  public enum Started {
    /** It was started and takes commands. */
    NOW,
    /** It was up already and was left as it is. */
    ALREADY_UP
  }

  /**
   * Starts the lab and returns when it takes commands. Builds the image first where it is missing,
   * outdated or damaged, which takes about a minute and a half.
   */
  public Started up() {
    try (var lock = lock("starting the lab " + options.name())) {
      Optional<LabState> running = LabState.running(run);
      if (running.isPresent()) {
        refresh(running.get());
        return Started.ALREADY_UP;
      }
      // One that never became ready, left by a start that was killed.
      LabProcess.find(run).ifPresent(LabProcess::end);
      if (!options.keep() && new Kept(run).present()) {
        listener.note(
            "This start is fresh. What the lab '%s' kept is still there: %s"
                .formatted(options.name(), options.command("up --keep")));
      }
      Image image = images.ensure();
      Boot boot = new Boot(options, paths, run, listener);
      try {
        start(boot, image);
      } catch (DamagedImage e) {
        listener.note("The lab's image is damaged (" + e.getMessage() + "): building it anew.");
        images.discardDamaged();
        retry(boot, images.ensure());
      }
      return Started.NOW;
    } catch (IOException e) {
      throw new LabException(
          "The lab's folder %s cannot be used: %s. Check that it is yours and that the disk is not full."
              .formatted(run, e.getMessage()),
          e);
    }
  }

  /**
   * Ends the lab and waits until it is gone. One that keeps its state is shut down in order.
   *
   * @return whether it was up
   */
  public boolean down() {
    if (!Files.isDirectory(run)) {
      return false;
    }
    // Before the lock: a start that still waits for its lab then fails at once and lets go of it.
    boolean wasUp = shutdown.inOrder();
    try (var lock = lock("ending the lab " + options.name())) {
      wasUp |= shutdown.inOrder();
      LabState.forget(run);
      return wasUp;
    } catch (IOException e) {
      throw uncleared(e);
    }
  }

  /**
   * Ends the lab at once and throws away what it kept.
   *
   * @return whether it was up or had kept anything
   */
  public boolean discard() {
    if (!Files.isDirectory(run)) {
      return false;
    }
    boolean found = shutdown.atOnce();
    try (var lock = lock("throwing away what the lab %s kept".formatted(options.name()))) {
      found |= shutdown.atOnce();
      LabState.forget(run);
      found |= new Kept(run).forget();
      return found;
    } catch (IOException e) {
      throw uncleared(e);
    }
  }

  /**
   * Starts a lab that keeps its state once more, on the same machine, and returns when it takes
   * commands.
   *
   * @param hard whether its power is cut: what it had synced to its disks is there afterwards, and
   *     of the rest only what had got there by itself; otherwise it is shut down in order
   */
  public void reboot(boolean hard) {
    try (var lock = lock("rebooting the lab " + options.name())) {
      LabState state = required();
      if (!state.kept()) {
        throw new LabException(
            "The lab '%s' keeps nothing, so there is nothing that a reboot could start from. One that does is started with: %s"
                .formatted(options.name(), options.command("up --keep")));
      }
      List<String> command = state.process().command();
      if (hard) {
        state.process().kill();
      } else {
        shutdown
            .ask(state, "reboot")
            .ifPresent(reason -> {
              throw new LabException(
                  "The lab '%s' does not shut down: %s. To cut its power: %s"
                      .formatted(options.name(), reason, options.command("reboot --hard")));
            });
      }
      new Boot(options, paths, run, listener).again(state, command);
    } catch (IOException e) {
      throw new LabException(
          "The lab '%s' cannot be started again: %s".formatted(options.name(), e.getMessage()), e);
    }
  }

  /** Takes away what a lab that is down leaves for the curious: its console log and its keys. */
  void forget() {
    if (LabProcess.find(run).isEmpty()) {
      Programs.follow(
          new ProcessBuilder("rm", "-rf", "--one-file-system", "--", run.toString()),
          "clearing " + run,
          line -> {});
    }
  }

  /** Whether the lab is up, and since when. */
  public LabStatus status() {
    return LabState.running(run)
        .<LabStatus>map(state ->
            new LabStatus.Up(
                options.name(), state.process().pid(), state.since(), state.boot(), state.kept()))
        .orElseGet(() -> new LabStatus.Down(options.name()));
  }

  /**
   * Runs a command in the lab as root, with exactly these arguments, and gives back all it printed
   * (as UTF-8).
   */
  public RunResult run(String... command) {
    return run(List.of(command), new byte[0]);
  }

  /** As {@link #run(String...)}, with standard input. */
  public RunResult run(List<String> command, byte[] input) {
    requireWords(command);
    LabState state = required();
    RunResult result =
        Programs.capture(state.ssh(paths, run).command(state.port(), command, false), input);
    requireAnswer(state, result.exit());
    return result;
  }

  /**
   * Runs a command in the lab on the caller's standard input, output and error.
   *
   * @param terminal whether the command gets a terminal of its own, for interactive programs
   * @return its exit status
   */
  public int exec(List<String> command, boolean terminal) {
    requireWords(command);
    LabState state = required();
    int exit = Programs.inherit(state.ssh(paths, run).command(state.port(), command, terminal));
    requireAnswer(state, exit);
    return exit;
  }

  /** A shell in the lab on the caller's terminal; gives its exit status. */
  public int ssh() {
    LabState state = required();
    return Programs.inherit(state.ssh(paths, run).command(state.port(), List.of(), true));
  }

  /** Builds the image anew from packages, whatever is there. No lab may be up: they run from it. */
  public void rebuild() {
    for (String name : new LabRuns(paths).names()) {
      throw new LabException(
          "The lab '%s' is up and runs from the image. End it first: %s"
              .formatted(name, options.withName(name).command("down")));
    }
    images.discardAll();
    images.ensure();
  }

  /** Where the lab's console is written. */
  public Path consoleLog() {
    return run.resolve("console.log");
  }

  /** A start that hangs is given up and made again; that it hangs is a matter of chance. */
  private void start(Boot boot, Image image) throws IOException, DamagedImage {
    for (int attempt = 1; ; attempt++) {
      try {
        boot.from(image);
        return;
      } catch (StalledStart stalled) {
        if (attempt == MOST_STARTS) {
          throw stalled;
        }
        listener.note("The lab host hung at its start, as happens under emulation: once more.");
      }
    }
  }

  private void retry(Boot boot, Image image) throws IOException {
    try {
      start(boot, image);
    } catch (DamagedImage e) {
      throw new LabException(
          "The lab's image is damaged right after it was built (%s). Check this machine's disk and memory."
              .formatted(e.getMessage()),
          e);
    }
  }

  /**
   * A lab that is up keeps what it was started with, except that a newer build of the program gets
   * a new cache.
   */
  private void refresh(LabState state) throws IOException {
    if (!state.machine().equals(Boot.machine(options))) {
      listener.note(
          "The lab '%s' was started otherwise (%s). To change that, end it first: %s"
              .formatted(options.name(), state.machine(), options.command("down")));
    }
    if (!state.shown().equals(Boot.shown(options))) {
      listener.note(
          "The lab '%s' was started with other folders (%s). To change them, end it first: %s"
              .formatted(options.name(), state.shown(), options.command("down")));
      return;
    }
    new Boot(options, paths, run, listener).provideProgram(state.image(paths));
  }

  private LabException uncleared(IOException e) {
    return new LabException(
        "The lab's folder %s cannot be cleared: %s".formatted(run, e.getMessage()), e);
  }

  private LabState required() {
    return LabState.running(run)
        .orElseThrow(() ->
            new LabException(
                "The lab '%s' is not up. Start it with: %s"
                    .formatted(options.name(), options.command("up"))));
  }

  /**
   * ssh says 255 when the connection broke; so may a command. What tells them apart is whether the
   * lab still runs.
   */
  private void requireAnswer(LabState state, int exit) {
    if (exit == 255 && !state.process().alive()) {
      throw new LabException(
          "The lab '%s' ended while the command ran. The end of its console is in %s."
              .formatted(options.name(), consoleLog()));
    }
  }

  private static void requireWords(List<String> command) {
    if (command.isEmpty()) {
      throw new LabException("No command was given to run in the lab.");
    }
  }

  private LabLock lock(String purpose) throws IOException {
    Ssh.makeFolder(run);
    return LabLock.take(run.resolve("lock"), purpose, listener);
  }
}
