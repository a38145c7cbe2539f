package dev.lend.plan;

import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.Finding.Remedy;
import dev.lend.model.Finding.Severity;
import dev.lend.model.PciAddress;
import dev.lend.model.SriovFacts;
import dev.lend.model.SriovFacts.Ari;
import dev.lend.model.SriovFacts.Capability;
import dev.lend.model.SriovFacts.Port;
import dev.lend.model.SriovFacts.Window;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the machine has room for a PF's VFs: memory, bus numbers, and functions above 7. VF
 * number i has the routing ID of its PF plus offset plus i times stride (PCI Express Base
 * Specification, "First VF Offset", "VF Stride"; kernel: {@code drivers/pci/iov.c}, {@code
 * pci_iov_virtfn_bus}).
 */
final class VfRoom {
  private static final int WITHOUT_ARI = 8;

  private final SriovFacts facts;
  private final VfLog log;
  private final String device;
  private final int total;
  private final boolean some;

  VfRoom(SriovFacts facts) {
    this.facts = facts;
    this.log = new VfLog(facts);
    this.device = Step.DEVICES + facts.function().address();
    this.total = facts.total().or(0);
    this.some =
        facts.function().sriov() instanceof SriovRole.Physical physical
            && !physical.vfs().isEmpty();
  }

  List<Finding> all() {
    return List.of(memory(), buses(), ari());
  }

  /** The most VFs that there is room for, as far as it can be seen. */
  int atMost() {
    return placed() ? Math.min(inBuses(), reachable()) : Integer.MAX_VALUE;
  }

  private Finding memory() {
    String id = "vf-memory";
    List<String> evidence = new ArrayList<>();
    List<String> homeless = new ArrayList<>();
    for (Window window : facts.windows()) {
      evidence.add(
          device
              + "/resource: VF BAR "
              + window.index()
              + ", "
              + Amount.bytes(window.bytes())
              + " for all VFs"
              + (window.first() == 0
                  ? ", without an address"
                  : " at 0x" + Long.toHexString(window.first())));
      if (window.first() == 0) {
        homeless.add(Integer.toString(window.index()));
      }
    }
    if (!homeless.isEmpty()) {
      evidence.addAll(log.memory());
      return noMemory(
          id, "no room for its VFs' memory: VF BAR " + String.join(", ", homeless), evidence);
    }
    if (!facts.windows().isEmpty()) {
      if (log.refusedForMemory() && !some) {
        evidence.addAll(log.memory());
        return Finding.of(
                id,
                Severity.WARNING,
                "its VFs' memory has addresses now, but the kernel has refused VFs for want of"
                    + " memory since it started")
            .because(evidence)
            .with(forMemory());
      }
      return Finding.of(id, Severity.OK, "there is room for its VFs' memory").because(evidence);
    }
    evidence.add(device + "/resource: no VF BAR has an address");
    if (some) {
      return Finding.of(id, Severity.OK, "there is room for its VFs' memory: VFs exist");
    }
    evidence.addAll(log.memory());
    if (log.refusedForMemory() || facts.capability().map(Capability::hasWindows).or(false)) {
      return noMemory(id, "no room for its VFs' memory", evidence);
    }
    return Finding.of(
            id, Severity.UNKNOWN, "it cannot be seen whether there is room for its VFs' memory")
        .because(evidence);
  }

  private static Finding noMemory(String id, String title, List<String> evidence) {
    return Finding.of(id, Severity.BLOCKER, title).because(evidence).with(forMemory());
  }

  private static Remedy forMemory() {
    return new Remedy(
        List.of(
            "turn on SR-IOV Support and Above 4G Decoding (also: MMIO above 4G) in the firmware"
                + " setup",
            "where that does not help, boot with pci=realloc on the kernel command line"),
        true);
  }

  private boolean placed() {
    return facts.offset().or(0) > 0 && (total < 2 || facts.stride().or(0) > 0);
  }

  /** How far VF {@code index} is from the start of its PF's bus, in routing IDs. */
  private int place(int index) {
    PciAddress pf = facts.function().address();
    return (pf.device() << 3 | pf.function()) + facts.offset().or(0) + facts.stride().or(0) * index;
  }

  private int bus(int index) {
    return facts.function().address().bus() + (int) (place(index) >> 8);
  }

  private int lastBus() {
    int own = facts.function().address().bus();
    return facts.port().map(port -> port.lastBus().or(own)).orElse(own);
  }

  private int inBuses() {
    int fit = 0;
    while (fit < total && bus(fit) <= lastBus()) {
      fit++;
    }
    return fit == total ? Integer.MAX_VALUE : seenBuses() ? fit : Integer.MAX_VALUE;
  }

  private boolean seenBuses() {
    return facts.port().map(port -> port.lastBus() instanceof Fact.Known).orElse(false);
  }

