package dev.lend.plan;

import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import dev.lend.model.PciFunction;
import dev.lend.model.SettingOwner;
import dev.lend.model.SriovFacts;
import dev.lend.model.SriovFacts.Capability;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Whether a function can have VFs, and what has to be put right before.
 *
 * @param findings what was looked at, in the order in which it is put right
 * @param atMost how many VFs there can be as things stand; empty where that cannot be seen
 */
public record VfConditions(List<Finding> findings, OptionalInt atMost) {
  /** Copies the list. */
  public VfConditions {
    findings = List.copyOf(findings);
  }

  /**
   * What stands for and against VFs of a function.
   *
   * @param host what was found of the machine itself, which comes first
   * @param owners who else sets its VFs
   */
  public static VfConditions of(List<Finding> host, SriovFacts facts, SettingOwner.Found owners) {
    List<Finding> all = new ArrayList<>(host);
    Checks checks = new Checks(facts);
    all.addAll(checks.all());
    VfRoom room = new VfRoom(facts);
    if (checks.offered() > 0) {
      all.addAll(room.all());
      all.add(owners(owners));
    }
    OptionalInt most =
        facts.total() instanceof Fact.Known<Integer>(Integer total)
            ? OptionalInt.of(Math.min(total, room.atMost()))
            : OptionalInt.empty();
    boolean blocked = all.stream().anyMatch(finding -> finding.severity() == Severity.BLOCKER);
    return new VfConditions(all, blocked ? OptionalInt.of(0) : most);
  }

  /** Two owners of one setting undo each other's work. */
  private static Finding owners(SettingOwner.Found found) {
    String id = "vf-owners";
    List<String> evidence = new ArrayList<>();
    List<String> steps = new ArrayList<>();
    for (SettingOwner owner : found.owners()) {
      evidence.add(owner.words());
      steps.add(owner.advice());
    }
    found.unseen().forEach(file -> evidence.add("not seen: " + file));
    if (!found.owners().isEmpty()) {
      return Finding.of(id, Severity.WARNING, "something else sets its VFs, or may")
          .because(evidence)
          .with(Remedy.now(steps.toArray(String[]::new)));
    }
    return Finding.of(
            id,
            found.unseen().isEmpty() ? Severity.OK : Severity.UNKNOWN,
            found.unseen().isEmpty()
                ? "nothing else sets its VFs, as far as is looked"
                : "nothing else was seen to set its VFs, but not all could be read")
        .because(evidence);
  }

  /** True where it is known that there can be some. */
  public boolean possible() {
    return atMost.orElse(0) > 0;
  }

  /** How many findings stand in the way. */
  public int blockers() {
    int count = 0;
    for (Finding finding : findings) {
      if (finding.severity() == Severity.BLOCKER) {
        count++;
      }
    }
    return count;
  }

  /** Capability, firmware and driver; the rest is in {@link VfRoom}. */
  private static final class Checks {
    private final SriovFacts facts;
    private final PciFunction function;
    private final String device;
    private final Optional<Capability> capability;

    Checks(SriovFacts facts) {
      this.facts = facts;
      this.function = facts.function();
      this.device = Step.DEVICES + function.address();
      this.capability = facts.capability().asOptional();
    }

    List<Finding> all() {
      List<Finding> all = new ArrayList<>();
      all.add(capability());
      if (capability.isPresent() || facts.total() instanceof Fact.Known) {
        all.add(total());
        all.add(driver());
      }
      return all;
    }

    /** How many VFs the kernel or the firmware says that there can be. */
    int offered() {
      return facts.total().or(0);
    }

    private Finding capability() {
      String id = "sriov-capability";
      if (facts.silent()) {
        return Finding.of(
            id,
            Severity.BLOCKER,
            "does not answer: it has dropped off its bus, or sleeps without power",
            device + "/config: all ones");
      }
      if (capability.isPresent()) {
        return Finding.of(
            id,
            Severity.OK,
            "has the SR-IOV capability",
            device
                + "/config: TotalVFs "
                + capability.get().total()
                + ", InitialVFs "
                + capability.get().initial());
      }
      if (facts.total() instanceof Fact.Known<Integer>(Integer total)) {
        return Finding.of(
            id,
            Severity.OK,
            "has the SR-IOV capability",
            device + "/sriov_totalvfs: " + total,
            "what its firmware offers stands beyond the first 64 bytes of "
                + device
                + "/config,"
                + " which only root may read");
      }
      if (facts.capability() instanceof Fact.Unreadable<Capability>(String path, String why)) {
        return Finding.of(
                id,
                Severity.UNKNOWN,
                "it cannot be seen whether it has the SR-IOV capability",
                "/" + path + ": " + why,
                device + "/sriov_totalvfs is not there")
            .with(Remedy.now("sudo lend check " + function.address().brief() + " --vfs"));
      }
      return Finding.of(
              id,
              Severity.BLOCKER,
              "has no SR-IOV capability: the card has none, or its firmware hides it",
              device + "/config: no such capability",
              device + "/sriov_totalvfs is not there")
          .with(new Remedy(VfFirmware.steps(function), true));
    }

