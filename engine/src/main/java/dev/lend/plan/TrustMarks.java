package dev.lend.plan;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Quarantine;
import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import dev.lend.model.FunctionDetail;
import dev.lend.model.FunctionDetail.Bar;
import dev.lend.model.FunctionDetail.GroupReason;
import dev.lend.model.FunctionDetail.Interrupts;
import dev.lend.model.FunctionDetail.ReservedRegion;
import dev.lend.model.FunctionDetail.Upstream;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.TrustFacts;
import dev.lend.plan.Trust.Grade;
import dev.lend.plan.Trust.Mark;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a function is marked for, one after the other; resets are in {@link ResetMarks}. */
final class TrustMarks {
  private final HostSnapshot host;
  private final TrustFacts facts;
  private final FunctionDetail detail;
  private final PciFunction function;
  private final String device;
  private final List<Mark> marks = new ArrayList<>();

  private TrustMarks(HostSnapshot host, TrustFacts facts) {
    this.host = host;
    this.facts = facts;
    this.detail = facts.detail();
    this.function = detail.function();
    this.device = Step.DEVICES + function.address();
  }

  static List<Mark> of(HostSnapshot host, TrustFacts facts, Optional<Ledger> ledger) {
    TrustMarks all = new TrustMarks(host, facts);
    if (facts.detail().function().bridge()) {
      all.add(
          Finding.of(
              "kind",
              Severity.BLOCKER,
              "is a bridge: it carries other devices and is never lent",
              all.device + "/class: " + facts.detail().function().pciClass()));
      return all.marks;
    }
    if (facts.silent()) {
      all.silent();
    }
    ledger.flatMap(known -> known.quarantine(all.function)).ifPresent(all::quarantine);
    all.isolation();
    all.reservedMemory();
    all.remapping();
    all.marks.addAll(ResetMarks.of(host, facts, ledger));
    all.interrupts();
    all.windows();
    all.display();
    all.whatStays();
    return all.marks;
  }

  private void add(Finding finding) {
    marks.add(Trust.mark(finding));
  }

  private void add(Finding finding, Grade atMost) {
    marks.add(new Mark(finding, atMost));
  }

  private void silent() {
    add(
        Finding.of(
                "answers",
                Severity.BLOCKER,
                "does not answer: it has dropped off its bus, or sleeps without power",
                device + "/config: all ones",
                device + "/power_state: " + detail.power().or("unknown"))
            .with(
                Remedy.now(
                    "echo 1 | sudo tee " + device + "/remove",
                    "echo 1 | sudo tee /sys/bus/pci/rescan",
                    "where that does not bring it back: take the power off the host")));
  }

  private void quarantine(Quarantine quarantine) {
    add(
        Finding.of(
                "quarantine",
                Severity.BLOCKER,
                "is in quarantine: its reset failed when it came back",
                "Lend's journal, " + quarantine.since() + ": " + quarantine.why())
            .with(Remedy.now("lend clean " + function.address().brief())));
  }

