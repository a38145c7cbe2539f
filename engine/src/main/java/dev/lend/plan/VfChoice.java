package dev.lend.plan;

import dev.lend.ledger.Ledger;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * Chooses a VF for a guest that takes any: alone in its IOMMU group, used by nobody, near to the
 * guest's memory where that is known, and of the PF that has most left to give.
 */
public final class VfChoice {
  /**
   * A VF that can be had, and what speaks for it.
   *
   * @param near true where it is on the wanted NUMA node, or none is wanted
   * @param free how many VFs its PF has left to give
   */
  private record Candidate(PciFunction vf, boolean near, int free, int index) {}

  private final HostSnapshot host;
  private final Ledger ledger;

  /**
   * @param host with what uses its functions, and who holds them
   */
  public VfChoice(HostSnapshot host, Ledger ledger) {
    this.host = host;
    this.ledger = ledger;
  }

  /**
   * The free VFs of some PFs, the best first.
   *
   * @param node the NUMA node of the guest's memory; empty where it is unknown or does not matter
   * @param wanted which of them come into question at all
   */
  public List<PciAddress> of(List<PciAddress> pfs, OptionalInt node, Predicate<PciAddress> wanted) {
    List<Candidate> candidates = new ArrayList<>();
    for (PciAddress address : pfs) {
      if (host.function(address).map(PciFunction::sriov).orElse(null)
          instanceof SriovRole.Physical(int total, List<PciAddress> vfs)) {
        List<PciFunction> free = new ArrayList<>();
        vfs.forEach(vf -> host.function(vf).filter(this::free).ifPresent(free::add));
        free.stream()
            .filter(vf -> wanted.test(vf.address()))
            .forEach(vf -> candidates.add(candidate(vf, node, free.size())));
      }
    }
    candidates.sort(
        Comparator.comparing(Candidate::near)
            .reversed()
            .thenComparing(Candidate::free, Comparator.reverseOrder())
            .thenComparing(Candidate::index)
            .thenComparing(candidate -> candidate.vf().address()));
    return candidates.stream().map(candidate -> candidate.vf().address()).toList();
  }

  private static Candidate candidate(PciFunction vf, OptionalInt node, int left) {
    Optional<Integer> own =
        vf.numaNode() instanceof Fact.Known<Integer>(Integer known)
            ? Optional.of(known)
            : Optional.empty();
    boolean near = node.isEmpty() || own.equals(Optional.of(node.getAsInt()));
    int index = vf.sriov() instanceof SriovRole.Virtual(PciAddress pf, int number) ? number : 0;
    return new Candidate(vf, near, left, index);
  }

  private boolean free(PciFunction vf) {
    return ledger.loan(vf.address()).isEmpty()
        && ledger.quarantine(vf).isEmpty()
        && !vf.boundTo(Planner.VFIO_PCI)
        && host.holdersOf(vf).isEmpty()
        && host.groupMates(vf).isEmpty()
        && vf.group() instanceof Fact.Known<Integer>
        && BlastRadius.of(host, vf.address()).stream()
            .allMatch(consequence -> consequence.severity() == Consequence.Severity.NOTE)
        && host.netsOf(vf.address()).stream().noneMatch(net -> net.up());
  }
}
