package dev.lend.plan;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.DomainDefinition;
import dev.lend.model.DomainDefinition.Wanted;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How the host itself stands to a device that a domain would start with. */
final class DefinitionUse {
  private final HostSnapshot host;
  private final Ledger ledger;
  private final DomainDefinition domain;
  private final Wanted wanted;
  private final PciFunction function;
  private final Names names;

  DefinitionUse(
      HostSnapshot host,
      Ledger ledger,
      DomainDefinition domain,
      Wanted wanted,
      PciFunction function) {
    this.host = host;
    this.ledger = ledger;
    this.domain = domain;
    this.wanted = wanted;
    this.function = function;
    this.names = new Names(host);
  }

  void find(List<Finding> found) {
    boolean refused = refused(found);
    if (!refused && !viable(function)) {
      stops(found);
    }
    if (!refused) {
      driver().ifPresent(found::add);
      group().ifPresent(found::add);
    }
  }

  /** What Lend would refuse to lend: libvirt does not ask. */
  private boolean refused(List<Finding> found) {
    if (!(Lendability.of(host, function) instanceof Lendability.No(List<String> reasons))) {
      return false;
    }
    found.add(
        Finding.of(
                "definition-in-use",
                Severity.BLOCKER,
                names.of(function) + " " + reasons.getFirst() + consequence())
            .because(reasons.subList(1, reasons.size()))
            .with(
                Remedy.now(
                    "give the domain another device (lend list shows which may go): virsh edit")));
    return true;
  }

  private String consequence() {
    return wanted.managed() && !viable(function)
        ? ": libvirt would take it from the host without asking"
        : "";
  }

  private void stops(List<Finding> found) {
    List<String> uses = new ArrayList<>();
    for (Consequence consequence : BlastRadius.together(host, function)) {
      if (consequence.warns()) {
        uses.add(consequence.text());
      }
    }
    if (!uses.isEmpty()) {
      found.add(
          Finding.of(
                  "definition-in-use",
                  Severity.WARNING,
                  names.of(function)
                      + " is in use on this host, and that would stop"
                      + (wanted.managed() ? " without a question" : ""))
              .because(uses));
    }
  }

  /** libvirt refuses to start with a device that it shall not take from its driver itself. */
  private Optional<Finding> driver() {
    if (wanted.managed() || vfio(function)) {
      return Optional.empty();
    }
    String driver = function.driver().orElse("");
    return Optional.of(
        Finding.of(
                "definition-driver",
                Severity.BLOCKER,
                names.withoutDriver(function)
                    + ": managed='no', and it is on "
                    + (driver.isEmpty() ? "no driver" : driver)
                    + ", not on vfio-pci",
                "/sys/bus/pci/devices/"
                    + function.address()
                    + "/driver: "
                    + (driver.isEmpty() ? "not there" : driver))
            .with(
                Remedy.now(
                    ledger
                            .loan(function.address())
                            .flatMap(Loan::inGuest)
                            .map(Loan.InGuest::defined)
                            .orElse(false)
                        ? "lend boot restore"
                        : "lend reserve " + names.shortest(function) + withGroup())));
  }

  private String withGroup() {
    return host.groupMates(function).isEmpty() ? "" : " --with-group";
  }

  /**
   * The kernel opens a group only when the host's drivers have let all of it go (kernel: {@code
   * drivers/iommu/iommu.c}, iommu_group_claim_dma_owner).
   */
  private Optional<Finding> group() {
    List<String> stay = new ArrayList<>();
    for (PciFunction mate : host.groupMates(function)) {
      boolean comes = domain.wants(mate.address()) || ledger.loan(mate.address()).isPresent();
      if (!comes && !viable(mate)) {
        stay.add(names.of(mate));
      }
    }
    return stay.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.of(
                    "definition-group",
                    Severity.BLOCKER,
                    names.of(function)
                        + " shares its IOMMU group with "
                        + String.join(" and ", stay)
                        + ", which the host would keep: the kernel refuses half a group",
                    "/sys/bus/pci/devices/" + function.address() + "/iommu_group/devices")
                .with(
                    Remedy.now(
                        "lend reserve "
                            + names.shortest(function)
                            + " --with-group, and managed='no' in the definition: virsh edit")));
  }

  /** True where no driver of the host has it. */
  private static boolean viable(PciFunction function) {
    return function.driver().isEmpty()
        || vfio(function)
        || function.boundTo("pci-stub")
        || function.boundTo("pcieport");
  }

  private static boolean vfio(PciFunction function) {
    return function.driver().orElse("").contains("vfio");
  }
}