  private void isolation() {
    String id = "isolation";
    if (function.group() instanceof Fact.Absent<Integer>) {
      add(
          Finding.of(
                  id,
                  Severity.BLOCKER,
                  "nothing isolates it: the IOMMU is off",
                  device + "/iommu_group is not there")
              .with(Remedy.now("lend check says what turns it on")));
      return;
    }
    if (!(function.group() instanceof Fact.Known<Integer>(Integer group))) {
      add(Finding.of(id, Severity.UNKNOWN, "its IOMMU group cannot be read"));
      return;
    }
    List<String> evidence = new ArrayList<>();
    List<String> members = new ArrayList<>();
    host.group(group).forEach(member -> members.add(member.address().brief()));
    evidence.add("/sys/kernel/iommu_groups/" + group + "/devices: " + String.join(", ", members));
    for (Upstream bridge : detail.upstream()) {
      evidence.add("behind " + GroupWords.behind(bridge));
    }
    List<String> mates = new ArrayList<>();
    host.groupMates(function).forEach(mate -> mates.add(mate.address().brief()));
    detail.sharing().forEach(reason -> evidence.add(GroupWords.because(reason)));
    if (!mates.isEmpty() && oneCard()) {
      add(
          Finding.of(
                  id,
                  Severity.NOTE,
                  "goes to a guest together with "
                      + String.join(" and ", mates)
                      + ", of the same card")
              .because(evidence)
              .with(Remedy.now("lend attach takes them along with --with-group")),
          Grade.B);
    } else if (!mates.isEmpty()) {
      add(
          Finding.of(
                  id,
                  Severity.WARNING,
                  "is not kept apart from "
                      + String.join(" and ", mates)
                      + ": they go to one guest, or leave the host, together")
              .because(evidence)
              .with(moveIt()));
    } else if (detail.sharing().isEmpty()) {
      add(
          Finding.of(id, Severity.OK, "is kept apart: alone in IOMMU group " + group)
              .because(evidence));
    } else {
      add(
          Finding.of(
                  id, Severity.NOTE, "is kept apart only because nothing else is behind its bridge")
              .because(evidence),
          Grade.B);
    }
  }

  private boolean oneCard() {
    return host.groupMates(function).stream()
        .allMatch(mate -> mate.address().sameSlot(function.address()));
  }

  private Remedy moveIt() {
    List<String> steps = new ArrayList<>();
    steps.add("put the card into another slot, below a root port of its own");
    for (GroupReason reason : detail.sharing()) {
      if (reason instanceof GroupReason.OpenPort open && open.acs() instanceof Fact.Known) {
        steps.add(
            "or let the kernel turn on the port's ACS, if it is new enough: pci=config_acs="
                + " (Documentation/admin-guide/kernel-parameters.txt)");
        break;
      }
    }
    return new Remedy(steps, true);
  }

  private void reservedMemory() {
    String id = "reserved-memory";
    if (detail.reserved()
        instanceof Fact.Unreadable<List<ReservedRegion>>(String path, String why)) {
      add(
          Finding.of(
              id, Severity.UNKNOWN, "reserved memory cannot be read", "/" + path + ": " + why));
      return;
    }
    List<String> direct = new ArrayList<>();
    List<String> relaxable = new ArrayList<>();
    for (ReservedRegion region : detail.reserved().or(List.of())) {
      String line =
          "/sys/kernel/iommu_groups/"
              + function.group().or(-1)
              + "/reserved_regions: "
              + region.first()
              + " "
              + region.last()
              + " "
              + region.type();
      if (region.forbidsLending()) {
        direct.add(line);
      } else if (region.type().startsWith("direct")) {
        relaxable.add(line);
      }
    }
    if (!direct.isEmpty()) {
      add(
          Finding.of(
                  id,
                  Severity.BLOCKER,
                  "the firmware keeps memory mapped for it: the kernel will say that it is"
                      + " ineligible for IOMMU domain attach due to platform RMRR requirement")
              .because(direct)
              .with(
                  new Remedy(
                      List.of(
                          "look in the firmware setup, or its update, for a way to exclude the slot"
                              + " from shared memory; the maker's support knows it as RMRR"),
                      true)));
    } else if (!relaxable.isEmpty()) {
      add(
          Finding.of(
                  id, Severity.OK, "the firmware's memory for it is only for booting (relaxable)")
              .because(relaxable));
    } else if (detail.reserved() instanceof Fact.Known) {
      add(Finding.of(id, Severity.OK, "the firmware keeps no memory mapped for it"));
    }
  }

  /** Going without it is a risk that somebody has taken for the whole host. */
  private void remapping() {
    Finding found = facts.remapping();
    add(found, found.severity() == Severity.WARNING ? Grade.D : Trust.mark(found).atMost());
  }

