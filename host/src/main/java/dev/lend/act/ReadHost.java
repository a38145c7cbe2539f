package dev.lend.act;

import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.Nvme;
import dev.lend.model.Fact;
import dev.lend.model.Guest;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetOrigin;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.VfioHolder;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.Scope;
import dev.lend.sysfs.SshSession;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** The view of a host through its kernel. */
public final class ReadHost implements HostView {
  private final KernelReader kernel;
  private final NetOrigins origins;
  private final PfReader pfs;
  private final FilterReader filters;
  private final NetTruth truth;
  private final String sshConnection;

  /**
   * @param sshConnection the environment variable {@code SSH_CONNECTION} of whoever asks; empty
   *     text where there is none
   */
  public ReadHost(KernelReader kernel, Net net, Nvme nvme, String sshConnection) {
    this.kernel = kernel;
    this.origins = new NetOrigins(kernel, net);
    this.truth = new NetTruth(net);
    this.pfs = new PfReader(kernel, net, nvme);
    this.filters = new FilterReader(kernel, net);
    this.sshConnection = sshConnection;
  }

  @Override
  public HostSnapshot around(PciAddress address, Set<PciAddress> heldUp) {
    Set<PciAddress> bindings = new HashSet<>();
    bindings.add(address);
    for (String name :
        kernel.list("sys/bus/pci/devices/" + address + "/iommu_group/devices").or(List.of())) {
      PciAddress.parse(name).ifPresent(bindings::add);
    }
    Set<PciAddress> group = Set.copyOf(bindings);
    group.forEach(member -> bindings.addAll(PfReader.vfs(kernel, member).values()));
    bindings.removeAll(heldUp);
    HostSnapshot host = read(bindings, Set.of(address));
    for (PciAddress member : group) {
      // What a write holds up is not asked: the number of VFs would not come either.
      if (host.binding(member).isPresent()) {
        host = host.with(host.surroundings().with(member, pfs.read(host, member)));
      }
    }
    host = host.with(host.surroundings().withLentVfs(origins.lentVfs(host, Set.of(address))));
    return withFilter(host, address);
  }

  /** Only a bridge on its PF makes that a matter for a VF. */
  private HostSnapshot withFilter(HostSnapshot host, PciAddress vf) {
    if (host.function(vf).map(PciFunction::sriov).orElse(null)
            instanceof SriovRole.Virtual(PciAddress pf, int index)
        && host.netsOf(pf).stream().anyMatch(one -> !one.uppers().isEmpty())) {
      return host.with(host.surroundings().withFilter(pf, filters.read(host, pf)));
    }
    return host;
  }

  @Override
  public HostSnapshot withVfs(PciAddress pf, Set<PciAddress> heldUp) {
    Set<PciAddress> bindings = new HashSet<>(PfReader.vfs(kernel, pf).values());
    bindings.add(pf);
    bindings.removeAll(heldUp);
    HostSnapshot host = read(bindings, bindings);
    return heldUp.contains(pf)
        ? host
        : host.with(
            host.surroundings()
                .with(pf, pfs.read(host, pf))
                .withFilter(pf, filters.read(host, pf)));
  }

  private HostSnapshot read(Set<PciAddress> bindings, Set<PciAddress> around) {
    String connection = SshSession.connection(kernel, sshConnection);
    HostSnapshot host =
        new HostReader(kernel)
            .read(
                Scope.uses().withBindings(bindings).withAllAround(around).withSession(connection));
    Map<PciAddress, Fact<NetOrigin>> found;
    try {
      host = truth.of(host, bindings, connection);
      found = origins.of(host, bindings);
    } catch (NetRefusal refusal) {
      found = NetOrigins.unreadable(host, bindings, refusal);
    }
    return host.with(host.surroundings().with(found));
  }

  @Override
  public List<VfioHolder> holders(int group) {
    return new HostReader(kernel)
        .read(Scope.functions().withHolders()).holders().stream()
            .filter(holder -> holder.group() == group)
            .toList();
  }

  @Override
  public OptionalInt nodeOf(Guest guest) {
    return GuestNode.of(guest, kernel);
  }
}
