package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the network interfaces of the host's own network namespace. */
final class NetReader {
  private static final String NETS = "sys/class/net";

  /** kernel: {@code include/uapi/linux/if.h}. */
  private static final int IFF_UP = 1;

  private final KernelReader kernel;

  NetReader(KernelReader kernel) {
    this.kernel = kernel;
  }

  List<NetInterface> read() {
    List<String> names = new ArrayList<>(kernel.list(NETS).or(List.of()));
    names.sort(null);
    RouteTables routes = names.isEmpty() ? RouteTables.none() : RouteTables.read(kernel);
    List<NetInterface> nets = new ArrayList<>(names.size());
    for (String name : names) {
      String directory = NETS + "/" + name;
      // /sys/class/net also holds files, such as bonding_masters.
      List<String> entries = kernel.list(directory).or(List.of());
      if (!entries.isEmpty()) {
        nets.add(net(name, directory, entries, routes));
      }
    }
    return nets;
  }

  private NetInterface net(
      String name, String directory, List<String> entries, RouteTables routes) {
    List<String> uppers = new ArrayList<>();
    for (String entry : entries) {
      if (entry.startsWith("upper_")) {
        uppers.add(entry.substring(6));
      }
    }
    uppers.sort(null);
    return new NetInterface(
        name,
        function(directory, entries),
        kernel.read(directory + "/address").or(""),
        up(directory),
        uppers,
        routes.addresses(name),
        routes.isDefault(name));
  }

  private Optional<PciAddress> function(String directory, List<String> entries) {
    if (kernel.link(directory) instanceof Fact.Known<String>(String target)) {
      if (target.contains("/virtual/")) {
        return Optional.empty();
      }
      Optional<PciAddress> function = SysPath.function(target);
      if (function.isPresent()) {
        return function;
      }
    }
    return entries.contains("device")
        ? SysPath.function(kernel.resolve(directory + "/device").or(""))
        : Optional.empty();
  }

  private boolean up(String directory) {
    String flags = kernel.read(directory + "/flags").or("");
    int value = SysPath.hex(flags, 0, flags.length());
    return value >= 0 && (value & IFF_UP) != 0
        || kernel.read(directory + "/operstate").or("").equals("up");
  }
}