  private Finding buses() {
    String id = "vf-buses";
    List<String> evidence = new ArrayList<>();
    evidence.add(device + "/sriov_offset: " + said(facts.offset()));
    evidence.add(device + "/sriov_stride: " + said(facts.stride()));
    List<String> refused = some ? List.of() : log.buses();
    if (!placed()) {
      evidence.addAll(refused);
      return Finding.of(
              id,
              refused.isEmpty() ? Severity.UNKNOWN : Severity.WARNING,
              refused.isEmpty()
                  ? "it cannot be seen which bus numbers its VFs need"
                  : "the kernel has refused VFs for want of bus numbers")
          .because(evidence)
          .with(forBuses(total));
    }
    String last = hex(bus(total - 1));
    facts.port().ifPresent(port -> evidence.add(port(port)));
    evidence.addAll(refused);
    int fit = inBuses();
    if (fit < total) {
      return Finding.of(
              id,
              fit == 0 ? Severity.BLOCKER : Severity.WARNING,
              fit == 0
                  ? "its VFs would be on bus "
                      + hex(bus(0))
                      + ", which the bridge above does not pass on"
                  : "bus numbers are enough for "
                      + fit
                      + " of "
                      + Amount.vfs(total)
                      + ": the last would be on bus "
                      + last)
          .because(evidence)
          .with(forBuses(fit));
    }
    if (!refused.isEmpty()) {
      return Finding.of(id, Severity.WARNING, "the kernel has refused VFs for want of bus numbers")
          .because(evidence)
          .with(forBuses(total));
    }
    if (!seenBuses() && bus(total - 1) > facts.function().address().bus()) {
      return Finding.of(
              id,
              Severity.UNKNOWN,
              "its VFs reach bus " + last + ", and it cannot be seen whether that is free")
          .because(evidence);
    }
    return Finding.of(
            id, Severity.OK, "there are bus numbers for its VFs: the last is on bus " + last)
        .because(evidence);
  }

  private static Remedy forBuses(int fit) {
    List<String> steps = new ArrayList<>();
    steps.add("turn on SR-IOV Support and ARI in the firmware setup");
    steps.add(
        "where that does not help, boot with pci=assign-busses on the kernel command line, and the"
            + " kernel numbers the buses itself");
    if (fit > 0) {
      steps.add("or ask for fewer VFs");
    }
    return new Remedy(steps, true);
  }

  private static String port(Port port) {
    return Step.DEVICES
        + port.address()
        + ": buses "
        + port.bus().asOptional().map(VfRoom::hex).orElse("?")
        + " to "
        + port.lastBus().asOptional().map(VfRoom::hex).orElse("?");
  }

  private static String hex(int bus) {
    return dev.lend.model.Hex.digits(bus, 2);
  }

  private static String said(Fact<Integer> fact) {
    return fact.asOptional().map(String::valueOf).orElse("not there");
  }

  /** True for a VF that shares its PF's bus and is no function 0 to 7 of device 0 there. */
  private boolean needsAri(int index) {
    return place(index) >> 8 == 0 && place(index) >= WITHOUT_ARI;
  }

  private int needing() {
    int needing = 0;
    for (int index = 0; index < total; index++) {
      needing += needsAri(index) ? 1 : 0;
    }
    return needing;
  }

  /** VFs that requests reach; the kernel makes them in order, and stops at one that is silent. */
  private int reachable() {
    if (facts.port().isEmpty()
        || !(facts.port().get().forwarding() instanceof Fact.Known<Ari>(Ari ari))
        || ari.enabled()) {
      return Integer.MAX_VALUE;
    }
    int reached = 0;
    while (reached < total && !needsAri(reached)) {
      reached++;
    }
    return reached == total ? Integer.MAX_VALUE : reached;
  }

  private Finding ari() {
    String id = "vf-ari";
    if (facts.port().isEmpty()) {
      return Finding.of(id, Severity.NOT_APPLICABLE, "is on a root bus, where ARI does not matter");
    }
    if (!placed()) {
      return Finding.of(id, Severity.UNKNOWN, "it cannot be seen whether its VFs need ARI");
    }
    int needing = needing();
    if (needing == 0) {
      return Finding.of(
          id, Severity.OK, "its VFs need no ARI: none is above function 7 of its own bus");
    }
    Port port = facts.port().get();
    String path = Step.DEVICES + port.address() + "/config: ";
    if (!(port.forwarding() instanceof Fact.Known<Ari>(Ari ari))) {
      return Finding.of(
          id,
          Severity.UNKNOWN,
          Amount.vfs(needing) + " of its " + total + " need ARI, and the port above cannot be seen",
          port.forwarding() instanceof Fact.Unreadable<Ari>(String where, String why)
              ? "/" + where + ": " + why
              : path + "no PCI Express capability");
    }
    List<String> evidence =
        List.of(
            path
                + "ARI forwarding "
                + (ari.enabled() ? "on" : ari.supported() ? "off" : "not supported"),
            device
                + "/config: "
                + (facts.ari().or(true) ? "has the ARI capability" : "no ARI capability"));
    if (ari.enabled()) {
      return Finding.of(id, Severity.OK, "the port above passes on what ARI needs")
          .because(evidence);
    }
    int reached = reachable();
    return Finding.of(
            id,
            reached == 0 ? Severity.BLOCKER : Severity.WARNING,
            "the port above does not pass on requests to functions above 7: "
                + (total - reached)
                + " of "
                + Amount.vfs(total)
                + " cannot be reached")
        .because(evidence)
        .with(
            new Remedy(
                List.of(
                    ari.supported()
                        ? "turn on ARI in the firmware setup"
                        : "put the card into a slot whose root port has ARI forwarding",
                    reached > 0
                        ? "or ask for at most " + reached
                        : "look into the kernel's log for why it did not turn it on"),
                true));
  }
}
