package dev.lend.model;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The VFs that a PF had before Lend took it: they vanish with its driver, and are made again when
 * it comes home.
 *
 * @param count how many
 * @param autoprobe whether the host's drivers take new VFs ({@code sriov_drivers_autoprobe})
 * @param settings by number, what each was held to, where the PF's driver tells
 * @param bound the numbers of those that a driver of the host had
 * @param interfaces by address, how the interfaces of these were set up
 * @param shares by number, what NVMe VFs had
 */
public record VfsOrigin(
    int count,
    boolean autoprobe,
    SortedMap<Integer, VfSettings> settings,
    List<Integer> bound,
    Map<PciAddress, List<NetState>> interfaces,
    SortedMap<Integer, NvmeShare> shares) {
  /** Keeps unmodifiable copies, in the order of addresses. */
  public VfsOrigin {
    settings = Collections.unmodifiableSortedMap(new TreeMap<>(settings));
    bound = List.copyOf(bound);
    shares = Collections.unmodifiableSortedMap(new TreeMap<>(shares));
    interfaces = Collections.unmodifiableSortedMap(new TreeMap<>(interfaces));
  }
}
