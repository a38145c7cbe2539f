package dev.lend.cli;

import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The texts of {@code --help}. */
final class Help {
  private static final int COLUMN = 14;

  private Help() {}

  /** What {@code lend} alone and {@code lend --help} show. */
  static void overview(PrintStream out) {
    out.println("Lends this host's PCI devices and SR-IOV virtual functions to guests, and takes");
    out.println("them back.");
    out.println();
    out.println("Usage: lend COMMAND [OPTIONS]");
    List<Command> commands = CommandTable.all();
    for (Command.Group group : Command.Group.values()) {
      boolean titled = false;
      for (Command command : commands) {
        if (command.group() == group) {
          if (!titled) {
            out.println();
            out.println(group.title() + ":");
            titled = true;
          }
          line(out, command);
        }
      }
    }
    out.println();
    out.println("lend COMMAND --help explains a command; lend --version says which Lend this is.");
    out.println();
    out.println("Example:");
    out.println("  lend list --class net     which network functions there are, and which can go");
  }

  /** The commands that start with one word. */
  static void group(PrintStream out, String first) {
    out.println("Usage: lend " + first + " COMMAND [OPTIONS]");
    out.println();
    for (Command command : CommandTable.all()) {
      if (command.name().startsWith(first + " ")) {
        line(out, command);
      }
    }
  }

  private static void line(PrintStream out, Command command) {
    String name = command.name();
    out.println("  " + name + " ".repeat(Math.max(2, COLUMN - name.length())) + command.summary());
  }

  /** Puts a command's summary and examples around what picocli makes of its options. */
  static void describe(Command command, CommandSpec spec) {
    List<String> lines = command.examples();
    String[] footer = new String[lines.size() + 2];
    footer[0] = "";
    footer[1] = lines.size() > 2 ? "Examples:" : "Example:";
    for (int i = 0; i < lines.size(); i++) {
      footer[i + 2] = (i % 2 == 0 ? "  " : "      ") + escape(lines.get(i));
    }
    spec.usageMessage()
        .sortOptions(false)
        .description(escape(command.summary()) + ".", "")
        .optionListHeading("%nOptions:%n")
        .footer(footer);
  }

  /** The library takes these texts for format strings. */
  static String escape(String text) {
    return text.replace("%", "%%");
  }
}
