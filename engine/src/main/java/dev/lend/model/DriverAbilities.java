package dev.lend.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a PF's driver can set for VFs, found by trying on a VF that nobody used.
 *
 * @param driver its name
 * @param version its own version, or the kernel's release where it comes with the kernel
 * @param at when it was tried
 * @param answers what came of each; what was not tried is not in it
 */
public record DriverAbilities(
    String driver, String version, Instant at, SortedMap<VfAbility, Answer> answers) {
  /** Whether it can. */
  public enum Can {
    /** It took the setting and showed it afterwards. */
    YES,
    /** It said that it knows no such setting. */
    NO,
    /** It refused that value now, which says nothing of others: without a link, for one. */
    UNCLEAR
  }

  /**
   * What came of trying.
   *
   * @param why what the kernel said; empty where it could
   */
  public record Answer(Can can, String why) {}

  /** Keeps an unmodifiable copy. */
  public DriverAbilities {
    answers = Collections.unmodifiableSortedMap(new TreeMap<>(answers));
  }

  /** Why the driver cannot do something; empty where it can or may. */
  public Optional<String> lacks(VfAbility ability) {
    Answer answer = answers.get(ability);
    return answer == null || answer.can() != Can.NO ? Optional.empty() : Optional.of(answer.why());
  }

  /** What the answer is where it is this one. */
  public List<VfAbility> those(Can can) {
    List<VfAbility> those = new ArrayList<>();
    for (Map.Entry<VfAbility, Answer> entry : answers.entrySet()) {
      if (entry.getValue().can() == can) {
        those.add(entry.getKey());
      }
    }
    return those;
  }

  /** What it is remembered by. */
  public String key() {
    return key(driver, version);
  }

  /** The same of a driver that was not tried. */
  public static String key(String driver, String version) {
    return driver + " " + version;
  }
}
