package dev.lend.model;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a PF's card sends up to the PF, of what its VFs send: only frames for addresses that it
 * knows the PF has. With a bridge on the PF, the addresses of those behind the bridge have to be
 * entered.
 *
 * @param net the PF's interface
 * @param bridge the bridge that it is a port of, if it is one
 * @param told whether the kernel tells what that bridge has learnt; Open vSwitch keeps it to itself
 * @param beside the addresses that the bridge knows now at its other ports, as far as those are no
 *     hardware, and its own: guests, containers, and the host itself
 * @param entered the addresses that are entered besides the interface's own
 */
public record PfFilter(
    String net,
    Optional<String> bridge,
    boolean told,
    SortedSet<String> beside,
    SortedSet<String> entered) {
  /** Keeps unmodifiable copies. */
  public PfFilter {
    beside = Collections.unmodifiableSortedSet(new TreeSet<>(beside));
    entered = Collections.unmodifiableSortedSet(new TreeSet<>(entered));
  }
}
