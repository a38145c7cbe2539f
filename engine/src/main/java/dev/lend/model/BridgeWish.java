package dev.lend.model;

import java.util.List;

/**
 * Which addresses behind a bridge on a PF its VFs shall reach.
 *
 * @param known true for those that the bridge knows when it is asked
 * @param macs those that a person names
 */
public record BridgeWish(boolean known, List<String> macs) {
  /** Copies the list. */
  public BridgeWish {
    macs = List.copyOf(macs);
  }

  /** Nothing is wanted. */
  public static BridgeWish none() {
    return new BridgeWish(false, List.of());
  }

  /** True where something is. */
  public boolean wanted() {
    return known || !macs.isEmpty();
  }
}