    private Finding total() {
      String id = "vf-total";
      List<String> evidence = new ArrayList<>();
      capability.ifPresent(known -> evidence.add(device + "/config: TotalVFs " + known.total()));
      if (facts.total() instanceof Fact.Known<Integer>(Integer total)) {
        evidence.add(device + "/sriov_totalvfs: " + total);
        if (total == 0) {
          return disabled(id, evidence);
        }
        int firmware = capability.map(Capability::total).orElse(total);
        if (total < firmware) {
          return Finding.of(
                  id,
                  Severity.NOTE,
                  "can have "
                      + Amount.vfs(total)
                      + " of the "
                      + firmware
                      + " that its firmware offers: its driver keeps it to that")
              .because(evidence);
        }
        return Finding.of(id, Severity.OK, "can have " + Amount.vfs(total)).because(evidence);
      }
      evidence.add(
          facts.total() instanceof Fact.Unreadable<Integer>(String path, String why)
              ? "/" + path + ": " + why
              : device + "/sriov_totalvfs is not there");
      if (capability.map(Capability::total).orElse(0) == 0) {
        return disabled(id, evidence);
      }
      return Finding.of(
              id,
              Severity.BLOCKER,
              "the kernel has not taken up its SR-IOV capability (drivers/pci/iov.c, sriov_init)")
          .because(evidence)
          .with(
              new Remedy(
                  List.of(
                      "use a kernel that was built with CONFIG_PCI_IOV: grep PCI_IOV"
                          + " /boot/config-$(uname -r)",
                      "where it was, look for the reason in the kernel's log: journalctl -k -b |"
                          + " grep "
                          + function.address()),
                  true));
    }

    private Finding disabled(String id, List<String> evidence) {
      return Finding.of(id, Severity.BLOCKER, "its firmware offers no VFs: SR-IOV is off there")
          .because(evidence)
          .with(new Remedy(VfFirmware.steps(function), true));
    }

    private Finding driver() {
      String id = "vf-driver";
      String link = device + "/driver";
      if (function.driver().isEmpty()) {
        return Finding.of(
                id,
                Severity.BLOCKER,
                "has no driver, and only a driver makes VFs",
                link + " is not there")
            .with(
                Remedy.now(
                    "echo "
                        + function.address()
                        + " | sudo tee /sys/bus/pci/drivers_probe (lend return "
                        + function.address().brief()
                        + " where Lend has reserved it)"));
      }
      String name = function.driver().get();
      if (function.sriov() instanceof SriovRole.Physical physical && !physical.vfs().isEmpty()) {
        return Finding.of(
            id,
            Severity.OK,
            "its driver " + name + " makes VFs: " + physical.vfs().size() + " exist",
            link + ": " + name);
      }
      if (name.equals("vfio-pci")) {
        return vfio(id, link);
      }
      List<String> said = new VfLog(facts).driver();
      if (!said.isEmpty()) {
        return Finding.of(id, Severity.BLOCKER, "its driver " + name + " makes no VFs (it said so)")
            .because(said)
            .with(Remedy.now("update the kernel, or take the driver that the card's maker has"));
      }
      return VfDrivers.of(name)
          .map(known -> known(id, link, known))
          .orElseGet(() ->
              Finding.of(
                  id,
                  Severity.NOTE,
                  "whether its driver "
                      + name
                      + " makes VFs shows only when it is asked to: sriov_numvfs answers ENOENT"
                      + " where it has no sriov_configure",
                  link + ": " + name));
    }

    private Finding known(String id, String link, VfDrivers driver) {
      String evidence = link + ": " + driver.name();
      String source = "kernel: " + driver.source();
      return switch (driver.way()) {
        case SYSFS ->
            Finding.of(
                id, Severity.OK, "its driver " + driver.name() + " makes VFs", evidence, source);
        case PARAMETER ->
            Finding.of(
                    id,
                    Severity.BLOCKER,
                    "its driver "
                        + driver.name()
                        + " makes VFs only by a parameter of its own: sriov_numvfs answers ENOENT",
                    evidence,
                    source)
                .with(Remedy.now("see docs/sriov.md, \"Cards and drivers\", " + driver.name()));
        case NEVER ->
            Finding.of(
                    id,
                    Severity.BLOCKER,
                    "its driver " + driver.name() + " has no sriov_configure: it makes no VFs",
                    evidence,
                    source)
                .with(
                    Remedy.now("give it the driver that the card's maker has, if that makes VFs"));
      };
    }

    /** Kernel: {@code drivers/vfio/pci/vfio_pci_core.c}, vfio_pci_core_sriov_configure. */
    private Finding vfio(String id, String link) {
      String parameter = "/sys/module/vfio_pci/parameters/enable_sriov: ";
      if (facts.driverParameter().orElse("").equals("Y")) {
        return Finding.of(
            id,
            Severity.WARNING,
            "is on vfio-pci: who has it there is trusted with all that its VFs do, and they need"
                + " its token",
            link + ": vfio-pci",
            parameter + "Y");
      }
      return Finding.of(
              id,
              Severity.BLOCKER,
              "is on vfio-pci, which makes no VFs: sriov_numvfs answers ENOENT",
              link + ": vfio-pci",
              parameter + facts.driverParameter().orElse("not there"))
          .with(
              Remedy.now(
                  "give it back to its own driver: lend return "
                      + function.address().brief()
                      + " (lend detach, where a guest has it)"));
    }
  }
}
