package dev.lend.act;

import dev.lend.ledger.ResetTrial;
import dev.lend.linux.Net;
import dev.lend.linux.Nvme;
import dev.lend.model.Binding;
import dev.lend.model.Definition;
import dev.lend.model.DriverAbilities;
import dev.lend.model.GuestView;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.TaskEvidence;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.Planner;
import dev.lend.plan.Step;
import dev.lend.plan.VfStep;
import dev.lend.sysfs.BindingReader;
import dev.lend.sysfs.Kernel;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Does one step and reads back that it had its effect. Every step leads to its end from wherever it
 * is begun, so it can be done again after a crash in the middle.
 */
public final class Hands {
  private static final String DEVICES = "sys/bus/pci/devices/";

  private final Kernel kernel;
  private final BindingReader bindings;
  private final HostView host;
  private final Guests guests;
  private final Patience patience;
  private final Tasks tasks;
  private final Net net;
  private final Writes writes;
  private final Claims claims;
  private final VfHands vfs;
  private final Caution caution;

  /** Hands that work on a kernel, its network, and guests. */
  public Hands(Kernel kernel, Net net, Nvme nvme, HostView host, Guests guests, Patience patience) {
    this.kernel = kernel;
    this.net = net;
    this.bindings = new BindingReader(kernel);
    this.host = host;
    this.guests = guests;
    this.patience = patience;
    this.tasks = new Tasks(kernel);
    this.writes = new Writes(kernel, host, tasks);
    this.claims = new Claims(kernel, host, patience);
    this.vfs = new VfHands(kernel, net, nvme, writes, claims, patience);
    this.caution = new Caution(kernel, net, host);
  }

  /** Looks whether a step is still about what it was planned for. */
  Caution caution() {
    return caution;
  }

  /**
   * Does a step.
   *
   * @param log where its writes are remembered
   * @throws StepFailure it could not be done, or did not have its effect
   */
  public void carryOut(Step step, WriteLog log) throws StepFailure {
    switch (step) {
      case Step.LoadModule(String module) -> load(module, log);
      case Step.Rebind(PciAddress address, Binding from, Binding to) ->
          rebind(address, from, to, log);
      case Step.Plug plug -> guests.plug(plug);
      case Step.LockMemory lock -> guests.lockMemory(lock);
      case Step.Unplug unplug -> throw new IllegalArgumentException("has a result: " + unplug);
      case Step.AwaitRelease(PciAddress address, int group) ->
          // The kernel numbers groups anew at each start.
          claims.of(address, Claims.group(kernel, address).orElse(group)).close();
      case Step.ChooseReset(PciAddress address, List<String> from, List<String> to) ->
          chooseReset(address, to, log);
      case Step.Reset reset -> throw new IllegalArgumentException("a reset has a result: " + reset);
      case Step.Keep keep -> {}
      case Step.RestoreNet restore ->
          throw new IllegalArgumentException("has a result: " + restore);
      case Step.RestoreVf restore -> throw new IllegalArgumentException("has a result: " + restore);
      case DefinitionStep.Define define -> guests.define(define);
      case DefinitionStep.Undefine undefine -> guests.undefine(undefine);
      case VfStep vf -> vfs.carryOut(vf, log);
    }
  }

  /**
   * Puts the network side of a function back as far as that is possible.
   *
   * @param now lifetimes of addresses are counted to here
   * @return what could not be put back, for a person
   */
  List<String> putBack(Step.RestoreNet step, Instant now) {
    return new NetRestore(kernel, net, patience).restore(step, now);
  }

  /** The same for what a PF holds a VF to. */
  List<String> putBack(Step.RestoreVf step) {
    return new VfRestore(kernel, net, patience).restore(step);
  }

  /**
   * Makes a reset.
   *
   * @param at the time that the result carries
   * @param log where its writes are remembered
   * @return what came of it; empty where there is nothing to reset: the function is gone, or a
   *     driver of the host has it again and would lose its work
   * @throws StepFailure it could not be begun: the function is held, or busy with a change
   */
  public Optional<ResetTrial> reset(Step.Reset step, Instant at, WriteLog log) throws StepFailure {
    PciAddress address = step.address();
    Writes.refuseHeldUp(address, log);
    Optional<String> driver = bindings.driver(address);
    boolean lendable = driver.map(Planner.VFIO_PCI::equals).orElse(false);
    if (!kernel.exists(DEVICES + address) || driver.isPresent() && !lendable) {
      return Optional.empty();
    }
    String path = DEVICES + address + "/reset";
    try (Kernel.Claim claim = lendable ? claims.from(driver.get(), address) : Claims.NOTHING) {
      ResetTest test =
          new ResetTest(
              kernel,
              Writes.witness(path, "1", address, log),
              task -> {
                PendingWrite write = Writes.pending(path, "1", address, task);
                log.stuck(write, writes.evidence(write));
              });
      return Optional.of(test.run(step, at));
    }
  }

  /**
   * Finds out what the driver of a PF can set.
   *
   * @param at the time that the result carries
   * @throws StepFailure it could not be found out, or what was tried could not be put back
   */
  DriverAbilities tryOut(VfStep.Try step, Instant at, WriteLog log) throws StepFailure {
    return vfs.tryOut(step, at, log);
  }

