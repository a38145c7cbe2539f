package dev.lend.act;

import dev.lend.linux.Net;
import dev.lend.model.DeclaredPf;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PfIdentity;
import dev.lend.plan.PfFinder;
import dev.lend.plan.PfPlace;
import dev.lend.sysfs.KernelReader;
import java.util.Optional;
import java.util.SortedMap;

/** Finds on a host the PFs that files speak of. */
public final class DeclaredPlaces {
  private final HostSnapshot host;
  private final SortedMap<PciAddress, PfIdentity> identities;

  /**
   * @param host with its network interfaces
   * @param vpd true where somebody knows a card by its vital product data, which is slow to read
   */
  public DeclaredPlaces(KernelReader kernel, Net net, HostSnapshot host, boolean vpd) {
    this.host = host;
    this.identities = new PfIdentities(kernel, net).of(host, vpd);
  }

  /** Where a PF is now. */
  public PfPlace find(DeclaredPf pf) {
    return new PfFinder(identities).find(pf.identity(), pf.device().flatMap(this::named));
  }

  /** What a PF is known by. */
  public PfIdentity identity(PciAddress pf) {
    return Optional.ofNullable(identities.get(pf)).orElseGet(PfIdentity::unknown);
  }

  private Optional<PciAddress> named(String device) {
    return PciAddress.parse(device).or(() -> host.net(device).flatMap(NetInterface::function));
  }
}
