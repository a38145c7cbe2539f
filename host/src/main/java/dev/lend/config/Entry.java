package dev.lend.config;

import dev.lend.model.DeclaredPf;
import java.util.List;

/**
 * One PF as it was read, with what has to be compared with the other ones.
 *
 * @param pf what was understood of it
 * @param problems those of its file
 * @param line where it begins
 * @param claims what can only be its VFs'
 * @param sound true where all of it was understood
 */
record Entry(DeclaredPf pf, Problems problems, int line, List<Claim> claims, boolean sound) {
  /**
   * Something that only one VF can have.
   *
   * @param key the key that says so
   * @param value as VFs have it
   * @param line where it is said
   */
  record Claim(String key, String value, int line) {}
}
