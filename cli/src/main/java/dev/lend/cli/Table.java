package dev.lend.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Columns of text. Columns that hold nothing are left out; the last one is not padded. */
final class Table {
  private static final String GAP = "  ";

  /** How much to gather before it is printed. */
  private static final int CHUNK = 16 * 1024;

  /** What is left of a column that is cut, however narrow the terminal. */
  private static final int LEAST = 8;

  private final String[] titles;
  private final int[] widths;
  private final List<String[]> rows = new ArrayList<>();

  Table(String... titles) {
    this.titles = titles.clone();
    this.widths = new int[titles.length];
  }

  /** One cell for each title; empty text for nothing. Kept, not copied. */
  void add(String[] cells) {
    for (int i = 0; i < widths.length; i++) {
      if (!cells[i].isEmpty()) {
        widths[i] = Math.max(Math.max(widths[i], titles[i].length()), cells[i].length());
      }
    }
    rows.add(cells);
  }

  /**
   * Fits it into a narrow terminal.
   *
   * @param width how many columns the terminal has
   * @param droppable columns that may be left out, the first ones first
   * @param least how much each column needs to be of use; 0 for those that are never cut
   */
  void fit(int width, int[] droppable, int[] least) {
    for (int column : droppable) {
      if (total(least) > width) {
        widths[column] = 0;
      }
    }
    int over = total(new int[0]) - width;
    for (int i = 0; i < 2 * widths.length && over > 0; i++) {
      int column = i % widths.length;
      if (least[column] > 0) {
        int keep = i < widths.length ? least[column] : LEAST;
        int gain = Math.max(0, Math.min(over, widths[column] - keep));
        widths[column] -= gain;
        over -= gain;
      }
    }
  }

  /** The width of all columns, each as narrow as {@code least} says. */
  private int total(int[] least) {
    int total = 0;
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] > 0) {
        boolean cut = i < least.length && least[i] > 0;
        total += (total > 0 ? GAP.length() : 0) + (cut ? Math.min(least[i], widths[i]) : widths[i]);
      }
    }
    return total;
  }

  /**
   * Prints it, or as much of it as somebody reads.
   *
   * @param unicode true where the mark of a cut may be one character
   */
  void print(PrintStream out, boolean unicode) {
    String mark = unicode ? "\u2026" : "...";
    StringBuilder text = new StringBuilder(CHUNK + 1024);
    row(text, titles, mark);
    for (String[] cells : rows) {
      row(text, cells, mark);
      if (text.length() >= CHUNK) {
        out.print(text);
        text.setLength(0);
        if (out.checkError()) {
          return;
        }
      }
    }
    out.print(text);
  }

  private void row(StringBuilder text, String[] cells, String mark) {
    int pending = 0;
    for (int i = 0; i < widths.length; i++) {
      if (widths[i] == 0) {
        continue;
      }
      String cell = cells[i];
      int length = cell.length();
      if (length == 0) {
        pending += widths[i] + GAP.length();
        continue;
      }
      text.repeat(' ', pending);
      if (length <= widths[i]) {
        text.append(cell);
        pending = widths[i] - length + GAP.length();
      } else {
        text.append(cell, 0, widths[i] - mark.length()).append(mark);
        pending = GAP.length();
      }
    }
    text.append('\n');
  }
}
