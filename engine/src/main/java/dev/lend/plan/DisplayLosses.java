package dev.lend.plan;

import dev.lend.model.Dependent;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.plan.Consequence.Kind;
import java.util.Optional;

/** What a person no longer sees when a display goes, and what keeps its memory. */
final class DisplayLosses {
  private static final String PLATFORM_DRIVERS = "/sys/bus/platform/drivers/";

  private DisplayLosses() {}

  /** Of a function that is a display, and on a driver of the host. */
  static void find(Losses losses) {
    boolean first = false;
    for (Dependent dependent : losses.host.surroundings().of(losses.function.address())) {
      if (dependent instanceof Dependent.Part(Dependent.Role role, String name)) {
        first |= role == Dependent.Role.BOOT_DISPLAY;
      }
    }
    if (only(losses.host, losses.function)) {
      losses.warn(
          Kind.DISPLAY,
          "is the only display that this host uses: until it is back, nothing of the host is on a"
              + " screen, and it is reached by network or serial line");
    } else if (!first) {
      losses.warn(Kind.DISPLAY, "may show this host's console");
    }
  }

  /** True where no other display has a driver of the host's. */
  private static boolean only(HostSnapshot host, PciFunction function) {
    for (PciFunction other : host.functions().values()) {
      if (!other.address().equals(function.address())
          && other.pciClass().kind() == PciClass.Kind.DISPLAY
          && other.driver().isPresent()
          && !other.driver().get().contains("vfio")) {
        return false;
      }
    }
    return true;
  }

  /**
   * The host keeps the memory of the display that the firmware drew in, and vfio-pci cannot have it
   * as well (kernel: {@code drivers/vfio/pci/vfio_pci_core.c}, {@code vfio_pci_core_setup_barmap}).
   *
   * @param name of the platform device: {@code efi-framebuffer.0}
   */
  static void frameBuffer(Losses losses, String name) {
    losses.refuse(
        Kind.FRAMEBUFFER,
        "has its memory held by the firmware's frame buffer ("
            + name
            + "), in which the host draws: a guest would not get it (BAR 0: can't reserve)");
  }

  /** How the host gives that memory up; the driver is called as its device is. */
  static String freeIt(HostSnapshot host, PciAddress address) {
    Optional<String> name = Optional.empty();
    for (Dependent dependent : host.surroundings().of(address)) {
      if (dependent instanceof Dependent.Part(Dependent.Role role, String device)
          && role == Dependent.Role.FRAME_BUFFER) {
        name = Optional.of(device);
      }
    }
    if (name.isEmpty()) {
      return "";
    }
    int dot = name.get().lastIndexOf('.');
    String driver = dot < 0 ? name.get() : name.get().substring(0, dot);
    return "Have the host give it up: echo "
        + name.get()
        + " > "
        + PLATFORM_DRIVERS
        + driver
        + "/unbind (from the next boot on: initcall_blacklist=sysfb_init on the kernel command"
        + " line).";
  }
}
