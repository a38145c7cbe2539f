package dev.lend.cli;

import java.util.List;

/** One command of the command line. Made only when it is invoked, or for the list of commands. */
public interface Command {
  /** Where it stands in the list of commands. */
  enum Group {
    LOOK("Look"),
    LEND("Lend and take back"),
    SETTINGS("Virtual functions"),
    LAB("Try it out");

    private final String title;

    Group(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** What is typed after {@code lend}: one word, or two as in {@code vf create}. */
  String name();

  /** Where it stands in the list of commands. */
  Group group();

  /** What it does, one line without a full stop. */
  String summary();

  /** What to type and what that does, a pair of lines for each example. */
  List<String> examples();

  /** Its options and words; {@code --help} and {@code --debug} are added to all. */
  Syntax syntax();

  /**
   * Runs it.
   *
   * @throws UsageException what was typed makes no sense on this host
   */
  ExitCode run(Arguments arguments, Context context);

  /**
   * Runs it, and gives the exit status; differs from {@link #run} for commands that hand on the
   * status of another program.
   */
  default int status(Arguments arguments, Context context) {
    return run(arguments, context).status();
  }
}
