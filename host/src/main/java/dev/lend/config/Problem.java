package dev.lend.config;

/**
 * One thing that is wrong in a file.
 *
 * @param file as it was named
 * @param line counted from 1; 0 where it is the whole file
 * @param text what is wrong, and what would be right
 */
public record Problem(String file, int line, String text) {
  /** {@code hosts.yaml:7: no VLAN: 5000 (1 to 4094, or 0 for none)}, as compilers write it. */
  @Override
  public String toString() {
    return Characters.visible(file + (line == 0 ? "" : ":" + line) + ": " + text);
  }
}
