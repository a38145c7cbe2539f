package dev.lend.lab;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Shows the main job in the lab: what a person would type, what really comes back, and whether that
 * is what it should be.
 */
public final class Demo {
  /**
   * One command and what came of it.
   *
   * @param where whose prompt it was typed at
   * @param typed the command as a person types it
   * @param result what came back
   * @param took how long it took
   * @param wrong what was not as it should be; empty where all was well
   */
  public record Shown(
      String where, String typed, RunResult result, Duration took, List<String> wrong) {
    /** Copies the list. */
    public Shown {
      wrong = List.copyOf(wrong);
    }
  }

  /**
   * One part of the demonstration.
   *
   * @param title what it shows
   * @param shown its commands
   * @param took how long it took altogether
   */
  public record Part(String title, List<Shown> shown, Duration took) {
    /** Copies the list. */
    public Part {
      shown = List.copyOf(shown);
    }

    /** True where all was as it should be. */
    public boolean passed() {
      return shown.stream().allMatch(one -> one.wrong().isEmpty());
    }
  }

  /** Where the commands run. */
  public interface Host {
    /** Runs a command to its end. */
    RunResult run(List<String> command, byte[] input);
  }

  private final Host host;
  private final PrintStream out;
  private final List<Part> parts = new ArrayList<>();

  /** A demonstration in a lab that is up. */
  public Demo(Lab lab, PrintStream out) {
    this(lab::run, out);
  }

  /** A demonstration on any host. */
  public Demo(Host host, PrintStream out) {
    this.host = host;
    this.out = out;
  }

  /** Shows everything, also after something was not as it should be, and returns what was shown. */
  public List<Part> show() {
    for (DemoScript.Scene scene : DemoScript.scenes()) {
      Instant start = Instant.now();
      out.println();
      out.println("== " + scene.title());
      List<Shown> shown = new ArrayList<>();
      try {
        for (DemoScript.Line line : scene.lines()) {
          act(line, shown);
        }
      } finally {
        parts.add(new Part(scene.title(), shown, Duration.between(start, Instant.now())));
      }
    }
    return parts();
  }

  /** What was shown until now; when {@link #show} failed, up to where it did. */
  public List<Part> parts() {
    return List.copyOf(parts);
  }

  private void act(DemoScript.Line line, List<Shown> shown) {
    out.println();
    out.println(line.where() + "# " + line.typed());
    out.flush();
    Instant start = Instant.now();
    RunResult result;
    try {
      result = host.run(line.command(), new byte[0]);
    } catch (LabException e) {
      String why = e.getMessage() + "";
      RunResult none = new RunResult(255, "", "");
      Duration took = Duration.between(start, Instant.now());
      shown.add(new Shown(line.where(), line.typed(), none, took, List.of(why)));
      throw e;
    }
    Duration took = Duration.between(start, Instant.now());
    print(result.out());
    print(result.err());
    List<String> wrong = new ArrayList<>();
    if (result.exit() != line.exit()) {
      wrong.add("exit status " + result.exit() + ", expected " + line.exit());
    }
    String all = result.out() + result.err();
    for (String expected : line.contains()) {
      if (!all.contains(expected)) {
        wrong.add("does not say: " + expected);
      }
    }
    if (line.silent() && !all.isBlank()) {
      wrong.add("says something, and should not");
    }
    if (result.exit() != 0 && wrong.isEmpty()) {
      out.println("[exit status " + result.exit() + ", as it should be]");
    }
    wrong.forEach(what -> out.println("[WRONG: " + what + "]"));
    out.flush();
    shown.add(new Shown(line.where(), line.typed(), result, took, wrong));
  }

  private void print(String text) {
    if (!text.isEmpty()) {
      out.print(text.endsWith("\n") ? text : text + "\n");
    }
  }

  /** Prints what was shown and how long each part took. */
  public static void summary(List<Part> parts, PrintStream out) {
    out.println();
    out.println("== Summary");
    out.println();
    Duration all = Duration.ZERO;
    for (Part part : parts) {
      out.println(
          (part.passed() ? "  ok     " : "  WRONG  ") + seconds(part.took()) + "  " + part.title());
      all = all.plus(part.took());
    }
    out.println("         " + seconds(all) + "  altogether");
  }

  /** Seconds with one decimal, right-aligned. */
  static String seconds(Duration took) {
    String text = took.toMillis() / 1000 + "." + took.toMillis() % 1000 / 100 + " s";
    return " ".repeat(Math.max(0, 8 - text.length())) + text;
  }
}
