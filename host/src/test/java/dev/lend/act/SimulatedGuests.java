package dev.lend.act;

import dev.lend.model.Definition;
import dev.lend.model.Guest;
import dev.lend.model.GuestMemory;
import dev.lend.model.GuestSight;
import dev.lend.model.GuestView;
import dev.lend.model.KernelTask;
import dev.lend.model.LockLimit;
import dev.lend.model.PciAddress;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.Step;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.SimulatedCrash;
import dev.lend.sysfs.SimulatedKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Guests in memory, which open functions of a simulated kernel as a QEMU does. */
final class SimulatedGuests implements Guests {
  static final Guest GUEST = new Guest.Qemu("/run/web1.qmp");
  static final Guest OTHER = new Guest.Qemu("/run/web2.qmp");
  static final long PID = 4242;

  /** What a guest with a limit has. */
  static final long MEMORY = 1L << 30;

  /** What a guest does when it is asked to let a device go. */
  enum Manner {
    LETS_GO,
    REFUSES
  }

  /** A device in a guest. */
  private record Inside(Guest guest, PciAddress address) {}

  private final SimulatedKernel kernel;
  private final Map<String, Inside> devices = new HashMap<>();
  private final Map<Guest, Long> pids = new HashMap<>();
  private final Set<Guest> ended = new HashSet<>();
  private final Map<Guest, Map<String, PciAddress>> definitions = new HashMap<>();

  /** Those of guests that may lock less than they have. */
  private final Map<Guest, LockLimit> limits = new HashMap<>();

  private final Moment moment;

  /** What guests could not start with. */
  final List<String> refused = new ArrayList<>();

  Manner manner = Manner.LETS_GO;
  boolean takes = true;

  /** True where a guest does what it is asked to, and Lend hears that it failed. */
  boolean unheard;

  SimulatedGuests(SimulatedKernel kernel, Moment moment) {
    this.kernel = kernel;
    this.moment = moment;
    start(GUEST, PID, "web1");
  }

  private SimulatedGuests(SimulatedGuests other, SimulatedKernel kernel, Moment moment) {
    this.kernel = kernel;
    this.moment = moment;
    devices.putAll(other.devices);
    pids.putAll(other.pids);
    ended.addAll(other.ended);
    keepDefinitions(other);
    limits.putAll(other.limits);
  }

  SimulatedGuests copy(SimulatedKernel theirs, Moment its) {
    return new SimulatedGuests(this, theirs, its);
  }

  void calm() {
    manner = Manner.LETS_GO;
    takes = true;
    unheard = false;
  }

  void start(Guest guest, long pid, String name) {
    kernel.startGuest(pid, name, false);
    pids.put(guest, pid);
    defined(guest).forEach((id, address) -> startsWith(guest, pid, id, address));
  }

  /** As a QEMU does with what is on its command line; one that cannot have it does not start. */
  private void startsWith(Guest guest, long pid, String id, PciAddress address) {
    try {
      kernel.guestTakes(pid, address.toString());
      devices.put(id, new Inside(guest, address));
    } catch (KernelRefusal refusal) {
      refused.add(guest + " does not get " + address + ": " + refusal.getMessage());
    }
  }

  /** Definitions outlive a start of the host. */
  void keepDefinitions(SimulatedGuests other) {
    other.definitions.forEach((guest, own) -> definitions.put(guest, new HashMap<>(own)));
  }

  /** The guests that have a function by their definitions. */
  List<Guest> definedFor(PciAddress address) {
    List<Guest> guests = new ArrayList<>();
    definitions.forEach((guest, own) -> {
      if (own.containsValue(address)) {
        guests.add(guest);
      }
    });
    return guests;
  }

  /** What a guest has by its definition. */
  Map<String, PciAddress> defined(Guest guest) {
    return Map.copyOf(definitions.getOrDefault(guest, Map.of()));
  }

  void stop(Guest guest) {
    Long pid = pids.remove(guest);
    if (pid != null) {
      devices.values().removeIf(inside -> inside.guest().equals(guest));
      kernel.stopGuest(pid);
      ended.add(guest);
    }
  }

  /** From now on a guest's process may lock only so much. */
  void limit(Guest guest, LockLimit limit) {
    limits.put(guest, limit);
  }

  LockLimit limit(Guest guest) {
    return limits.getOrDefault(guest, new LockLimit(LockLimit.NONE, LockLimit.NONE));
  }

  /** What its process may lock, where that is limited; a device has all its memory locked. */
  private Optional<GuestMemory> memory(Guest guest, boolean has) {
    LockLimit limit = limit(guest);
    if (limit.soft() == LockLimit.NONE) {
      return Optional.empty();
    }
    KernelTask task = task(guest);
    return Optional.of(
        GuestMemory.of(MEMORY)
            .at(
                Optional.of(
                    new GuestMemory.Place(
                        MEMORY,
                        has ? MEMORY : 0,
                        MEMORY,
                        "this host",
                        OptionalLong.of(limit.soft()),
                        task.pid(),
                        Optional.of(new GuestMemory.Raisable(task, limit))))));
  }

  private KernelTask task(Guest guest) {
    return new KernelTask(pids.getOrDefault(guest, 0L), 1, "boot");
  }

  @Override
  public void lockMemory(Step.LockMemory step) throws StepFailure {
    moment.passes("before the limit");
    MemoryLock.Limits own =
        new MemoryLock.Limits() {
          @Override
          public Optional<LockLimit> of(long pid) {
            return Optional.of(limit(step.guest()));
          }

          @Override
          public void set(long pid, LockLimit limit) {
            limits.put(step.guest(), limit);
          }
        };
    new MemoryLock(own, task -> task.equals(task(step.guest()))).set(step);
    moment.passes("after the limit");
  }

