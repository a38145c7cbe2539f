package dev.lend.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The QEMU process of a lab.
 *
 * <p>A process id alone names whichever process has it now. This one is known to be ours by two
 * things that no later process can have by chance: it was started with a key file of this lab's run
 * folder as an argument, and at the start time that was noted.
 *
 * @param pid its process id
 * @param startTicks when it started, in clock ticks since the machine booted (field 22 of
 *     /proc/PID/stat)
 */
record LabProcess(long pid, long startTicks) {

  /** The running QEMU whose pid file is in this run folder; empty when there is none. */
  static Optional<LabProcess> find(Path run) {
    try {
      long pid = Long.parseLong(Files.readString(run.resolve("qemu.pid")).strip());
      String[] words = commandLine(pid).split("\0");
      String ours = run.resolve("host_key").toString().replace(",", ",,");
      if (Arrays.stream(words).noneMatch(word -> word.endsWith("file=" + ours))) {
        return Optional.empty();
      }
      return startTicks(pid).map(ticks -> new LabProcess(pid, ticks));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Whether this very process, not another with its number, still runs. */
  boolean alive() {
    return startTicks(pid).filter(ticks -> ticks == startTicks).isPresent();
  }

  /**
   * Ends it and waits until it is gone. The lab host is not asked: what it had not written yet is
   * lost.
   */
  void end() {
    handle()
        .ifPresent(handle -> {
          handle.destroy();
          handle.onExit().join();
        });
  }

  /** As {@link #end}, but QEMU itself is not asked either: it ends as when the power is cut. */
  void kill() {
    handle()
        .ifPresent(handle -> {
          handle.destroyForcibly();
          handle.onExit().join();
        });
  }

  /** Completes when it is gone, whoever ended it. At once where it is gone already. */
  CompletableFuture<?> gone() {
    return handle()
        .<CompletableFuture<?>>map(ProcessHandle::onExit)
        .orElseGet(() -> CompletableFuture.completedFuture(this));
  }

  /** What it was started with: the program and its arguments. */
  List<String> command() throws IOException {
    // Each word ends with a NUL, the last one too.
    return List.of(commandLine(pid).split("\0"));
  }

  private Optional<ProcessHandle> handle() {
    return alive() ? ProcessHandle.of(pid) : Optional.empty();
  }

  /** Whether the image of this version is among what it was started with. */
  boolean runsFrom(String version) {
    try {
      return commandLine(pid).contains("/" + version + "/");
    } catch (IOException e) {
      // It ended meanwhile.
      return false;
    }
  }

  private static String commandLine(long pid) throws IOException {
    return new String(
        Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline")),
        StandardCharsets.UTF_8);
  }

  private static Optional<Long> startTicks(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      // The name in parentheses may contain anything, blanks and parentheses too; the third field
      // comes after the last one.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      boolean zombie = fields[0].equals("Z");
      return zombie ? Optional.empty() : Optional.of(Long.parseLong(fields[19]));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
