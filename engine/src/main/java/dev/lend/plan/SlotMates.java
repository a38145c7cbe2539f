package dev.lend.plan;

import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;

/**
 * What another function of the same card is to it: a graphics card has sound and USB of its own.
 */
final class SlotMates {
  private SlotMates() {}

  /** Words that follow the other one's name; none where that needs no saying. */
  static String part(PciFunction function, PciFunction mate) {
    PciAddress one = function.address();
    PciAddress other = mate.address();
    if (one.domain() != other.domain()
        || one.bus() != other.bus()
        || one.device() != other.device()) {
      return "";
    }
    return switch (mate.pciClass().kind()) {
      case SOUND -> ", the sound of the same card";
      case USB -> ", the USB of the same card";
      case DISPLAY -> ", the display of the same card";
      case STORAGE, NETWORK, BRIDGE, OTHER -> "";
    };
  }
}