  private void interrupts() {
    String id = "interrupts";
    Interrupts interrupts = detail.interrupts();
    List<String> kinds = new ArrayList<>();
    interrupts.msi().asOptional().ifPresent(count -> kinds.add("MSI " + count));
    interrupts.msix().asOptional().ifPresent(count -> kinds.add("MSI-X " + count));
    if (!kinds.isEmpty()) {
      add(
          Finding.of(
              id,
              Severity.OK,
              "has interrupts of its own",
              device + "/config: " + String.join(", ", kinds)));
    } else if (interrupts.msi() instanceof Fact.Unreadable<Integer>(String path, String why)) {
      add(
          Finding.of(
              id, Severity.UNKNOWN, "MSI and MSI-X cannot be seen", "/" + path + ": " + why));
    } else {
      add(
          Finding.of(
              id,
              Severity.WARNING,
              "has neither MSI nor MSI-X: it shares an interrupt line with others, where it can be"
                  + " lent at all",
              device + "/config: no such capability"));
    }
  }

  private void windows() {
    String id = "windows";
    long large = 0;
    List<String> sizes = new ArrayList<>();
    for (Bar bar : detail.bars()) {
      if (bar.index() < 6) {
        sizes.add("BAR " + bar.index() + " " + Amount.bytes(bar.bytes()));
        large += bar.space() == Bar.Space.MEMORY_64 ? bar.bytes() : 0;
      } else if (!(function.sriov() instanceof SriovRole.Virtual)) {
        add(
            Finding.of(
                "rom",
                Severity.NOTE,
                "has an expansion ROM, which the guest's firmware runs; rombar=0 leaves it out",
                device + "/resource: ROM " + Amount.bytes(bar.bytes())));
      }
    }
    String evidence = device + "/resource: " + String.join(", ", sizes);
    if (!facts.homeless().isEmpty()) {
      add(
          Finding.of(
                  id,
                  Severity.WARNING,
                  "has windows without an address: the host found no room for them, and it will not"
                      + " work in a guest either",
                  evidence,
                  "without an address: BAR " + listed(facts.homeless()))
              .with(
                  new Remedy(
                      List.of(
                          "turn on Above 4G Decoding in the firmware setup",
                          "or boot with pci=realloc on the kernel command line"),
                      true)),
          Grade.D);
    } else if (large >= Aperture.GUEST_WINDOW) {
      add(
          Finding.of(
              id,
              Severity.NOTE,
              "has "
                  + Amount.bytes(large)
                  + " of windows: a guest with OVMF needs a 64-bit window as large: "
                  + Aperture.ovmf(large),
              evidence));
    } else if (!sizes.isEmpty()) {
      add(Finding.of(id, Severity.OK, "its windows have their addresses", evidence));
    }
  }

  private static String listed(List<Integer> numbers) {
    List<String> texts = new ArrayList<>();
    numbers.forEach(number -> texts.add(number.toString()));
    return String.join(", ", texts);
  }

  private void display() {
    if (facts.bootDisplay().or(false)) {
      add(
          Finding.of(
                  "boot-display",
                  Severity.WARNING,
                  "the firmware started with it: its ROM may be a used copy, and the host's console"
                      + " may hold its memory",
                  device + "/boot_vga: 1")
              .with(
                  Remedy.now(
                      "let the firmware start with another display, or give the guest a ROM from"
                          + " the maker: romfile=FILE")));
    }
  }

  /** What no reset takes away. */
  private void whatStays() {
    if (function.sriov() instanceof SriovRole.Virtual) {
      return;
    }
    boolean storage = function.pciClass().kind() == PciClass.Kind.STORAGE;
    add(
        Finding.of(
            "what-stays",
            Severity.NOTE,
            storage
                ? "what is on its disks stays there, for the next guest and for the host"
                : "a guest has all of it: what it writes to the device's own firmware, no reset"
                    + " undoes"));
  }
}
