package dev.lend.sysfs;

import java.util.ArrayList;
import java.util.List;

/**
 * A text file of some program's configuration.
 *
 * @param path from the root of the host, without a leading slash
 * @param lines its lines; line N is at N - 1
 */
record ConfigFile(String path, List<String> lines) {
  ConfigFile {
    lines = List.copyOf(lines);
  }

  /** The name of the file without its directories. */
  String name() {
    return SysPath.name(path);
  }

  /** For a person. */
  String place() {
    return "/" + path;
  }

  /**
   * A {@code KEY=value} of a file in sections.
   *
   * @param line where it stands, counted from 1
   */
  record Entry(String section, String key, String value, int line) {}

  /**
   * The entries of a file as desktop and systemd programs write them: {@code [section]}, {@code
   * key=value}, comments after {@code #} or {@code ;} at the start of a line (systemd.syntax(7),
   * nm-settings-keyfile(5)). An entry with an empty key opens a section, so that one without
   * entries is seen as well.
   */
  List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    String section = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#") || line.startsWith(";")) {
        continue;
      }
      if (line.startsWith("[") && line.endsWith("]")) {
        section = line.substring(1, line.length() - 1);
        entries.add(new Entry(section, "", "", i + 1));
        continue;
      }
      int first = i;
      while (line.endsWith("\\") && i + 1 < lines.size()) {
        line = line.substring(0, line.length() - 1) + " " + lines.get(++i).strip();
      }
      int equals = line.indexOf('=');
      if (equals > 0) {
        entries.add(
            new Entry(
                section,
                line.substring(0, equals).strip(),
                line.substring(equals + 1).strip(),
                first + 1));
      }
    }
    return entries;
  }
}
