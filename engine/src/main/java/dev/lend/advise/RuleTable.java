package dev.lend.advise;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Tables for people and for Lend: a row to a line, its cells apart by bars. */
final class RuleTable {
  private RuleTable() {}

  /** A table of this package. */
  static String text(String name) {
    try (InputStream table = RuleTable.class.getResourceAsStream(name)) {
      if (table == null) {
        throw new IllegalStateException(name + " is missing");
      }
      return new String(table.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The rows; lines that start with {@code #} are for its readers.
   *
   * @throws IllegalArgumentException a row has not so many cells, or one is empty
   */
  static List<List<String>> read(String table, int columns) {
    List<List<String>> rows = new ArrayList<>();
    for (String line : table.lines().toList()) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      List<String> cells = Stream.of(line.split("\\|", -1)).map(String::strip).toList();
      if (cells.size() != columns || cells.contains("")) {
        throw new IllegalArgumentException("no row of " + columns + " cells: " + line);
      }
      rows.add(cells);
    }
    return rows;
  }
}
