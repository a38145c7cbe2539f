package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the network interfaces of a function by where they hang in sysfs, whatever they are called
 * at the moment.
 */
public final class InterfaceNames {
  private static final String NETS = "sys/class/net";

  private final KernelReader kernel;

  /** Reads through {@code kernel}. */
  public InterfaceNames(KernelReader kernel) {
    this.kernel = kernel;
  }

  /** Their names now, in alphabetical order. */
  public List<String> of(PciAddress address) {
    List<String> names = new ArrayList<>();
    for (String name : kernel.list(NETS).or(List.of())) {
      if (kernel.link(NETS + "/" + name) instanceof Fact.Known<String>(String target)
          && SysPath.function(target).equals(Optional.of(address))) {
        names.add(name);
      }
    }
    names.sort(null);
    return names;
  }
}
