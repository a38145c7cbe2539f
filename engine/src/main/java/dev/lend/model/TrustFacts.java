package dev.lend.model;

import java.util.List;

/**
 * What decides whether a function can be trusted to a guest, besides what Lend remembers of it.
 *
 * @param detail the function in detail
 * @param remapping what the host's check found of interrupt remapping
 * @param bootDisplay true for the display that the firmware started with; absent where the kernel
 *     does not say, as for all that is no display
 * @param silent true where it does not answer: its configuration space reads as all ones
 * @param homeless its windows, by index, that have a size and no address
 * @param kernel the kernel's release
 */
public record TrustFacts(
    FunctionDetail detail,
    Finding remapping,
    Fact<Boolean> bootDisplay,
    boolean silent,
    List<Integer> homeless,
    String kernel) {
  /** Copies the list. */
  public TrustFacts {
    homeless = List.copyOf(homeless);
  }
}
