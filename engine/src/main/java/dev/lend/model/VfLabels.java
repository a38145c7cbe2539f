package dev.lend.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Words by which people choose among VFs: a network, a tenant, a speed.
 *
 * @param all those of each VF of a PF
 * @param each those that single VFs have besides, by number
 */
public record VfLabels(List<String> all, SortedMap<Integer, List<String>> each) {
  /** Keeps unmodifiable copies. */
  public VfLabels {
    all = List.copyOf(all);
    each = Collections.unmodifiableSortedMap(new TreeMap<>(each));
  }

  /** There are none. */
  public static VfLabels none() {
    return new VfLabels(List.of(), new TreeMap<>());
  }

  /** The labels of a VF. */
  public List<String> of(int index) {
    List<String> labels = new ArrayList<>(all);
    labels.addAll(each.getOrDefault(index, List.of()));
    return labels;
  }
}