  private void chooseReset(PciAddress address, List<String> to, WriteLog log) throws StepFailure {
    Writes.refuseHeldUp(address, log);
    String path = DEVICES + address + "/reset_method";
    String wanted = String.join(" ", to);
    if (!kernel.read(path).or("").equals(wanted)) {
      writes.write(path, wanted, address, log);
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

  /** True while a task has not ended. */
  boolean lives(KernelTask task) {
    return tasks.lives(task);
  }

  /** Waits until a task has ended, at most so long; says whether it has. */
  boolean ends(KernelTask task, Duration limit) {
    return patience.until(() -> !tasks.lives(task), limit);
  }

  /** What the kernel shows now of a write that is under way. */
  public TaskEvidence evidence(PendingWrite write) {
    return writes.evidence(write);
  }

  /**
   * Has a guest let a function go.
   *
   * @throws StepFailure it may still have it
   */
  Guests.Answer letGo(Step.Unplug step) throws StepFailure {
    return guests.unplug(step);
  }

  /** False where a guest has ended or let a function go; one that does not answer still has it. */
  boolean inGuest(Step.Unplug step) {
    return switch (guests.view(step.guest()).state()) {
      case GuestView.Answering answering -> answering.devices().contains(step.deviceId());
      case GuestView.Gone gone -> false;
      case GuestView.Mute mute -> true;
    };
  }

  /** False where a definition does not have it; one that cannot be asked for still has it. */
  private boolean inDefinition(DefinitionStep.Undefine step) {
    return switch (guests.definition(step.guest(), step.address()).own()) {
      case Definition.Kept kept -> kept.devices().contains(step.deviceId());
      case Definition.None none -> false;
      case Definition.Unread unread -> true;
    };
  }

  /** True where a step that shall take a function from a guest has left it there. */
  boolean kept(Step step) {
    return switch (step) {
      case Step.Unplug unplug -> inGuest(unplug);
      case DefinitionStep.Undefine undefine -> inDefinition(undefine);
      default -> false;
    };
  }

  /** How a function is bound now; empty where it is gone, or held up by a write. */
  Optional<Binding> binding(PciAddress address, WriteLog log) {
    if (log.holding(address).isPresent() || !kernel.exists(DEVICES + address)) {
      return Optional.empty();
    }
    return Optional.of(bindings.binding(address));
  }

  private void load(String module, WriteLog log) throws StepFailure {
    String path = "sys/module/" + module;
    try {
      kernel.loadModule(
          module, task -> log.starts(new PendingWrite(path, module, Optional.empty(), task)));
    } catch (KernelRefusal refusal) {
      if (refusal.task().isPresent()) {
        throw writes.timedOut(
            new PendingWrite(path, module, Optional.empty(), refusal.task().get()), log, refusal);
      }
      throw new StepFailure(
          "The kernel module "
              + module
              + " cannot be loaded: "
              + refusal.getMessage()
              + ". It belongs to the kernel's own package.");
    }
  }

  private void rebind(PciAddress address, Binding from, Binding to, WriteLog log)
      throws StepFailure {
    Writes.refuseHeldUp(address, log);
    if (!kernel.exists(DEVICES + address)) {
      throw new StepFailure(address + " is gone from this host.");
    }
    Binding now = bindings.binding(address);
    Caution.refuseChanged(address, now, from, to);
    Optional<String> bound = now.driver();
    boolean leaves = bound.isPresent() && !bound.equals(to.driver());
    try (Kernel.Claim claim = leaves ? claims.from(bound.get(), address) : Claims.NOTHING) {
      if (!now.override().equals(to.override())) {
        override(address, to.override(), log);
      }
      if (leaves) {
        unbind(address, bound.get(), log);
      }
    }
    if (to.driver().isPresent() && !bindings.driver(address).equals(to.driver())) {
      probe(address, to.driver().get(), log);
    }
  }

  /**
   * An empty write leaves the override as it is; a line end clears it (kernel:
   * driver_set_override).
   */
  private void override(PciAddress address, Optional<String> driver, WriteLog log)
      throws StepFailure {
    writes.write(DEVICES + address + "/driver_override", driver.orElse("\n"), address, log);
    if (!bindings.override(address).equals(driver)) {
      throw new StepFailure("The driver override of " + address + " did not take effect.");
    }
  }

  private void unbind(PciAddress address, String driver, WriteLog log) throws StepFailure {
    try {
      writes.write("sys/bus/pci/drivers/" + driver + "/unbind", address.toString(), address, log);
    } catch (StepFailure failure) {
      // Refused because it left the driver by itself: then all is well.
      if (log.holding(address).isPresent()
          || bindings.driver(address).equals(Optional.of(driver))) {
        throw failure;
      }
    }
    if (bindings.driver(address).equals(Optional.of(driver))) {
      throw new StepFailure(
          address + " is still on " + driver + " after the kernel was told to unbind it.");
    }
  }

  /** The kernel's probe succeeds even where no driver took the device: only reading back tells. */
  private void probe(PciAddress address, String driver, WriteLog log) throws StepFailure {
    String path = "sys/bus/pci/drivers_probe";
    String why = "";
    try {
      writes.attempt(path, address.toString(), address, log);
    } catch (KernelRefusal refusal) {
      why = ": " + refusal.getMessage();
    }
    Optional<String> bound = bindings.driver(address);
    if (!bound.equals(Optional.of(driver))) {
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
}
