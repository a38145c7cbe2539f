package dev.lend.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What all tests in a lab do: run commands there that must succeed. */
public abstract class LabCommands {
  /** The lab's host, up. */
  protected final Lab lab;

  LabCommands(Lab lab) {
    this.lab = lab;
  }

  /**
   * Runs a command that must succeed, and gives its standard output without the last line break.
   */
  protected String must(String... command) {
    return mustIn(lab, command);
  }

  /** Runs shell text that must succeed, with arguments as $1, $2 and so on. */
  protected String mustShell(String text, String... arguments) {
    List<String> command = new ArrayList<>(List.of("sh", "-ec", text, "sh"));
    command.addAll(List.of(arguments));
    return must(command.toArray(String[]::new));
  }

  static String mustIn(Lab lab, String... command) {
    RunResult result = lab.run(command);
    if (!result.ok()) {
      throw new AssertionError(
          "%s ended with %d: %s%s"
              .formatted(Arrays.toString(command), result.exit(), result.out(), result.err()));
    }
    return result.out().stripTrailing();
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
