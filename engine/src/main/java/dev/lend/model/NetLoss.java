package dev.lend.model;

import java.util.List;

/**
 * Something of an interface that goes with its driver and that Lend cannot put back.
 *
 * @param what it, for a person: {@code the interface vx0 (vxlan) on it}
 * @param through the interfaces that carry nothing without it; empty where all still carry what
 *     they carried
 */
public record NetLoss(String what, List<String> through) {
  /** Copies the list. */
  public NetLoss {
    through = List.copyOf(through);
  }

  /** Without which everything else goes on. */
  public static NetLoss of(String what) {
    return new NetLoss(what, List.of());
  }
}
