package dev.lend.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run of a campaign came to, as kept in a file: {@code run|NAME|VALUE}, {@code
 * tally|COMMAND|BLOW|COUNT}, and {@code line|COMMAND|LINE|LINES} for the places where the real
 * program was killed.
 *
 * @param facts by name
 * @param tally counts by command and blow
 * @param struck the journal's lines after which a command was killed, by command, each as {@code
 *     LINE|LINES}
 */
record ReliabilityRun(
    Map<String, String> facts,
    Map<String, Map<String, Long>> tally,
    Map<String, Set<String>> struck) {
  private static final Pattern POINT = Pattern.compile("point (.*), line (\\d+) of (\\d+) .*");

  /** Reads what {@link #kept} gave. */
  static ReliabilityRun read(Path file) throws IOException {
    Map<String, String> facts = new TreeMap<>();
    Map<String, Map<String, Long>> tally = new TreeMap<>();
    Map<String, Set<String>> struck = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      String[] parts = line.split("\\|", -1);
      switch (parts[0]) {
        case "run" -> facts.put(parts[1], parts[2]);
        case "tally" ->
            tally
                .computeIfAbsent(parts[1], kind -> new TreeMap<>())
                .put(parts[2], Long.parseLong(parts[3]));
        case "line" ->
            struck
                .computeIfAbsent(parts[1], kind -> new LinkedHashSet<>())
                .add(parts[2] + "|" + parts[3]);
        default -> throw new IOException("not of a run: " + line);
      }
    }
    return new ReliabilityRun(facts, tally, struck);
  }

  /** The lines of a run's output that are kept. */
  static List<String> kept(Path output) throws IOException {
    List<String> kept = new ArrayList<>();
    for (String line : Files.readAllLines(output)) {
      Matcher point = POINT.matcher(line);
      if (line.startsWith("run|") || line.startsWith("tally|")) {
        kept.add(line);
      } else if (point.matches()) {
        String place = "line|" + point.group(1) + "|" + point.group(2) + "|" + point.group(3);
        if (!kept.contains(place)) {
          kept.add(place);
        }
      }
    }
    return kept;
  }

  String fact(String name) {
    return facts.getOrDefault(name, "unknown");
  }

  /** How often a command got any of these blows. */
  long count(String command, List<String> blows) {
    long count = 0;
    for (String blow : blows) {
      count += tally.getOrDefault(command, Map.of()).getOrDefault(blow, 0L);
    }
    return count;
  }

  /** How often any command got one of these blows. */
  long count(List<String> blows) {
    long count = 0;
    for (String command : tally.keySet()) {
      count += count(command, blows);
    }
    return count;
  }
}
