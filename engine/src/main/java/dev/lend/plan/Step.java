package dev.lend.plan;

import dev.lend.model.Binding;
import dev.lend.model.Guest;
import dev.lend.model.KernelTask;
import dev.lend.model.LockLimit;
import dev.lend.model.NetOrigin;
import dev.lend.model.NetState;
import dev.lend.model.PciAddress;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One step of a plan: a value that can be printed, stored, replayed and undone. How a step is done
 * and verified is in the room {@code act}.
 */
public sealed interface Step
    permits Step.LoadModule,
        Step.Rebind,
        Step.Plug,
        Step.Unplug,
        Step.AwaitRelease,
        Step.LockMemory,
        Step.ChooseReset,
        Step.Reset,
        Step.Keep,
        Step.RestoreNet,
        Step.RestoreVf,
        DefinitionStep,
        VfStep {
  /** Where sysfs has the functions. */
  String DEVICES = "/sys/bus/pci/devices/";

  /**
   * Loads a kernel module. It stays loaded when the plan is undone: that changes nothing for
   * anybody.
   */
  record LoadModule(String module) implements Step {}

  /**
   * Takes a function from one driver to another: override first, then off the old driver, then the
   * probe, so that no crash leaves it where a driver may grab it by chance. Override and driver are
   * one step because neither can be undone without the other: while the override names vfio-pci, no
   * other driver binds (kernel: {@code drivers/pci/pci-driver.c}, {@code pci_match_device}).
   *
   * @param address the function
   * @param from how it was bound when the plan was made
   * @param to how it shall be bound
   */
  record Rebind(PciAddress address, Binding from, Binding to) implements Step {}

  /**
   * Plugs a function into a running guest.
   *
   * @param deviceId what the guest's QEMU, or libvirt, shall call it
   * @param port the bus in the guest that it goes to; empty text where libvirt chooses it
   * @param vf what libvirt shall hold it to, where it is a VF of a network card and goes to one of
   *     libvirt's domains
   */
  record Plug(Guest guest, PciAddress address, String deviceId, String port, Optional<DomainVf> vf)
      implements Step {
    /** Of what is no network VF, or goes to a guest that is not libvirt's. */
    public Plug(Guest guest, PciAddress address, String deviceId, String port) {
      this(guest, address, deviceId, port, Optional.empty());
    }
  }

  /**
   * Asks a running guest to let a function go, and waits until it did. Not undone: the guest gave
   * it up.
   *
   * @param force true to stop the guest where it refuses, or says nothing in its time
   */
  record Unplug(Guest guest, PciAddress address, String deviceId, boolean force) implements Step {
    /** Of a guest that may keep it. */
    public Unplug(Guest guest, PciAddress address, String deviceId) {
      this(guest, address, deviceId, false);
    }
  }

  /** Waits until no process has the VFIO group of a function open: only then is it free. */
  record AwaitRelease(PciAddress address, int group) implements Step {}

  /**
   * Lets the process of a guest lock more memory, or, taken back, as much as before. What somebody
   * else has set meanwhile stays.
   *
   * @param task the guest's process
   * @param from what it may lock when the plan is made
   * @param to what it may lock from then on
   */
  record LockMemory(Guest guest, KernelTask task, LockLimit from, LockLimit to) implements Step {}

  /**
   * Says by which methods the kernel may reset a function, and in which order it tries them
   * (kernel: {@code Documentation/ABI/testing/sysfs-bus-pci}, {@code reset_method}).
   *
   * @param from the methods when the plan was made
   * @param to the methods from then on
   */
  record ChooseReset(PciAddress address, List<String> from, List<String> to) implements Step {
    /** Copies the lists. */
    public ChooseReset {
      from = List.copyOf(from);
      to = List.copyOf(to);
    }
  }

  /**
   * Resets a function that no driver of the host has, and compares its configuration space before
   * and after. A reset that fails is a result and no failure of the step: it is recorded, and the
   * way goes on. Not undone: what was in the device is gone, and that is the point.
   *
   * @param method the only method that the kernel may use then; empty where it chooses
   * @param times how often, one after the other
   * @param wake true to try it also on a device that does not answer, which the kernel waits for up
   *     to a minute (kernel: {@code drivers/pci/pci.c}, {@code pci_dev_wait})
   */
  record Reset(PciAddress address, Optional<String> method, int times, boolean wake)
      implements Step {}

  /**
   * Does nothing when it is done: what it holds is on disk with the plan. Taken back, it is the
   * step that it holds.
   *
   * @param restore puts back what the steps around this one lose
   */
  record Keep(Step restore) implements Step {}

  /**
   * Sets the interfaces of a function up as they were before its driver was taken off. Does what
   * can be done and names the rest: something else on the host may have other plans for them by
   * now.
   *
   * @param since when they were like that; lifetimes of addresses count from there
   */
  record RestoreNet(PciAddress address, Instant since, List<NetState> interfaces) implements Step {
    /** Copies the list. */
    public RestoreNet {
      interfaces = List.copyOf(interfaces);
    }
  }

  /** Has the PF hold a VF to what it held it to before. Does what can be done, names the rest. */
  record RestoreVf(PciAddress address, NetOrigin.Vf vf) implements Step {}

  /**
   * The function that has to be the same device as when the plan was made, where there is one: what
   * a guest is asked for has its own name, and a module is no device.
   */
  default Optional<PciAddress> device() {
    return switch (this) {
      case LoadModule m -> Optional.empty();
      case Rebind r -> Optional.of(r.address());
      case Plug p -> Optional.of(p.address());
      case Unplug u -> Optional.empty();
      case AwaitRelease w -> Optional.of(w.address());
      case LockMemory l -> Optional.empty();
      case ChooseReset c -> Optional.of(c.address());
      case Reset r -> Optional.of(r.address());
      case Keep(Step restore) -> restore.device();
      case RestoreNet n -> Optional.of(n.address());
      case RestoreVf v -> Optional.of(v.address());
      case DefinitionStep definition -> definition.concerned();
      case VfStep vf -> Optional.of(vf.pf());
    };
  }

  /** The step that takes this one back, where there is one. */
  default Optional<Step> inverse() {
    return switch (this) {
      case LoadModule m -> Optional.empty();
      case Rebind(PciAddress address, Binding from, Binding to) ->
          Optional.of(new Rebind(address, to, from));
      case Plug plug -> Optional.of(new Unplug(plug.guest(), plug.address(), plug.deviceId()));
      case Unplug u -> Optional.empty();
      case AwaitRelease w -> Optional.empty();
      case LockMemory(Guest guest, KernelTask task, LockLimit from, LockLimit to) ->
          Optional.of(new LockMemory(guest, task, to, from));
      case ChooseReset(PciAddress address, List<String> from, List<String> to) ->
          Optional.of(new ChooseReset(address, to, from));
      case Reset r -> Optional.empty();
      case Keep(Step restore) -> Optional.of(restore);
      case RestoreNet r -> Optional.empty();
      case RestoreVf r -> Optional.empty();
      case DefinitionStep definition -> definition.undoing();
      case VfStep vf -> vf.inverse();
    };
  }

  /**
   * True for a step that need not be taken back by itself: an earlier one takes the same function
   * from its driver, and to take that back leads home from wherever it is.
   *
   * @param index of the step
   */
  static boolean undoneWithAnother(List<Step> steps, int index) {
    return steps.get(index) instanceof Rebind rebind
        && steps.subList(0, index).stream()
            .anyMatch(
                step -> step instanceof Rebind other && other.address().equals(rebind.address()));
  }

  /** For a person, starting with a verb: {@code take 0000:01:10.0 from igbvf to vfio-pci}. */
  default String describe() {
    return switch (this) {
      case LoadModule(String module) -> "load the kernel module " + module;
      case Rebind(PciAddress address, Binding from, Binding to) ->
          "take " + address + " from " + named(from) + " to " + named(to);
      case Plug plug ->
          "plug "
              + plug.address()
              + " into "
              + plug.guest()
              + (plug.port().isEmpty() ? "" : " at " + plug.port());
      case Unplug(Guest guest, PciAddress address, String id, boolean force) ->
          "ask "
              + guest
              + " to let "
              + address
              + " go, and wait for it"
              + (force ? "; stop it if it does not" : "");
      case AwaitRelease(PciAddress address, int group) ->
          "wait until no process has /dev/vfio/" + group + " open";
      case LockMemory(Guest guest, KernelTask task, LockLimit from, LockLimit to) ->
          "let the process of "
              + guest
              + " ("
              + task.pid()
              + ") lock "
              + (to.soft() == LockLimit.NONE ? "any amount" : Amount.about(to.soft()))
              + " of memory";
      case ChooseReset(PciAddress address, List<String> from, List<String> to) ->
          "let the kernel reset " + address + " by " + String.join(", ", to);
      case Reset(PciAddress address, Optional<String> method, int times, boolean wake) ->
          "reset "
              + address
              + method.map(name -> " by " + name).orElse("")
              + (times == 1 ? "" : times == 2 ? " twice" : " " + times + " times")
              + " and compare its configuration space";
      case Keep(Step restore) -> "note how things are, to " + restore.describe();
      case RestoreNet(PciAddress address, Instant since, List<NetState> interfaces) ->
          "set " + IpCommands.named(interfaces) + " up as before";
      case RestoreVf(PciAddress address, NetOrigin.Vf vf) ->
          "set VF " + vf.index() + " of " + vf.pf() + " up as before";
      case DefinitionStep definition -> definition.words();
      case VfStep vf -> vf.describe();
    };
  }

  private static String named(Binding binding) {
    return binding.driver().orElse("no driver");
  }

  /** The commands that a person would type for it. */
  default List<String> shell() {
    return switch (this) {
      case LoadModule(String module) -> List.of("modprobe " + module);
      case Rebind(PciAddress address, Binding from, Binding to) -> rebindShell(address, from, to);
      case Plug plug -> GuestCommands.plug(plug);
      case Unplug unplug -> GuestCommands.unplug(unplug);
      case AwaitRelease(PciAddress address, int group) ->
          List.of("while fuser -s /dev/vfio/" + group + "; do sleep 1; done");
      case LockMemory(Guest guest, KernelTask task, LockLimit from, LockLimit to) ->
          List.of("prlimit --pid " + task.pid() + " --memlock=" + to.words());
      case ChooseReset(PciAddress address, List<String> from, List<String> to) ->
          List.of("echo '" + String.join(" ", to) + "' > " + DEVICES + address + "/reset_method");
      case Reset(PciAddress address, Optional<String> method, int times, boolean wake) ->
          resetShell(address, times);
      case Keep(RestoreNet(PciAddress address, Instant since, List<NetState> interfaces)) ->
          IpCommands.show(interfaces);
      case Keep(RestoreVf(PciAddress address, NetOrigin.Vf vf)) -> IpCommands.show(vf);
      case Keep other -> List.of();
      case RestoreNet(PciAddress address, Instant since, List<NetState> interfaces) ->
          IpCommands.set(address, interfaces);
      case RestoreVf(PciAddress address, NetOrigin.Vf vf) -> IpCommands.set(vf);
      case DefinitionStep definition -> definition.commands();
      case VfStep vf -> vf.shell();
    };
  }

  private static List<String> rebindShell(PciAddress address, Binding from, Binding to) {
    List<String> lines = new ArrayList<>();
    if (!from.override().equals(to.override())) {
      lines.add(
          "echo '" + to.override().orElse("") + "' > " + DEVICES + address + "/driver_override");
    }
    if (!from.driver().equals(to.driver())) {
      if (from.driver().isPresent()) {
        lines.add("echo " + address + " > /sys/bus/pci/drivers/" + from.driver().get() + "/unbind");
      }
      if (to.driver().isPresent()) {
        lines.add("echo " + address + " > /sys/bus/pci/drivers_probe");
      }
    }
    return lines;
  }

  private static List<String> resetShell(PciAddress address, int times) {
    List<String> lines = new ArrayList<>();
    lines.add("lspci -xxxx -s " + address);
    for (int i = 0; i < times; i++) {
      lines.add("echo 1 > " + DEVICES + address + "/reset");
    }
    lines.add("lspci -xxxx -s " + address);
    return lines;
  }
}
