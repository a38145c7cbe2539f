package dev.lend.cli;

import java.io.PrintStream;

/** Lines for people: wrapped where the terminal's width is known, coloured where it has colours. */
final class Paragraphs {
  /** Colours and weights of a terminal (ECMA-48, SGR). */
  enum Ink {
    PLAIN(""),
    BOLD("1"),
    DIM("2"),
    RED("31"),
    GREEN("32"),
    YELLOW("33");

    private final String code;

    Ink(String code) {
      this.code = code;
    }
  }

  private final PrintStream out;
  private final boolean colours;
  private final int width;

  Paragraphs(Context context) {
    out = context.out();
    // https://no-color.org: set to anything, it means no.
    colours =
        context.terminal()
            && context.variable("NO_COLOR").isEmpty()
            && !context.variable("TERM").equals("dumb");
    width = context.width().orElse(Integer.MAX_VALUE);
  }

  void blank() {
    out.println();
  }

  void line(Ink ink, String text) {
    indented(0, "", ink, text);
  }

  /** A mark in a column of its own, then text that keeps clear of it. */
  void marked(String mark, Ink ink, int column, String text) {
    StringBuilder line = new StringBuilder();
    paint(line, ink, mark);
    line.repeat(' ', Math.max(1, column - mark.length()));
    wrap(line, column, Ink.PLAIN, Text.printable(text));
  }

  /** Text behind a bullet; its further lines stand below its first. */
  void indented(int indent, String bullet, Ink ink, String text) {
    StringBuilder line = new StringBuilder().repeat(' ', indent).append(bullet);
    wrap(line, indent + bullet.length(), ink, Text.printable(text));
  }

  private void wrap(StringBuilder line, int indent, Ink ink, String text) {
    String rest = text;
    while (rest.length() > width - indent) {
      int cut = rest.lastIndexOf(' ', Math.max(1, width - indent));
      if (cut <= 0) {
        break;
      }
      paint(line, ink, rest.substring(0, cut));
      out.println(line);
      line.setLength(0);
      line.repeat(' ', indent);
      rest = rest.substring(cut + 1);
    }
    paint(line, ink, rest);
    out.println(line);
  }

  private void paint(StringBuilder line, Ink ink, String text) {
    if (colours && ink != Ink.PLAIN) {
      line.append("\u001b[").append(ink.code).append('m').append(text).append("\u001b[0m");
    } else {
      line.append(text);
    }
  }
}
