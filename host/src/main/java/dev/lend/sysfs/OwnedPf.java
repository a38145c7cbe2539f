package dev.lend.sysfs;

import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A PF as other programs' configuration names it.
 *
 * @param address where it sits
 * @param names its interfaces; none where no network driver has it now
 * @param macs their hardware addresses, and the permanent one
 * @param driver its own driver; empty where it has none or a stand-in for guests
 */
record OwnedPf(PciAddress address, List<String> names, List<String> macs, Optional<String> driver) {
  private static final String STUB = "vfio-pci";

  OwnedPf {
    names = List.copyOf(names);
    macs = List.copyOf(macs);
  }

  static OwnedPf of(HostSnapshot host, PciFunction pf, Optional<String> permanentMac) {
    List<String> names = new ArrayList<>();
    List<String> macs = new ArrayList<>();
    permanentMac.ifPresent(mac -> macs.add(plain(mac)));
    for (NetInterface net : host.netsOf(pf.address())) {
      names.add(net.name());
      macs.add(plain(net.mac()));
    }
    return new OwnedPf(pf.address(), names, macs, pf.driver().filter(name -> !name.equals(STUB)));
  }

  /** A hardware address without what programs put between its digits. */
  private static String plain(String mac) {
    return mac.replace(":", "").replace("-", "").replace(".", "").toLowerCase(Locale.ROOT);
  }

  /** Whether a pattern is about its interface. */
  Fit name(String glob) {
    if (names.isEmpty()) {
      return glob.equals("*") ? Fit.YES : Fit.UNKNOWN;
    }
    return Fit.of(names.stream().anyMatch(name -> Glob.matches(glob, name)));
  }

  /** Whether a hardware address is one of its own. */
  Fit mac(String mac) {
    return macs.isEmpty() ? Fit.UNKNOWN : Fit.of(macs.contains(plain(mac)));
  }

  /** Whether a pattern is about its driver. */
  Fit driver(String glob) {
    return driver.map(own -> Fit.of(Glob.matches(glob, own))).orElse(Fit.UNKNOWN);
  }

  /** Whether a module is its driver; the kernel takes dash and underscore for the same there. */
  Fit module(String module) {
    return driver
        .map(own -> Fit.of(own.replace('-', '_').equals(module.replace('-', '_'))))
        .orElse(Fit.UNKNOWN);
  }

  /** Whether a pattern is about its place as udev words it, property {@code ID_PATH}. */
  Fit path(String glob) {
    return Fit.of(Glob.matches(glob, "pci-" + address));
  }

  /**
   * Whether what a script writes is about it.
   *
   * @param word an interface or an address, or what a shell makes one of
   */
  Fit word(String word) {
    if (word.isEmpty()) {
      return Fit.UNKNOWN;
    }
    for (char c : "$*?[{%`".toCharArray()) {
      if (word.indexOf(c) >= 0) {
        return c == '*' && name(word) == Fit.NO ? Fit.NO : Fit.UNKNOWN;
      }
    }
    Optional<PciAddress> other = PciAddress.parse(word);
    return other.isPresent() ? Fit.of(other.get().equals(address)) : name(word);
  }
}
