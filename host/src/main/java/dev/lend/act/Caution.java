package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.model.Binding;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.plan.BlastRadius;
import dev.lend.plan.Consequence;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Planner;
import dev.lend.plan.Step;
import dev.lend.plan.VfStep;
import dev.lend.sysfs.BindingReader;
import dev.lend.sysfs.IdentityReader;
import dev.lend.sysfs.InterfaceNames;
import dev.lend.sysfs.KernelReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * Looks whether what was planned before is still about what it was planned for. Between a crash and
 * its recovery there may have been a start of the host, or another person.
 */
final class Caution {
  private static final Set<Kind> CARRIES =
      Set.of(Kind.DEFAULT_ROUTE, Kind.SESSION, Kind.ADDRESS, Kind.ROUTE, Kind.UPPER);

  private final KernelReader kernel;
  private final Net net;
  private final HostView host;
  private final BindingReader bindings;
  private final InterfaceNames names;

  Caution(KernelReader kernel, Net net, HostView host) {
    this.kernel = kernel;
    this.net = net;
    this.host = host;
    this.bindings = new BindingReader(kernel);
    this.names = new InterfaceNames(kernel);
  }

  /**
   * Refuses to do a step to another device than the one it was planned for. One that is gone is the
   * step's own business.
   */
  void refuseOther(DeviceIdentity was) throws Displaced {
    PciAddress address = was.address();
    Optional<DeviceIdentity> now = new IdentityReader(kernel).read(address, macs(was));
    if (now.isPresent() && !was.same(now.get())) {
      throw new Displaced(
          address.brief()
              + " is not the device that this was begun with: that was "
              + was.describe(now.get())
              + ", and "
              + now.get().describe(was)
              + " sits there now. It is left alone.");
    }
  }

  /** Netlink is asked only where it may tell the two apart. */
  private List<String> macs(DeviceIdentity was) {
    List<String> macs = new ArrayList<>();
    List<String> own = was.macs().isEmpty() ? List.of() : names.of(was.address());
    try {
      for (Link link : own.isEmpty() ? List.<Link>of() : net.links()) {
        if (own.contains(link.name())) {
          link.permanentMac().ifPresent(macs::add);
        }
      }
    } catch (NetRefusal unknown) {
      return List.of();
    }
    return macs;
  }

  /** Refuses to take a function from where neither the step nor what undoes it has put it. */
  static void refuseChanged(PciAddress address, Binding now, Binding from, Binding to)
      throws Displaced {
    if (!now.between(from, to)) {
      throw new Displaced(
          address.brief()
              + " is "
              + now.describe()
              + ": somebody else changed it since Lend found it "
              + from.describe()
              + ". It is left alone.");
    }
  }

  /**
   * True for a step after which a later one has been done already: a count of VFs, or what an NVMe
   * controller's have, that leads to another count that is there. To begin again would take VFs
   * that may be in use.
   *
   * @param todo all that is to be done, in order
   * @param index of the step
   */
  boolean overtaken(List<Step> todo, int index) {
    if (!(todo.get(index) instanceof VfStep vf)
        || !(vf instanceof VfStep.Count
            || vf instanceof VfStep.Share
            || vf instanceof VfStep.Pool)) {
      return false;
    }
    int now = PfReader.vfs(kernel, vf.pf()).size();
    return todo.subList(index + 1, todo.size()).stream()
        .anyMatch(step ->
            step instanceof VfStep.Count other && other.pf().equals(vf.pf()) && now == other.to());
  }

  /**
   * Refuses to take from the host what it cannot live without, where nobody was asked about that
   * now: it may have come to carry that since the plan was made.
   *
   * @param accepted by name, what the person took upon themselves when asked
   * @param heldUp functions that a write holds up
   */
  void refuseInUse(Step step, List<String> accepted, Set<PciAddress> heldUp) throws Displaced {
    switch (step) {
      case Step.Rebind(PciAddress address, Binding from, Binding to) -> {
        Optional<String> driver = bindings.driver(address);
        if (driver.isPresent()
            && !driver.equals(to.driver())
            && !driver.get().equals(Planner.VFIO_PCI)) {
          refuse(host.around(address, heldUp), address, accepted);
        }
      }
      case VfStep.Count(PciAddress pf, int from, int to) -> {
        List<PciAddress> vfs = List.copyOf(PfReader.vfs(kernel, pf).values());
        if (!vfs.isEmpty() && vfs.size() != to) {
          HostSnapshot now = host.withVfs(pf, heldUp);
          for (PciAddress vf : vfs) {
            refuse(now, vf, accepted);
          }
        }
      }
      case VfStep.Share(PciAddress pf, List<VfStep.NvmeChange> changes) -> {
        SortedMap<Integer, PciAddress> vfs = PfReader.vfs(kernel, pf);
        HostSnapshot now = host.withVfs(pf, heldUp);
        for (VfStep.NvmeChange change : changes) {
          PciAddress vf = vfs.get(change.index());
          if (vf != null) {
            refuse(now, vf, accepted);
          }
        }
      }
      case VfStep.Up(PciAddress pf, boolean from, boolean to) -> {
        if (!to) {
          for (Consequence rests : BlastRadius.of(host.around(pf, heldUp), pf)) {
            if (CARRIES.contains(rests.kind())) {
              throw new Displaced(
                  pf.brief() + " " + rests.text() + ". It was down before, and stays up.");
            }
          }
        }
      }
      default -> {}
    }
  }

  private static void refuse(HostSnapshot now, PciAddress address, List<String> accepted)
      throws Displaced {
    for (Consequence rests : BlastRadius.of(now, address)) {
      if (rests.refuses() && !accepted.contains(rests.kind().id())) {
        throw new Displaced(address.brief() + " " + rests.text() + " now: it is left as it is.");
      }
    }
  }
}
