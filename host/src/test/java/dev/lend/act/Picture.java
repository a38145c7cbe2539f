package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.model.PciAddress;
import dev.lend.model.VfSettings;
import dev.lend.sysfs.InterfaceNames;
import dev.lend.sysfs.KernelReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What Lend may change of a function, as text, for a comparison of before and after. */
final class Picture {
  private static final String DEVICES = "sys/bus/pci/devices/";

  /** What is behind this in a state is of the function as a VF. */
  static final String VF = ", VF ";

  private final KernelReader kernel;
  private final Net net;

  Picture(KernelReader kernel, Net net) {
    this.kernel = kernel;
    this.net = net;
  }

  String driver(PciAddress address) {
    String link = kernel.link(DEVICES + address + "/driver").or("none");
    return link.substring(link.lastIndexOf('/') + 1);
  }

  String override(PciAddress address) {
    return kernel.read(DEVICES + address + "/driver_override").or("unreadable");
  }

  /** Its driver, override, ways to reset it, network, and what its PF holds it to. */
  String state(PciAddress address) {
    String methods = kernel.read(DEVICES + address + "/reset_method").or("no reset");
    StringBuilder net = new StringBuilder();
    for (String name : new InterfaceNames(kernel).of(address)) {
      // What the kernel makes itself when an interface goes up is not there on a host just made up.
      net.append(", ").append(network(name).replaceAll("(, )?fe80:[^,\\]]*", ""));
    }
    net.append(vf(address));
    return driver(address) + ", " + override(address) + ", " + methods + net;
  }

  /** All that {@code ip} would show of an interface, but its index. */
  String network(String name) {
    try {
      Optional<Link> found =
          net.links().stream().filter(one -> one.name().equals(name)).findFirst();
      if (found.isEmpty()) {
        return name + " is being renamed";
      }
      Link link = found.get();
      List<String> all = new ArrayList<>();
      for (Net.OnLink one : net.addresses()) {
        if (one.link() == link.index()) {
          all.add(one.address().toString());
        }
      }
      net.routes(link.index()).plain().forEach(route -> all.add(route.toString()));
      all.sort(null);
      String mac = link.mac().orElse("none");
      return name + " " + link.up() + " " + link.mtu() + " " + mac + " " + link.master() + all;
    } catch (NetRefusal refusal) {
      return name + " cannot be read: " + refusal.getMessage();
    }
  }

  /** What its PF holds it to; empty text where it is no VF. */
  private String vf(PciAddress address) {
    String physfn = kernel.link(DEVICES + address + "/physfn").or("");
    Optional<PciAddress> pf = PciAddress.parse(physfn.substring(physfn.lastIndexOf('/') + 1));
    List<String> names = pf.map(new InterfaceNames(kernel)::of).orElse(List.of());
    for (int number = 0; !names.isEmpty(); number++) {
      String vf = kernel.link(DEVICES + pf.get() + "/virtfn" + number).or("");
      if (vf.isEmpty() || vf.endsWith("/" + address)) {
        String settings = settings(names.getFirst(), number).map(Object::toString).orElse("none");
        return VF + number + " of " + pf.get().brief() + " " + settings;
      }
    }
    return "";
  }

  private Optional<VfSettings> settings(String name, int number) {
    try {
      for (Link link : net.links()) {
        if (link.name().equals(name)) {
          return Optional.ofNullable(net.vfs(link.index()).get(number));
        }
      }
      return Optional.empty();
    } catch (NetRefusal refusal) {
      throw new AssertionError(refusal);
    }
  }
}
