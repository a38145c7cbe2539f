package dev.lend.advise;

import dev.lend.ledger.Ledger;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.plan.Lendability;
import dev.lend.plan.Planner;
import dev.lend.plan.VfChoice;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What a host has for a guest's network.
 *
 * @param vhost its kernel has vhost_net
 * @param iommu an IOMMU is at work
 * @param pfs network PFs, by address
 * @param cards network cards that can be lent whole, alone, by address
 */
public record Means(boolean vhost, boolean iommu, List<Pf> pfs, List<PciAddress> cards) {
  /**
   * A PF.
   *
   * @param free how many of its VFs nobody has
   * @param possible how many more could be made at once: a count is changed through zero (kernel:
   *     {@code drivers/pci/pci-sysfs.c}, sriov_numvfs_store), so none where there are any
   */
  public record Pf(PciAddress address, int free, int possible) {}

  /** Copies the lists. */
  public Means {
    pfs = List.copyOf(pfs);
    cards = List.copyOf(cards);
  }

  /**
   * What a host has.
   *
   * @param host with what uses its functions, and who holds them
   * @param vhost its kernel has vhost_net
   */
  public static Means of(HostSnapshot host, Ledger ledger, boolean vhost) {
    List<Pf> pfs = new ArrayList<>();
    List<PciAddress> cards = new ArrayList<>();
    VfChoice choice = new VfChoice(host, ledger);
    boolean iommu = false;
    for (PciFunction function : host.functions().values()) {
      iommu |= function.group() instanceof Fact.Known<Integer>;
      if (!function.network()) {
        continue;
      }
      boolean own =
          ledger.loan(function.address()).isEmpty() && ledger.quarantine(function).isEmpty();
      if (function.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs)) {
        int free = choice.of(List.of(function.address()), OptionalInt.empty(), vf -> true).size();
        boolean driven = function.driver().isPresent() && !function.boundTo(Planner.VFIO_PCI);
        pfs.add(new Pf(function.address(), free, vfs.isEmpty() && driven && own ? total : 0));
      }
      if (own
          && !(function.sriov() instanceof SriovRole.Virtual)
          && Lendability.of(host, function) instanceof Lendability.Yes) {
        cards.add(function.address());
      }
    }
    return new Means(vhost, iommu, pfs, cards);
  }

  /** How many VFs can be had at once. */
  public int vfs() {
    return pfs.stream().mapToInt(pf -> pf.free() + pf.possible()).sum();
  }

  /** What is true of the host. */
  Set<Circumstance> circumstances(int guests) {
    Set<Circumstance> all = EnumSet.noneOf(Circumstance.class);
    if (!vhost) {
      all.add(Circumstance.NO_VHOST);
    }
    if (!iommu) {
      all.add(Circumstance.NO_IOMMU);
    }
    if (vfs() < guests) {
      all.add(vfs() == 0 ? Circumstance.NO_VF : Circumstance.FEW_VFS);
    }
    if (cards.size() < guests) {
      all.add(cards.isEmpty() ? Circumstance.NO_CARD : Circumstance.FEW_CARDS);
    }
    return all;
  }
}
