package dev.lend.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is noted about a lab that came up, in the file {@code state} of its run folder: lines of
 * {@code key value}. Without it a QEMU that runs there never became ready.
 *
 * @param process the QEMU
 * @param port TCP port on 127.0.0.1 that leads to the lab's ssh
 * @param since when it was started
 * @param base folder name of the image's packages part
 * @param boot folder name of the image's boot part
 * @param shown the folders that the lab shows, to tell a later start that asks for others
 * @param machine what is emulated, in words, to tell a later start that asks for something else
 * @param kept whether it keeps what is written, and so can reboot
 */
record LabState(
    LabProcess process,
    int port,
    Instant since,
    String base,
    String boot,
    String shown,
    String machine,
    boolean kept) {
  private static final String NAME = "state";

  /** What the file says; empty when there is none that can be read. */
  static Optional<LabState> read(Path run) {
    try {
      Map<String, String> values = new HashMap<>();
      for (String line : Files.readAllLines(run.resolve(NAME))) {
        String[] parts = line.split(" ", 2);
        values.put(parts[0], parts.length == 2 ? parts[1] : "");
      }
      return Optional.of(
          new LabState(
              new LabProcess(number(values, "pid"), number(values, "start-ticks")),
              (int) number(values, "port"),
              Instant.parse(values.getOrDefault("since", "")),
              values.getOrDefault("base", ""),
              values.getOrDefault("boot", ""),
              values.getOrDefault("shown", ""),
              values.getOrDefault("machine", ""),
              values.getOrDefault("kept", "").equals("yes")));
    } catch (IOException | NumberFormatException | DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /** What is noted of the lab that runs there; empty when none does that takes commands. */
  static Optional<LabState> running(Path run) {
    return read(run).filter(state -> state.process.alive());
  }

  /** The image that it runs from. */
  Image image(LabPaths paths) {
    return new Image(paths.images().resolve(base), paths.images().resolve(boot));
  }

  /** Commands in it. */
  Ssh ssh(LabPaths paths, Path run) {
    return new Ssh(image(paths).tree(), run);
  }

  /** The same lab, started once more. */
  LabState again(LabProcess started, int otherPort, Instant start) {
    return new LabState(started, otherPort, start, base, boot, shown, machine, kept);
  }

  /** Writes the file whole or not at all. */
  void write(Path run) throws IOException {
    Path part = run.resolve(NAME + ".part");
    Files.write(
        part,
        List.of(
            "pid " + process.pid(),
            "start-ticks " + process.startTicks(),
            "port " + port,
            "since " + since,
            "base " + base,
            "boot " + boot,
            "shown " + shown,
            "machine " + machine,
            "kept " + (kept ? "yes" : "no")));
    Files.move(part, run.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  static void forget(Path run) throws IOException {
    Files.deleteIfExists(run.resolve(NAME));
  }

  private static long number(Map<String, String> values, String key) {
    return Long.parseLong(values.getOrDefault(key, ""));
  }
}
