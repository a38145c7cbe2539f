package dev.lend.plan;

import dev.lend.model.Guest;
import dev.lend.model.PciAddress;

/** What a person asks for. */
public sealed interface Request {
  /** The function that it is about. */
  PciAddress address();

  /**
   * What the person agrees to.
   *
   * @param withGroup the other endpoints of the IOMMU group may come along
   * @param inUse what is used on the host, short of a refusal, may stop
   */
  record Consent(boolean withGroup, boolean inUse) {}

  /** Host to guest, all the way. */
  record Attach(PciAddress address, Guest guest, Consent consent) implements Request {}

  /** Guest to host, all the way back to the driver it came from. */
  record Detach(PciAddress address) implements Request {}

  /** Off its host driver and onto vfio-pci, with no guest yet. */
  record Reserve(PciAddress address, Consent consent) implements Request {}

  /** From vfio-pci back to its host driver. */
  record Return(PciAddress address) implements Request {}

  /** The command's name: what the person typed. */
  default String verb() {
    return switch (this) {
      case Attach a -> "attach";
      case Detach d -> "detach";
      case Reserve r -> "reserve";
      case Return r -> "return";
    };
  }

  /**
   * True where a request that broke off half-way is finished rather than undone: the person wanted
   * the device back on the host, and the host is where it is safe.
   */
  default boolean homeward() {
    return this instanceof Detach || this instanceof Return;
  }
}
