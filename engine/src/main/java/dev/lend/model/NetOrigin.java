package dev.lend.model;

import java.util.List;
import java.util.Optional;

/**
 * The network side of a function before Lend took it, to be put back when it comes home.
 *
 * @param interfaces its interfaces
 * @param vf how its PF holds it, where it is a VF of a network card
 */
public record NetOrigin(List<NetState> interfaces, Optional<Vf> vf) {
  /**
   * A VF as its PF sees it.
   *
   * @param pf the PF
   * @param index the VF's number there
   * @param settings what it is held to
   */
  public record Vf(PciAddress pf, int index, VfSettings settings) {}

  /** Copies the list. */
  public NetOrigin {
    interfaces = List.copyOf(interfaces);
  }

  /** Nothing to put back. */
  public static NetOrigin none() {
    return new NetOrigin(List.of(), Optional.empty());
  }

  /** True where there is nothing to put back. */
  public boolean empty() {
    return interfaces.isEmpty() && vf.isEmpty();
  }
}
