package dev.lend.act;

import dev.lend.ledger.ResetTrial;
import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.VfioHolder;
import dev.lend.plan.Planner;
import dev.lend.plan.Step;
import dev.lend.sysfs.BindingReader;
import dev.lend.sysfs.Kernel;
import dev.lend.sysfs.KernelRefusal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Does one step and reads back that it had its effect. Every step leads to its end from wherever it
 * is begun, so it can be done again after a crash in the middle.
 */
public final class Hands {
  private static final Duration RELEASE = Duration.ofSeconds(15);
  private static final String DEVICES = "sys/bus/pci/devices/";

  private final Kernel kernel;
  private final BindingReader bindings;
  private final HostView host;
  private final Guests guests;
  private final Patience patience;
  private final Set<PciAddress> blocked = new HashSet<>();

  /** Hands that work on a kernel and on guests. */
  public Hands(Kernel kernel, HostView host, Guests guests, Patience patience) {
    this.kernel = kernel;
    this.bindings = new BindingReader(kernel);
    this.host = host;
    this.guests = guests;
    this.patience = patience;
  }

  /**
   * Does a step.
   *
   * @throws StepFailure it could not be done, or did not have its effect
   */
  public void carryOut(Step step) throws StepFailure {
    switch (step) {
      case Step.LoadModule(String module) -> load(module);
      case Step.Rebind(PciAddress address, Binding from, Binding to) -> rebind(address, to);
      case Step.Plug plug -> guests.plug(plug);
      case Step.Unplug unplug -> guests.unplug(unplug);
      case Step.AwaitRelease(PciAddress address, int group) -> awaitRelease(address, group);
      case Step.ChooseReset(PciAddress address, List<String> from, List<String> to) ->
          chooseReset(address, to);
      case Step.Reset reset -> throw new IllegalArgumentException("a reset has a result: " + reset);
    }
  }

  /**
   * Makes a reset.
   *
   * @param at the time that the result carries
   * @return what came of it; empty where there is nothing to reset: the function is gone, or a
   *     driver of the host has it again and would lose its work
   * @throws StepFailure it could not be begun: the function is held, or busy with a change
   */
  public Optional<ResetTrial> reset(Step.Reset step, Instant at) throws StepFailure {
    PciAddress address = step.address();
    refuseBlocked(address);
    Optional<String> driver = bindings.driver(address);
    boolean lendable = driver.map(Planner.VFIO_PCI::equals).orElse(false);
    if (!kernel.exists(DEVICES + address) || driver.isPresent() && !lendable) {
      return Optional.empty();
    }
    Optional<Integer> group = lendable ? group(address) : Optional.empty();
    if (group.isPresent()) {
      awaitRelease(address, group.get());
    }
    return Optional.of(new ResetTest(kernel, refusal -> remember(refusal, address)).run(step, at));
  }

  private void chooseReset(PciAddress address, List<String> to) throws StepFailure {
    refuseBlocked(address);
    String path = DEVICES + address + "/reset_method";
    String wanted = String.join(" ", to);
    if (!kernel.read(path).or("").equals(wanted)) {
      write(path, wanted, address);
    }
    if (!kernel.read(path).or("").equals(wanted)) {
      throw new StepFailure(
          "The kernel did not take \""
              + wanted
              + "\" as the ways to reset "
              + address
              + ": it says \""
              + kernel.read(path).or("")
              + "\".");
    }
  }

  private void refuseBlocked(PciAddress address) throws StepFailure {
    if (blocked.contains(address)) {
      // Reading its override would block as well on some kernels: both take the device lock.
      throw new StepFailure(
          address
              + " is busy with a change that the kernel has not ended: it stays as it is. The"
              + " kernel log (dmesg) says what it waits for.");
    }
  }

  /** How a function is bound now; empty where it is gone, or busy with a change. */
  public Optional<Binding> binding(PciAddress address) {
    if (blocked.contains(address) || !kernel.exists(DEVICES + address)) {
      return Optional.empty();
    }
    return Optional.of(bindings.binding(address));
  }

  private void load(String module) throws StepFailure {
    try {
      kernel.loadModule(module);
    } catch (KernelRefusal refusal) {
      throw new StepFailure(
          "The kernel module "
              + module
              + " cannot be loaded: "
              + refusal.getMessage()
              + ". It belongs to the kernel's own package.");
    }
  }

