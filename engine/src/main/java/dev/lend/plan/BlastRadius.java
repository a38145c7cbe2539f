package dev.lend.plan;

import dev.lend.model.BlockDevice;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Consequence.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What stops working on the host when a function goes. */
public final class BlastRadius {
  /** Mount points without which the host does not live or does not start again. */
  private static final Set<String> SYSTEM_MOUNTS =
      Set.of("/", "/usr", "/var", "/etc", "/boot", "/boot/efi", "/efi");

  private final HostSnapshot host;
  private final List<Consequence> found = new ArrayList<>();

  private BlastRadius(HostSnapshot host) {
    this.host = host;
  }

  /**
   * Everything on the host that rests on one function, the worst first. Nothing for an unknown
   * address.
   */
  public static List<Consequence> of(HostSnapshot host, PciAddress address) {
    Optional<PciFunction> function = host.function(address);
    if (function.isEmpty()) {
      return List.of();
    }
    BlastRadius radius = new BlastRadius(host);
    radius.network(address);
    radius.storage(address);
    radius.rest(function.get());
    List<Consequence> found = radius.found;
    if (found.size() > 1) {
      found.sort((a, b) -> a.severity().compareTo(b.severity()));
    }
    return List.copyOf(found);
  }

  private void network(PciAddress address) {
    for (NetInterface net : host.netsOf(address)) {
      int before = found.size();
      carried(net, net.name(), new HashSet<>());
      if (found.size() == before && net.up()) {
        add(
            Severity.NOTE,
            Kind.INTERFACE,
            "interface " + net.name() + " is up, without an address");
      }
    }
  }

  /**
   * What an interface and all that is built on it carry. A default route on a bridge over a bond
   * over the function goes with the function as surely as one on the function itself.
   */
  private void carried(NetInterface net, String path, Set<String> seen) {
    if (!seen.add(net.name())) {
      return;
    }
    if (net.defaultRoute()) {
      add(Severity.REFUSAL, Kind.DEFAULT_ROUTE, "carries this host's default route (" + path + ")");
    }
    if (host.sessionAddress().isPresent()
        && host.sessionAddress().get().endsWith("%" + net.name())) {
      // Link-local addresses are not listed; the session's own says which interface it means.
      add(Severity.REFUSAL, Kind.SESSION, "carries your own SSH session (" + path + ")");
    }
    for (String address : net.addresses()) {
      if (host.sessionAddress().isPresent()
          && bare(address).equals(unmapped(host.sessionAddress().get()))) {
        add(
            Severity.REFUSAL,
            Kind.SESSION,
            "carries your own SSH session (" + path + ", " + bare(address) + ")");
      } else {
        add(Severity.WARNING, Kind.ADDRESS, "has the address " + address + " (" + path + ")");
      }
    }
    for (String upper : net.uppers()) {
      Optional<NetInterface> above = host.net(upper);
      add(Severity.WARNING, Kind.UPPER, "is part of " + upper);
      if (above.isPresent()) {
        carried(above.get(), path + " > " + upper, seen);
      }
    }
  }

  /** An IPv4 address as a server sees it that listens on IPv6 (RFC 4291, section 2.5.5.2). */
  private static String unmapped(String address) {
    return address.startsWith("::ffff:") && address.indexOf('.') > 0
        ? address.substring("::ffff:".length())
        : address;
  }

  private static String bare(String address) {
    int slash = address.indexOf('/');
    return slash < 0 ? address : address.substring(0, slash);
  }

  private void storage(PciAddress address) {
    for (BlockDevice disk : host.disksOf(address)) {
      for (BlockDevice.Use use : disk.uses()) {
        String via = use.via().isEmpty() ? disk.name() : String.join(" > ", use.via());
        // Not a switch, as in Lendability.
        if (use.what() instanceof BlockDevice.Mounted(String point)) {
          boolean system = SYSTEM_MOUNTS.contains(point);
          add(
              Severity.REFUSAL,
              system ? Kind.ROOT_STORAGE : Kind.MOUNT,
              (system ? "carries this host's " : "carries the mounted ")
                  + point
                  + " ("
                  + via
                  + ")");
        } else if (use.what() instanceof BlockDevice.Layer(String device)) {
          add(Severity.WARNING, Kind.LAYER, "carries " + device + " (" + via + ")");
        } else {
          add(Severity.REFUSAL, Kind.SWAP, "carries swap in use (" + via + ")");
        }
      }
      if (disk.uses().isEmpty()) {
        add(Severity.NOTE, Kind.DISK, "disk " + disk.name() + " goes with it, not in use");
      }
    }
  }

  private void rest(PciFunction function) {
    if (function.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs)
        && !vfs.isEmpty()) {
      add(
          Severity.REFUSAL,
          Kind.VIRTUAL_FUNCTIONS,
          "has " + vfs.size() + " of " + total + " VFs, which would vanish with it");
    }
    if (function.pciClass().kind() == PciClass.Kind.DISPLAY
        && function.driver().isPresent()
        && !function.boundTo("vfio-pci")) {
      add(Severity.WARNING, Kind.DISPLAY, "may show this host's console");
    }
  }

  private void add(Severity severity, Kind kind, String text) {
    found.add(new Consequence(severity, kind, text));
  }
}
