package dev.lend.model;

import dev.lend.model.FunctionDetail.ReservedRegion;
import java.util.List;
import java.util.Optional;

/**
 * What a plan needs to know of a function's hardware, besides what a list of functions shows.
 *
 * @param resets the ways the kernel can reset it, in the order in which it tries them, or none
 *     where a kernel before 5.15 can and does not say how; absent where it cannot
 * @param reserved the address ranges that are special in its IOMMU group; empty without an IOMMU
 * @param serial the card's PCI Express Device Serial Number, a VF's PF's; empty where it has none
 *     or it cannot be read
 * @param low the bytes of its 32-bit memory windows, all together
 * @param high the same of those that may lie above 4 GiB
 */
public record Hardware(
    Fact<List<String>> resets,
    List<ReservedRegion> reserved,
    Optional<String> serial,
    long low,
    long high) {
  /** Copies the list. */
  public Hardware {
    reserved = List.copyOf(reserved);
  }

  /** Of a card that has no serial number. */
  public Hardware(Fact<List<String>> resets, List<ReservedRegion> reserved) {
    this(resets, reserved, Optional.empty(), 0, 0);
  }

  /** The first range for which the kernel refuses to give the function to a guest. */
  public Optional<ReservedRegion> forbidden() {
    return reserved.stream().filter(ReservedRegion::forbidsLending).findFirst();
  }
}
