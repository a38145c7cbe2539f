package dev.lend.act;

import dev.lend.linux.PeerProcess;
import dev.lend.model.Definition;
import dev.lend.model.Guest;
import dev.lend.model.GuestMemory;
import dev.lend.model.GuestSight;
import dev.lend.model.GuestView;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.Step;
import dev.lend.qmp.Monitor;
import dev.lend.qmp.QmpConnection;
import dev.lend.qmp.QmpException;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.MemoryReader;
import dev.lend.sysfs.Tasks;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Guests that are QEMU processes with a QMP socket. */
public final class QemuGuests implements Guests {
  private static final Duration ANSWER = Duration.ofSeconds(20);

  /** Pinning a terabyte takes minutes. */
  private static final Duration PLUG = Duration.ofMinutes(5);

  private final Duration unplugLimit;
  private final KernelReader kernel;
  private final Patience patience = Patience.polling();

  /**
   * @param unplugLimit how long a guest may take to let a device go
   * @param kernel shows their processes
   */
  public QemuGuests(Duration unplugLimit, KernelReader kernel) {
    this.unplugLimit = unplugLimit;
    this.kernel = kernel;
  }

  @Override
  public GuestView view(Guest guest) {
    Optional<GuestMemory.Place> place = place(guest);
    try (Monitor monitor = connect(guest)) {
      Monitor.Inventory inventory = monitor.inventory();
      return new GuestView(
          guest,
          new GuestView.Answering(
              inventory.name(),
              inventory.freePorts(),
              inventory.devices(),
              monitor.memory().map(memory -> memory.at(place))));
    } catch (QmpException e) {
      return new GuestView(
          guest,
          e.kind() == QmpException.Kind.GONE
              ? new GuestView.Gone()
              : new GuestView.Mute(String.valueOf(e.getMessage())));
    }
  }

  private Optional<GuestMemory.Place> place(Guest guest) {
    return switch (guest) {
      case Guest.Qemu(String socket) -> {
        OptionalInt pid = PeerProcess.at(socket);
        yield pid.isEmpty() ? Optional.empty() : new MemoryReader(kernel).of(pid.getAsInt());
      }
      case Guest.Domain domain -> Optional.empty();
    };
  }

  @Override
  public GuestSight sight(Guest guest, Sought sought) {
    return switch (guest) {
      case Guest.Qemu(String socket) -> {
        try {
          yield QemuSight.of(path(socket), sought);
        } catch (QmpException e) {
          yield new GuestSight.Unknown(String.valueOf(e.getMessage()));
        }
      }
      case Guest.Domain domain -> throw new IllegalArgumentException("is libvirt's: " + domain);
    };
  }

  @Override
  public void lockMemory(Step.LockMemory step) throws StepFailure {
    MemoryLock.of(new Tasks(kernel)).set(step);
  }

  @Override
  public void plug(Step.Plug step) throws StepFailure {
    try (Monitor monitor = connect(step.guest())) {
      monitor.plug(step.address(), step.deviceId(), step.port());
      if (!monitor.inventory().devices().contains(step.deviceId())) {
        throw new StepFailure(
            "QEMU took "
                + step.address()
                + " and does not show it in the guest. See QEMU's own messages.");
      }
    } catch (QmpException e) {
      throw new StepFailure(
          "Guest "
              + step.guest()
              + " did not take "
              + step.address()
              + ": "
              + e.getMessage()
              + ".");
    }
  }

  @Override
  public Answer unplug(Step.Unplug step) throws StepFailure {
    Optional<KernelTask> qemu = step.force() ? process(step.guest()) : Optional.empty();
    try (Monitor monitor = connect(step.guest())) {
      Monitor.Unplugged answer = monitor.unplug(step.deviceId(), unplugLimit);
      if (answer != Monitor.Unplugged.GONE && step.force()) {
        stop(monitor, qemu, step);
        return Answer.STOPPED;
      }
      return switch (answer) {
        case GONE -> Answer.LET_GO;
        case REFUSED -> throw Unplugs.refused(step);
        case SILENT -> throw Unplugs.silent(step, unplugLimit);
      };
    } catch (QmpException e) {
      if (e.kind() != QmpException.Kind.GONE) {
        throw new StepFailure(
            "Guest "
                + step.guest()
                + " could not be asked to let "
                + step.address()
                + " go: "
                + e.getMessage()
                + ".");
      }
      return Answer.LET_GO;
    }
  }

  private void stop(Monitor monitor, Optional<KernelTask> qemu, Step.Unplug step)
      throws QmpException, StepFailure {
    Tasks tasks = new Tasks(kernel);
    // It closes its monitor first, and the device last.
    boolean ended =
        monitor.quit(Unplugs.STOP)
            && (qemu.isEmpty() || patience.until(() -> !tasks.lives(qemu.get()), Unplugs.STOP));
    if (!ended) {
      throw Unplugs.stays(step);
    }
  }

  private Optional<KernelTask> process(Guest guest) {
    return switch (guest) {
      case Guest.Qemu(String socket) -> {
        OptionalInt pid = PeerProcess.at(socket);
        yield pid.isEmpty() ? Optional.empty() : new Tasks(kernel).find(pid.getAsInt());
      }
      case Guest.Domain domain -> Optional.empty();
    };
  }

  private static Monitor connect(Guest guest) throws QmpException {
    return switch (guest) {
      case Guest.Qemu(String socket) -> new Monitor(QmpConnection.open(path(socket), ANSWER), PLUG);
      case Guest.Domain domain -> throw new IllegalArgumentException("is libvirt's: " + domain);
    };
  }

  private static Path path(String socket) throws QmpException {
    try {
      return Path.of(socket);
    } catch (InvalidPathException e) {
      // Letters that the locale's encoding lacks.
      throw new QmpException(
          QmpException.Kind.MUTE, "its socket cannot be named here: " + e.getReason());
    }
  }

  /** What a QEMU has when it starts is on the line that starts it. */
  @Override
  public Definition definition(Guest guest, PciAddress address) {
    return new Definition(
        new Definition.None(
            "was started by hand: nobody keeps a definition of it. What it has when it starts is on"
                + " its command line: lend reserve, then lend qemu-args"),
        List.of());
  }

  @Override
  public void define(DefinitionStep.Define step) throws StepFailure {
    throw new StepFailure("Guest " + step.guest() + " has no definition.");
  }

  @Override
  public void undefine(DefinitionStep.Undefine step) {
    // There is none that could have it.
  }
}
