package dev.lend.plan;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.DomainDefinition;
import dev.lend.model.DomainDefinition.Wanted;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What would happen to the devices of a domain if libvirt started it now. libvirt knows what its
 * own domains have, and neither what Lend has lent nor what the host lives on: with {@code
 * managed='yes'} it takes a card with the default route without a word.
 */
public final class DefinitionChecks {
  private final HostSnapshot host;
  private final Ledger ledger;
  private final List<DomainDefinition> domains;
  private final Names names;

  /**
   * @param host with what uses its functions, who holds them, and what Lend knows of them
   * @param domains all of that libvirt
   */
  public DefinitionChecks(HostSnapshot host, Ledger ledger, List<DomainDefinition> domains) {
    this.host = host;
    this.ledger = ledger;
    this.domains = List.copyOf(domains);
    this.names = new Names(host);
  }

  /** One finding or more for each device that a domain starts with. */
  public List<Finding> of(DomainDefinition domain) {
    List<Finding> findings = new ArrayList<>();
    for (Wanted wanted : domain.next()) {
      findings.addAll(of(domain, wanted));
    }
    return List.copyOf(findings);
  }

  private List<Finding> of(DomainDefinition domain, Wanted wanted) {
    Optional<PciFunction> function = host.function(wanted.address());
    if (function.isEmpty()) {
      return List.of(missing(wanted));
    }
    List<Finding> found = new ArrayList<>();
    lent(domain, wanted, function.get()).ifPresent(found::add);
    others(domain, function.get()).ifPresent(found::add);
    if (!domain.has(wanted.address())) {
      another(wanted, function.get()).ifPresent(found::add);
      // What is lent stands on vfio-pci, with somebody who holds it: that is said already.
      if (found.stream().noneMatch(finding -> finding.id().equals(LENT))) {
        new DefinitionUse(host, ledger, domain, wanted, function.get()).find(found);
      }
    }
    boolean stands = found.stream().allMatch(finding -> finding.severity() == Severity.OK);
    if (stands) {
      found.add(free(domain, wanted, function.get()));
    }
    if (wanted.managed()) {
      found.add(managed(wanted, function.get()));
    }
    return found;
  }

  static final String LENT = "definition-lent";

  private Finding free(DomainDefinition domain, Wanted wanted, PciFunction function) {
    boolean has = domain.has(wanted.address());
    boolean own = ledger.loan(wanted.address()).flatMap(Loan::inGuest).isPresent();
    boolean reserved = !own && ledger.loan(wanted.address()).isPresent();
    return Finding.of(
        "definition-device",
        Severity.OK,
        names.of(function)
            + (has
                ? ": the domain has it now"
                : own
                    ? ": lent to this domain"
                    : reserved ? ": reserved for whoever starts with it" : ": nobody else has it"));
  }

  private Finding missing(Wanted wanted) {
    String brief = wanted.address().brief();
    Finding finding =
        Finding.of(
            "definition-missing",
            Severity.BLOCKER,
            brief + ": there is no such device on this host",
            "/sys/bus/pci/devices/" + wanted.address() + " is not there");
    String edit = "else put its new address into the definition: virsh edit";
    return ledger.loan(wanted.address()).isPresent()
        ? finding.with(Remedy.now("lend status says what Lend knows of it", edit))
        : finding.with(
            Remedy.now(
                "a virtual function is there again when its card has as many as before: lend vf"
                    + " list, lend vf create",
                edit));
  }

  /** Lent to another guest, or kept for one in a way that this start would undo. */
  private Optional<Finding> lent(DomainDefinition domain, Wanted wanted, PciFunction function) {
    List<PciFunction> members = new ArrayList<>(host.groupMates(function));
    members.addFirst(function);
    for (PciFunction member : members) {
      Optional<Loan> loan = ledger.loan(member.address());
      boolean itself = member.equals(function);
      Optional<String> why =
          loan.flatMap(one -> elsewhere(one, domain, itself && wanted.managed()));
      if (why.isPresent()) {
        String title =
            names.of(function)
                + (itself
                    ? " "
                    : " shares its IOMMU group with " + member.address().brief() + ", which ")
                + why.get();
        return Optional.of(
            Finding.of(
                    LENT,
                    Severity.BLOCKER,
                    title,
                    "lend status: " + member.address().brief() + " since " + loan.get().since())
                .with(remedy(loan.get(), member)));
      }
    }
    return Optional.empty();
  }

