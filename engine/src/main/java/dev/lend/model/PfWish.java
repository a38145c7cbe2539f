package dev.lend.model;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a person wants of a PF and its VFs.
 *
 * @param count how many VFs; empty where that stays as it is
 * @param use whom its VFs are for, where nothing else is said of one
 * @param all what is wanted of each of them
 * @param each what is wanted of single ones besides, by their number, and goes before
 * @param bridged which addresses behind a bridge on the PF they shall reach
 */
public record PfWish(
    Optional<Integer> count,
    VfUse use,
    VfWish all,
    SortedMap<Integer, OneVf> each,
    BridgeWish bridged) {
  /**
   * What is said of a single VF.
   *
   * @param use whom it is for; empty where it is for the same as the others
   */
  public record OneVf(Optional<VfUse> use, VfWish wish) {}

  /** Keeps an unmodifiable copy. */
  public PfWish {
    each = Collections.unmodifiableSortedMap(new TreeMap<>(each));
  }

  /** With nothing said of a bridge. */
  public PfWish(Optional<Integer> count, VfUse use, VfWish all, SortedMap<Integer, OneVf> each) {
    this(count, use, all, each, BridgeWish.none());
  }

  /** The same for those behind a bridge as well. */
  public PfWish reaching(BridgeWish behind) {
    return new PfWish(count, use, all, each, behind);
  }

  /** What is wanted of a VF, all in all. */
  public VfWish of(int index) {
    OneVf own = each.get(index);
    return own == null ? all : own.wish().or(all);
  }

  /** Whom a VF is for. */
  public VfUse useOf(int index) {
    OneVf own = each.get(index);
    return own == null ? use : own.use().orElse(use);
  }
}
