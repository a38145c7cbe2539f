package dev.lend.plan;

import dev.lend.model.Fact;
import dev.lend.model.Hardware;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import java.util.ArrayList;
import java.util.List;

/** By which methods the kernel can really reset a function. */
public final class ResetWays {
  private ResetWays() {}

  /** Those of a function whose hardware was read; absent where there are none, or it was not. */
  public static Fact<List<String>> of(HostSnapshot host, PciFunction function) {
    return of(
        host,
        function,
        host.hardware(function.address()).map(Hardware::resets).orElseGet(Fact::absent));
  }

  /**
   * What is left of the methods that sysfs lists. The kernel makes that list when it finds a
   * function, and others may come to its bus after that: of two functions of one card only the
   * second knows that a bus reset would hit the first. Then the kernel refuses to do it (kernel:
   * {@code drivers/pci/pci.c}, {@code pci_parent_bus_reset}; seen on Linux 6.12).
   *
   * @param listed what {@code reset_method} says
   */
  public static Fact<List<String>> of(
      HostSnapshot host, PciFunction function, Fact<List<String>> listed) {
    if (!(listed instanceof Fact.Known<List<String>>(List<String> methods))
        || !sharesBus(host, function.address())) {
      return listed;
    }
    List<String> usable = new ArrayList<>(methods);
    usable.removeIf(method -> method.equals("bus") || method.equals("cxl_bus"));
    return usable.isEmpty() && !methods.isEmpty() ? Fact.absent() : Fact.known(usable);
  }

  private static boolean sharesBus(HostSnapshot host, PciAddress address) {
    for (PciAddress other : host.functions().keySet()) {
      if (other.domain() == address.domain()
          && other.bus() == address.bus()
          && !other.equals(address)) {
        return true;
      }
    }
    return false;
  }
}
