package dev.lend.sysfs;

import java.util.List;
import java.util.Optional;

/**
 * A line of a script or a table that makes VFs or sets one.
 *
 * @param count true where it sets their number, false where it sets one of them
 * @param target the interface or address that it names, as it is written there
 */
record VfMention(boolean count, String target) {
  private static final String FILE = "sriov_numvfs";

  /**
   * What a line of a shell script does: {@code echo 4 > /sys/class/net/eth1/device/sriov_numvfs},
   * {@code ip link set eth1 vf 0 mac ...}. Reading the number is nothing to mention.
   */
  static Optional<VfMention> inScript(String text) {
    String line = text.strip();
    if (line.startsWith("#")) {
      return Optional.empty();
    }
    for (int at = line.indexOf(FILE); at >= 0; at = line.indexOf(FILE, at + 1)) {
      int start = at;
      while (start > 0 && " \t>|;&(=".indexOf(line.charAt(start - 1)) < 0) {
        start--;
      }
      String before = line.substring(0, start).strip();
      if (before.endsWith(">") || before.endsWith("tee") || before.endsWith("tee -a")) {
        return Optional.of(new VfMention(true, owner(line.substring(start, at))));
      }
    }
    return setting(Facts.words(line));
  }

  /** The same for a path of sysfs that a table gives a value to. */
  static Optional<VfMention> inPath(String path) {
    return path.endsWith(FILE)
        ? Optional.of(new VfMention(true, owner(path.substring(0, path.length() - FILE.length()))))
        : Optional.empty();
  }

  /** Whose file it is: {@code .../net/eth1/device/} is that of eth1. */
  private static String owner(String directory) {
    List<String> parts = List.of(directory.replace("\"", "").replace("'", "").split("/"));
    String last = parts.getLast();
    return last.equals("device") && parts.size() > 1 ? parts.get(parts.size() - 2) : last;
  }

  private static Optional<VfMention> setting(List<String> words) {
    int vf = words.indexOf("vf");
    if (vf < 2 || vf + 1 >= words.size()) {
      return Optional.empty();
    }
    boolean ip = false;
    String target = "";
    for (int i = 0; i < vf; i++) {
      String word = words.get(i).replace("\"", "").replace("'", "");
      ip |= word.equals("ip") || word.endsWith("/ip") || word.endsWith("=ip");
      target =
          i > 0 && (words.get(i - 1).equals("set") || words.get(i - 1).equals("dev"))
              ? word
              : target;
    }
    return ip ? Optional.of(new VfMention(false, target)) : Optional.empty();
  }

  /** What it does, for a person. */
  String what() {
    return count ? "sets the number of its VFs" : "sets its VFs";
  }
}
