package dev.lend.act;

import dev.lend.linux.Link;
import dev.lend.linux.Net;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.Nvme;
import dev.lend.model.DriverAbilities;
import dev.lend.model.PciAddress;
import dev.lend.plan.VfStep;
import dev.lend.sysfs.BindingReader;
import dev.lend.sysfs.InterfaceNames;
import dev.lend.sysfs.Kernel;
import dev.lend.sysfs.KernelRefusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Does what shapes the VFs of a PF, and reads back that it had its effect. */
final class VfHands {
  private static final String DEVICES = "sys/bus/pci/devices/";

  /** udev loads the driver of new VFs by itself, a moment after they are there. */
  private static final Duration DRIVER = Duration.ofSeconds(20);

  private final Kernel kernel;
  private final Net net;
  private final Writes writes;
  private final Claims claims;
  private final Patience patience;
  private final NvmeHands nvme;
  private final BindingReader bindings;
  private final InterfaceNames names;

  VfHands(Kernel kernel, Net net, Nvme nvme, Writes writes, Claims claims, Patience patience) {
    this.kernel = kernel;
    this.net = net;
    this.writes = writes;
    this.claims = claims;
    this.patience = patience;
    this.nvme = new NvmeHands(kernel, nvme, writes, patience);
    this.bindings = new BindingReader(kernel);
    this.names = new InterfaceNames(kernel);
  }

  void carryOut(VfStep step, WriteLog log) throws StepFailure {
    Writes.refuseHeldUp(step.pf(), log);
    if (!kernel.exists(DEVICES + step.pf())) {
      throw new StepFailure(step.pf() + " is gone from this host.");
    }
    switch (step) {
      case VfStep.Up(PciAddress pf, boolean from, boolean to) -> setUp(pf, to);
      case VfStep.Autoprobe(PciAddress pf, boolean from, boolean to) -> autoprobe(pf, to, log);
      case VfStep.Count(PciAddress pf, int from, int to) -> count(pf, from, to, log);
      case VfStep.Hold(PciAddress pf, List<VfStep.Change> changes) -> hold(pf, changes);
      case VfStep.Bind(PciAddress pf, List<Integer> indexes) -> bind(pf, indexes, log);
      case VfStep.Pool pool -> nvme.keep(pool, log);
      case VfStep.Share share -> nvme.share(share, log);
      case VfStep.Forward(PciAddress pf, List<String> macs, boolean enter) ->
          forward(pf, macs, enter);
      case VfStep.Try attempt -> throw new IllegalArgumentException("has a result: " + attempt);
    }
  }

  /** Finds out what the driver of a PF can set. */
  DriverAbilities tryOut(VfStep.Try step, Instant at, WriteLog log) throws StepFailure {
    Writes.refuseHeldUp(step.pf(), log);
    String driver = bindings.driver(step.pf()).orElse("");
    Link link = link(step.pf());
    PfDriver pf = new PfDriver(kernel, net, patience, link);
    VfTrial trial = new VfTrial(net, pf, step.pf(), link, step.index());
    return new DriverAbilities(driver, PfReader.version(kernel, driver), at, trial.answers());
  }

  private void hold(PciAddress pf, List<VfStep.Change> changes) throws StepFailure {
    Link link = link(pf);
    new VfHold(net, new PfDriver(kernel, net, patience, link), pf, link).hold(changes);
  }

  /** The PF's interface; a card has one, and where it has more the first is the one that counts. */
  private Link link(PciAddress pf) throws StepFailure {
    List<String> own = names.of(pf);
    if (!own.isEmpty()) {
      try {
        for (Link link : net.links()) {
          if (link.name().equals(own.getFirst())) {
            return link;
          }
        }
      } catch (NetRefusal refusal) {
        throw new StepFailure("The interface of " + pf + ": " + refusal.getMessage() + ".");
      }
    }
    throw new StepFailure(
        pf + " has no network interface here: its driver made none, or it is in a container.");
  }

  private void setUp(PciAddress pf, boolean up) throws StepFailure {
    Link link = link(pf);
    if (link.up() != up) {
      try {
        net.change(new NetChange.Up(link.index(), up));
      } catch (NetRefusal refusal) {
        throw new StepFailure(
            link.name()
                + " cannot be set "
                + (up ? "up: " : "down: ")
                + refusal.getMessage()
                + ".");
      }
    }
    if (link(pf).up() != up) {
      throw new StepFailure(link.name() + " is still " + (up ? "down." : "up."));
    }
  }

  /** Done as well where somebody else was faster, or the interface is gone with its filter. */
  private void forward(PciAddress pf, List<String> macs, boolean enter) throws StepFailure {
    if (!enter && names.of(pf).isEmpty()) {
      return;
    }
    Link link = link(pf);
    try {
      Set<String> before = entered(link);
      for (String mac : macs) {
        if (before.contains(mac) != enter) {
          net.change(new NetChange.Forward(link.index(), mac, enter));
        }
      }
      Set<String> after = entered(link);
      for (String mac : macs) {
        if (after.contains(mac) != enter) {
          throw new StepFailure(
              mac + " is " + (enter ? "not" : "still") + " in the filter of " + link.name() + ".");
        }
      }
    } catch (NetRefusal refusal) {
      throw new StepFailure(
          "The filter of "
              + link.name()
              + ": "
              + refusal.getMessage()
              + (enter ? ". A card has room for a few addresses only (or none)." : "."));
    }
  }

