package dev.lend.model;

import java.util.Optional;

/**
 * What a person wants an NVMe VF to have; what is empty is Lend's to choose.
 *
 * @param queues queue pairs, the one for administration among them; 0 for a VF that stays offline
 * @param interrupts interrupt vectors
 */
public record NvmeWish(Optional<Integer> queues, Optional<Integer> interrupts) {
  private static final NvmeWish NONE = new NvmeWish(Optional.empty(), Optional.empty());

  /** Nothing is wanted. */
  public static NvmeWish none() {
    return NONE;
  }

  /** This wish where it says something, and the other where it does not. */
  public NvmeWish or(NvmeWish other) {
    return new NvmeWish(queues.or(other::queues), interrupts.or(other::interrupts));
  }

  /** As much of this wish as is about what the other one says something of. */
  public NvmeWish limitedTo(NvmeWish other) {
    return new NvmeWish(
        queues.filter(any -> other.queues.isPresent()),
        interrupts.filter(any -> other.interrupts.isPresent()));
  }
}
