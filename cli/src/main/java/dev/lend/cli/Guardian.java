package dev.lend.cli;

import dev.lend.journal.JournalException;
import dev.lend.journal.Reserve;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Starts the process that takes a change back unless it is confirmed: {@link GuardCommand}. It is
 * there before the change is made, in a session of its own and, where systemd runs, in a scope of
 * its own, so that it outlives the command line that asked, the terminal, the login and the network
 * connection under it.
 */
final class Guardian {
  static final String OPTION = "--confirm-within";

  private static final String READY = "ready";
  private static final Path SETSID = Path.of("/usr/bin/setsid");
  private static final Path SYSTEMD = Path.of("/run/systemd/system");

  /**
   * Puts it into a scope of its own: at the end of a login, logind may kill all that is in the
   * login's, sessions of their own included (logind.conf(5), KillUserProcesses).
   */
  private static final List<String> APART =
      List.of("/usr/bin/systemd-run", "--scope", "--quiet", "--collect");

  private static final Duration MOST = Duration.ofDays(1);

  private Guardian() {}

  /**
   * What {@code 60s}, {@code 5m} or {@code 90} (seconds) means.
   *
   * @throws UsageException it means nothing, or more than a day
   */
  static Duration time(String text) {
    String upper = text.toUpperCase(Locale.ROOT);
    boolean bare = !upper.isEmpty() && Character.isDigit(upper.charAt(upper.length() - 1));
    try {
      Duration time = Duration.parse("PT" + upper + (bare ? "S" : ""));
      if (time.compareTo(Duration.ofSeconds(1)) >= 0 && time.compareTo(MOST) <= 0) {
        return time;
      }
    } catch (DateTimeParseException none) {
      // Said below.
    }
    throw new UsageException(OPTION + " takes a time such as 60s or 5m, up to a day, not " + text);
  }

  /**
   * Starts the guard for a change of {@code address} that is about to be made.
   *
   * @param after the number of the last change in the journal
   * @param within how long the change waits to be confirmed
   * @throws UsageException it cannot be started; then nothing may be changed
   * @throws JournalException there is no room on disk for taking the change back
   */
  static void start(Path state, String address, long after, Duration within) {
    if (!Files.isExecutable(SETSID)) {
      throw new UsageException(OPTION + " needs " + SETSID + " (package util-linux)");
    }
    Reserve reserve = Reserve.of(state, after);
    reserve.take();
    File log = state.resolve("guard.log").toFile();
    try {
      List<String> line = line(state, address, after, within);
      List<String> apart = new ArrayList<>(APART);
      apart.add("--unit=lend-guard-" + ProcessHandle.current().pid());
      apart.addAll(line);
      boolean systemd = Files.isDirectory(SYSTEMD) && Files.isExecutable(Path.of(APART.get(0)));
      if (!(systemd && started(apart, log)) && !started(line, log)) {
        reserve.release();
        throw new UsageException(
            "the guard for " + OPTION + " did not start; " + log + " says why");
      }
    } catch (IOException e) {
      reserve.release();
      throw new UsageException("the guard for " + OPTION + " cannot be started: " + e.getMessage());
    }
  }

  private static List<String> line(Path state, String address, long after, Duration within) {
    return List.of(
        SETSID.toString(),
        ProcessHandle.current().info().command().orElse("java"),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "--enable-native-access=ALL-UNNAMED",
        "-cp",
        System.getProperty("java.class.path", ""),
        Main.class.getName(),
        GuardCommand.NAME,
        address,
        "--after",
        Long.toString(after),
        "--within",
        Long.toString(within.toSeconds()),
        "--asker",
        Long.toString(ProcessHandle.current().pid()),
        "--state",
        state.toAbsolutePath().toString());
  }

  /** Starts it, and waits until it says that it is up. */
  private static boolean started(List<String> line, File log) throws IOException {
    Process guard =
        new ProcessBuilder(line)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectError(ProcessBuilder.Redirect.appendTo(log))
            .start();
    BufferedReader said =
        new BufferedReader(new InputStreamReader(guard.getInputStream(), StandardCharsets.UTF_8));
    return READY.equals(said.readLine());
  }

  /** What a person has to know about a change that was made under guard. */
  static String advice(Duration within) {
    return "It is taken back in " + within.toSeconds() + " s, unless you type: lend confirm";
  }

  /** Tells the one who started it that the guard is up. */
  static void ready(Context context) {
    context.out().println(READY);
    context.out().flush();
  }
}
