package dev.lend.act;

import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.PciAddress;
import dev.lend.plan.Step;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.SimulatedCrash;
import dev.lend.sysfs.SimulatedKernel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A guest in memory, which opens functions of a simulated kernel as a QEMU does. */
final class SimulatedGuests implements Guests {
  static final Guest GUEST = new Guest.Qemu("/run/web1.qmp");
  static final long PID = 4242;

  /** What a guest does when it is asked to let a device go. */
  enum Manner {
    LETS_GO,
    REFUSES
  }

  private final SimulatedKernel kernel;
  private final Map<String, PciAddress> devices = new HashMap<>();
  private final Moment moment;
  Manner manner = Manner.LETS_GO;
  boolean takes = true;

  SimulatedGuests(SimulatedKernel kernel, Moment moment) {
    this.kernel = kernel;
    this.moment = moment;
    kernel.startGuest(PID, "web1", false);
  }

  Map<String, PciAddress> devices() {
    return Map.copyOf(devices);
  }

  @Override
  public GuestView view(Guest guest) {
    List<String> ports = new ArrayList<>();
    for (int i = devices.size(); i < 3; i++) {
      ports.add("rp" + i);
    }
    return new GuestView(
        guest, new GuestView.Answering("web1", ports, Set.copyOf(devices.keySet())));
  }

  @Override
  public void plug(Step.Plug step) throws StepFailure {
    moment.passes("before plug");
    if (!takes) {
      throw new StepFailure("Guest " + step.guest() + " did not take " + step.address() + ".");
    }
    try {
      kernel.guestTakes(PID, step.address().toString());
    } catch (KernelRefusal refusal) {
      throw new StepFailure("vfio: " + refusal.getMessage());
    }
    devices.put(step.deviceId(), step.address());
    moment.passes("after plug");
  }

  @Override
  public void unplug(Step.Unplug step) throws StepFailure {
    moment.passes("before unplug");
    if (devices.containsKey(step.deviceId())) {
      if (manner == Manner.REFUSES) {
        throw new StepFailure("Guest " + step.guest() + " refused.");
      }
      devices.remove(step.deviceId());
      kernel.guestGivesBack(PID, step.address().toString());
    }
    moment.passes("after unplug");
  }

  /** Where Lend may die: every call counts, and the one that was chosen kills. */
  static final class Moment {
    private int left = Integer.MAX_VALUE;
    private int passed;

    /** Lend dies at the {@code nth} moment from here, counted from 1. */
    void killAt(int nth) {
      left = nth;
    }

    void spare() {
      left = Integer.MAX_VALUE;
    }

    int passed() {
      return passed;
    }

    void passes(String where) {
      passed++;
      if (--left == 0) {
        throw new SimulatedCrash(where);
      }
    }
  }
}