  boolean runs(Guest guest) {
    return pids.containsKey(guest);
  }

  /** True where a guest has ended once: what it had is gone, though it may run again. */
  boolean hasEnded(Guest guest) {
    return ended.contains(guest);
  }

  Map<String, PciAddress> devices() {
    Map<String, PciAddress> all = new HashMap<>();
    devices.forEach((id, inside) -> all.put(id, inside.address()));
    return all;
  }

  /** The guests that have a function. */
  List<Guest> owners(PciAddress address) {
    List<Guest> owners = new ArrayList<>();
    devices.values().stream()
        .filter(inside -> inside.address().equals(address))
        .forEach(inside -> owners.add(inside.guest()));
    return owners;
  }

  private Set<String> devicesOf(Guest guest) {
    Set<String> ids = new HashSet<>();
    devices.forEach((id, inside) -> {
      if (inside.guest().equals(guest)) {
        ids.add(id);
      }
    });
    return ids;
  }

  @Override
  public GuestView view(Guest guest) {
    if (!pids.containsKey(guest)) {
      return new GuestView(guest, new GuestView.Gone());
    }
    Set<String> own = devicesOf(guest);
    List<String> ports = new ArrayList<>();
    for (int i = own.size(); i < 3; i++) {
      ports.add("rp" + i);
    }
    return new GuestView(
        guest, new GuestView.Answering("web1", ports, own, memory(guest, !own.isEmpty())));
  }

  @Override
  public GuestSight sight(Guest guest, Sought sought) {
    return new GuestSight.Unknown("no agent runs in it");
  }

  @Override
  public void plug(Step.Plug step) throws StepFailure {
    moment.passes("before plug");
    Long pid = pids.get(step.guest());
    if (!takes || pid == null || limit(step.guest()).soft() < MEMORY) {
      throw new StepFailure("Guest " + step.guest() + " did not take " + step.address() + ".");
    }
    try {
      kernel.guestTakes(pid, step.address().toString());
    } catch (KernelRefusal refusal) {
      throw new StepFailure("vfio: " + refusal.getMessage());
    }
    devices.put(step.deviceId(), new Inside(step.guest(), step.address()));
    moment.passes("after plug");
    hear(step.guest());
  }

  @Override
  public Answer unplug(Step.Unplug step) throws StepFailure {
    moment.passes("before unplug");
    if (devicesOf(step.guest()).contains(step.deviceId())) {
      if (manner == Manner.REFUSES && step.force()) {
        stop(step.guest());
        moment.passes("after the guest was stopped");
        return Answer.STOPPED;
      }
      if (manner == Manner.REFUSES) {
        throw new Kept(Answer.REFUSED, "Guest " + step.guest() + " refused.");
      }
      devices.remove(step.deviceId());
      kernel.guestGivesBack(pids.getOrDefault(step.guest(), PID), step.address().toString());
    }
    moment.passes("after unplug");
    hear(step.guest());
    return Answer.LET_GO;
  }

  @Override
  public Definition definition(Guest guest, PciAddress address) {
    Map<String, PciAddress> own = defined(guest);
    List<String> others = new ArrayList<>();
    definitions.forEach((other, devices) -> {
      if (!other.equals(guest) && devices.containsValue(address)) {
        others.add(other.toString());
      }
    });
    return new Definition(
        new Definition.Kept(own.keySet(), own.containsValue(address), own.size() < 3), others);
  }

  @Override
  public void define(DefinitionStep.Define step) throws StepFailure {
    moment.passes("before define");
    if (!takes) {
      throw new StepFailure(step.address() + " is not in the definition of " + step.guest() + ".");
    }
    definitions
        .computeIfAbsent(step.guest(), none -> new HashMap<>())
        .put(step.deviceId(), step.address());
    moment.passes("after define");
    hear(step.guest());
  }

  @Override
  public void undefine(DefinitionStep.Undefine step) throws StepFailure {
    moment.passes("before undefine");
    if (defined(step.guest()).containsKey(step.deviceId())) {
      if (manner == Manner.REFUSES) {
        throw new StepFailure(
            step.address() + " is still in the definition of " + step.guest() + ".");
      }
      definitions.getOrDefault(step.guest(), new HashMap<>()).remove(step.deviceId());
    }
    moment.passes("after undefine");
    hear(step.guest());
  }

  private void hear(Guest guest) throws StepFailure {
    if (unheard) {
      throw new StepFailure("Guest " + guest + " did not answer in time.");
    }
  }

  /** Where Lend may die: every call counts, and the one that was chosen kills. */
  static final class Moment {
    private final List<String> trace = new ArrayList<>();
    private int left = Integer.MAX_VALUE;
    private int before = Integer.MAX_VALUE;
    private Runnable happening = () -> {};

    /** Something happens at the {@code nth} moment from here, counted from 1. */
    void at(int nth, Runnable what) {
      before = nth;
      happening = what;
    }

    /** Lend dies at the {@code nth} moment from here, counted from 1. */
    void killAt(int nth) {
      left = nth;
    }

    void spare() {
      left = Integer.MAX_VALUE;
      before = Integer.MAX_VALUE;
    }

    int passed() {
      return trace.size();
    }

    /** What has been passed, in order. */
    List<String> trace() {
      return List.copyOf(trace);
    }

    void passes(String where) {
      trace.add(where);
      if (--before == 0) {
        happening.run();
      }
      if (--left == 0) {
        throw new SimulatedCrash(where);
      }
    }
  }
}