  private Set<String> entered(Link link) throws NetRefusal {
    return net.forwards().stream()
        .filter(one -> one.master() == 0 && one.link() == link.index())
        .map(Net.Forward::mac)
        .collect(Collectors.toSet());
  }

  private void autoprobe(PciAddress pf, boolean on, WriteLog log) throws StepFailure {
    String path = DEVICES + pf + "/sriov_drivers_autoprobe";
    String wanted = on ? "1" : "0";
    if (!kernel.read(path).or("").equals(wanted)) {
      writes.write(path, wanted, pf, log);
    }
    if (!kernel.read(path).or("").equals(wanted)) {
      throw new StepFailure("sriov_drivers_autoprobe of " + pf + " did not take effect.");
    }
  }

  private void count(PciAddress pf, int from, int wanted, WriteLog log) throws StepFailure {
    int now = counted(pf);
    if (now == wanted) {
      return;
    }
    if (now != from && now != 0) {
      throw new Displaced(
          pf.brief()
              + " has "
              + now
              + " VFs: somebody else changed that since Lend found "
              + from
              + ". They are left alone.");
    }
    String path = DEVICES + pf + "/sriov_numvfs";
    List<Kernel.Claim> held = new ArrayList<>();
    try {
      claimVfs(pf, held);
      if (now != 0) {
        writes.write(path, "0", pf, log);
      }
      if (wanted != 0) {
        make(path, pf, wanted, log);
      }
    } finally {
      held.forEach(Kernel.Claim::close);
    }
    int made = counted(pf);
    if (made != wanted) {
      if (made != 0 && made != now) {
        // Fewer than asked for are nobody's wish: none is a state that Lend knows again.
        writes.write(path, "0", pf, log);
      }
      throw new StepFailure(
          pf
              + " was asked for "
              + wanted
              + " VFs, and its driver made "
              + made
              + ". The kernel log (dmesg) says why.");
    }
  }

  /** The kernel takes VFs from guests without a question: nobody may have one meanwhile. */
  private void claimVfs(PciAddress pf, List<Kernel.Claim> held) throws StepFailure {
    for (PciAddress vf : PfReader.vfs(kernel, pf).values()) {
      Optional<String> driver = bindings.driver(vf);
      if (driver.isPresent()) {
        held.add(claims.from(driver.get(), vf));
      }
    }
  }

  private void make(String path, PciAddress pf, int wanted, WriteLog log) throws StepFailure {
    try {
      writes.attempt(path, Integer.toString(wanted), pf, log);
    } catch (KernelRefusal refusal) {
      switch (refusal.reason()) {
        case ENOENT ->
            throw new StepFailure(
                "The driver of "
                    + pf
                    + " ("
                    + bindings.driver(pf).orElse("none")
                    + ") cannot make VFs: "
                    + refusal.getMessage()
                    + ". It has no sriov_configure, or is not the card's own driver.");
        case ERANGE ->
            throw new StepFailure(
                pf + " cannot have " + wanted + " VFs: " + refusal.getMessage() + ".");
        default -> throw Writes.refused(pf, refusal);
      }
    }
  }

  private int counted(PciAddress pf) throws StepFailure {
    try {
      return Integer.parseInt(kernel.read(DEVICES + pf + "/sriov_numvfs").or("").strip());
    } catch (NumberFormatException noNumber) {
      throw new StepFailure("How many VFs " + pf + " has cannot be read.");
    }
  }

  private void bind(PciAddress pf, List<Integer> indexes, WriteLog log) throws StepFailure {
    for (int index : indexes) {
      PciAddress vf = PfReader.vfs(kernel, pf).get(index);
      if (vf == null) {
        throw new StepFailure(pf + " has no VF " + index + ".");
      }
      if (bindings.driver(vf).isEmpty() && !bound(vf, log)) {
        throw new StepFailure(
            "No driver of this host takes VF "
                + index
                + " of "
                + pf
                + " ("
                + vf
                + "): its module is missing, or the kernel log (dmesg) says why.");
      }
    }
  }

  private boolean bound(PciAddress vf, WriteLog log) throws StepFailure {
    List<StepFailure> failed = new ArrayList<>();
    boolean bound =
        patience.until(
            () -> {
              try {
                writes.write("sys/bus/pci/drivers_probe", vf.toString(), vf, log);
              } catch (StepFailure failure) {
                failed.add(failure);
              }
              return !failed.isEmpty() || bindings.driver(vf).isPresent();
            },
            DRIVER);
    if (!failed.isEmpty()) {
      throw failed.getFirst();
    }
    return bound;
  }
}