  private Optional<String> elsewhere(Loan loan, DomainDefinition domain, boolean managed) {
    return switch (effective(loan)) {
      case Loan.InGuest in ->
          in.guest().equals(domain.guest())
              ? Optional.empty()
              : Optional.of("is lent to " + in.guest());
      case Loan.InProcess in -> Optional.of("is lent to " + in.describe() + ", by lend run");
      case Loan.Reserved reserved -> whileReserved(managed);
      case Loan.Along along -> whileReserved(managed);
    };
  }

  private static Optional<String> whileReserved(boolean managed) {
    return managed
        ? Optional.of(
            "is reserved, and this domain would have libvirt give it to the host's driver in the"
                + " end (managed='yes')")
        : Optional.empty();
  }

  /** Who has a function, or that for whose sake it came along. */
  private Loan.Holder effective(Loan loan) {
    return loan.holder() instanceof Loan.Along(PciAddress with)
        ? ledger.loan(with).map(Loan::holder).orElse(loan.holder())
        : loan.holder();
  }

  private Remedy remedy(Loan loan, PciFunction member) {
    String brief = names.shortest(member);
    return switch (effective(loan)) {
      case Loan.InGuest in -> Remedy.now("lend detach " + brief);
      case Loan.InProcess in -> Remedy.now("end " + in.describe() + ": that gives it back");
      case Loan.Reserved reserved -> Remedy.now(reservedRemedy(brief));
      case Loan.Along along -> Remedy.now(reservedRemedy(brief));
    };
  }

  private static String reservedRemedy(String brief) {
    return "write managed='no' into the definition (virsh edit), or give it back first: lend return "
        + brief;
  }

  private Optional<Finding> others(DomainDefinition domain, PciFunction function) {
    List<String> have = new ArrayList<>();
    List<String> want = new ArrayList<>();
    for (DomainDefinition other : domains) {
      if (!other.uuid().equals(domain.uuid())) {
        if (other.has(function.address())) {
          have.add(other.name());
        } else if (other.wants(function.address())) {
          want.add(other.name());
        }
      }
    }
    String id = "definition-shared";
    if (!have.isEmpty()) {
      return Optional.of(
          Finding.of(
                  id,
                  Severity.BLOCKER,
                  names.of(function) + ": domain " + String.join(", ", have) + " has it now")
              .with(
                  Remedy.now(
                      "take it from there first, or give each a device of its own: virsh edit")));
    }
    return want.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Finding.of(
                    id,
                    Severity.WARNING,
                    names.of(function)
                        + " is in the definition of "
                        + String.join(", ", want)
                        + " as well: only one of them can run at a time")
                .with(Remedy.now("give each a device of its own: virsh edit")));
  }

  /** The definition has an address, and nothing that would tell one device from another. */
  private Optional<Finding> another(Wanted wanted, PciFunction function) {
    Optional<String> changed =
        ledger
            .loan(function.address())
            .flatMap(loan -> Drift.otherDevice(loan, Drift.identity(host, function)));
    boolean noVf =
        wanted.network() && !(function.sriov() instanceof SriovRole.Virtual && function.network());
    if (changed.isEmpty() && !noVf) {
      return Optional.empty();
    }
    return Optional.of(
        Finding.of(
                "definition-another",
                Severity.BLOCKER,
                names.of(function)
                    + " "
                    + changed.orElse(
                        "is no virtual function of a network card, as <interface type='hostdev'>"
                            + " needs it: another device sits there now"),
                "/sys/bus/pci/devices/" + function.address() + ": " + function.id())
            .with(
                Remedy.now(
                    "find the device's address now (lend list) and write it into the definition:"
                        + " virsh edit")));
  }

  private Finding managed(Wanted wanted, PciFunction function) {
    boolean lent = ledger.loan(wanted.address()).flatMap(Loan::inGuest).isPresent();
    String what =
        names.of(function)
            + ": managed='yes', so libvirt takes it from its driver at the start and gives it back"
            + " at the end; Lend leaves that alone";
    return lent
        ? Finding.of(
                "definition-managed",
                Severity.WARNING,
                what + ", and would still have it as lent then")
            .with(Remedy.now("write managed='no' into the definition: virsh edit"))
        : Finding.of("definition-managed", Severity.NOTE, what);
  }
}