  private void rebind(PciAddress address, Binding to) throws StepFailure {
    refuseBlocked(address);
    if (!kernel.exists(DEVICES + address)) {
      throw new StepFailure(address + " is gone from this host.");
    }
    Optional<String> bound = bindings.driver(address);
    boolean leaves = bound.isPresent() && !bound.equals(to.driver());
    if (leaves && bound.get().equals(Planner.VFIO_PCI)) {
      // While a guest has the group open, unbinding would block and pull the device from the guest
      // (kernel: drivers/vfio/vfio_main.c, vfio_unregister_group_dev).
      Optional<Integer> group = group(address);
      if (group.isPresent()) {
        awaitRelease(address, group.get());
      }
    }
    if (!bindings.override(address).equals(to.override())) {
      // An empty write leaves the override as it is; a line end clears it (kernel:
      // driver_set_override).
      write(DEVICES + address + "/driver_override", to.override().orElse("\n"), address);
      if (!bindings.override(address).equals(to.override())) {
        throw new StepFailure("The driver override of " + address + " did not take effect.");
      }
    }
    if (leaves) {
      unbind(address, bound.get());
    }
    if (to.driver().isPresent() && !bindings.driver(address).equals(to.driver())) {
      probe(address, to.driver().get());
    }
  }

  private void unbind(PciAddress address, String driver) throws StepFailure {
    try {
      write("sys/bus/pci/drivers/" + driver + "/unbind", address.toString(), address);
    } catch (StepFailure failure) {
      // Refused because it left the driver by itself: then all is well.
      if (blocked.contains(address) || bindings.driver(address).equals(Optional.of(driver))) {
        throw failure;
      }
    }
    if (bindings.driver(address).equals(Optional.of(driver))) {
      throw new StepFailure(
          address + " is still on " + driver + " after the kernel was told to unbind it.");
    }
  }

  /** The kernel's probe succeeds even where no driver took the device: only reading back tells. */
  private void probe(PciAddress address, String driver) throws StepFailure {
    String why = "";
    try {
      kernel.write("sys/bus/pci/drivers_probe", address.toString());
    } catch (KernelRefusal refusal) {
      remember(refusal, address);
      why = ": " + refusal.getMessage();
    }
    Optional<String> bound = bindings.driver(address);
    if (!bound.equals(Optional.of(driver)) || blocked.contains(address)) {
      throw new StepFailure(
          address
              + " is on "
              + bound.orElse("no driver")
              + " after a probe for "
              + driver
              + why
              + ". The kernel log (dmesg) says why the driver did not take it.");
    }
  }

  private void awaitRelease(PciAddress address, int group) throws StepFailure {
    if (!patience.until(() -> host.holders(group).isEmpty(), RELEASE)) {
      List<VfioHolder> holders = host.holders(group);
      String who = holders.isEmpty() ? "a process" : holders.getFirst().describe();
      throw new StepFailure(
          address
              + " is still held by "
              + who
              + ": stop it, or have it let the device go, then try again.");
    }
  }

  private void write(String path, String value, PciAddress address) throws StepFailure {
    try {
      kernel.write(path, value);
    } catch (KernelRefusal refusal) {
      remember(refusal, address);
      boolean rights =
          refusal.reason() == KernelRefusal.Reason.EACCES
              || refusal.reason() == KernelRefusal.Reason.EPERM
              || refusal.reason() == KernelRefusal.Reason.EROFS;
      throw new StepFailure(
          "The kernel refused a change to "
              + address
              + ": "
              + refusal.getMessage()
              + (rights ? ". Run as root, outside of any container." : "."));
    }
  }

  /** A write that did not return in its time may still happen, and holds the device until then. */
  private void remember(KernelRefusal refusal, PciAddress address) {
    if (refusal.reason() == KernelRefusal.Reason.TIMEOUT) {
      blocked.add(address);
    }
  }

  private Optional<Integer> group(PciAddress address) {
    Fact<String> link = kernel.link(DEVICES + address + "/iommu_group");
    try {
      return link.asOptional().map(target -> Integer.valueOf(lastName(target)));
    } catch (NumberFormatException noNumber) {
      return Optional.empty();
    }
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
