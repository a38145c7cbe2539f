package dev.lend.cli;

import dev.lend.act.Outcome;
import dev.lend.act.Progress;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.StateFolder;
import dev.lend.journal.UnwritableException;
import dev.lend.ledger.Loan;
import dev.lend.model.GuestMemory;
import dev.lend.model.HostSnapshot;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.sysfs.MemoryReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * One QEMU and the devices that it has while it runs. The host is locked while they are taken and
 * while they are given back, and not in between. Should Lend be killed, the ledger knows by whose
 * end they go home: first that of Lend itself, then that of QEMU.
 */
final class GuestRun {
  /** What a shell makes of SIGTERM, for who was asked to end before there was a guest. */
  private static final int ENDED = 128 + 15;

  private final List<PciAddress> devices;
  private final QemuLine qemu;
  private final HostSnapshot host;
  private final Arguments arguments;
  private final Context context;
  private final Workshop workshop;
  private final Started.Starter starter;
  private final Request.Consent consent;

  /** Those that were taken, in order; without those that came along with one of them. */
  private final List<PciAddress> taken = new ArrayList<>();

  /** By whom the loans may be known: this process, then QEMU. */
  private final List<KernelTask> holders = new ArrayList<>();

  private final Ending ending = new Ending();

  /** Standard output is the guest's: what Lend has to say goes to standard error. */
  private final Context aside;

  /** The exit status where QEMU is not started. */
  private int refused = ExitCode.NO.status();

  GuestRun(
      List<PciAddress> devices,
      QemuLine qemu,
      HostSnapshot host,
      Arguments arguments,
      Context context,
      Workshop workshop,
      Started.Starter starter) {
    this.devices = devices;
    this.qemu = qemu;
    this.host = host;
    this.arguments = arguments;
    this.context = context;
    this.workshop = workshop;
    this.starter = starter;
    this.consent = ChangeCommand.consent(arguments);
    this.aside = new Context(context.err(), context.err(), false, context.env());
  }

  /** Shows what would be done. */
  ExitCode show() {
    Journal journal = workshop.lookAtJournal();
    ExitCode worst = ExitCode.DONE;
    for (PciAddress device : devices) {
      Request request = request(device, self(), Optional.empty());
      Plan plan = workshop.lender().plan(journal, request);
      ExitCode code =
          new ChangeReport(context, host, false, request)
              .dryRun(plan, journal.unfinished().isPresent());
      worst = code.compareTo(worst) > 0 ? code : worst;
    }
    if (worst == ExitCode.DONE) {
      context.out().println(Text.printable("# start " + qemu.name() + ", and wait for its end"));
      context.out().println(Text.printable(qemu.shell(devices)));
    }
    return worst;
  }

  /**
   * Takes the devices, starts QEMU, waits for its end, and gives them back.
   *
   * @return QEMU's exit status; that of an {@link ExitCode} where QEMU was not started, or a device
   *     did not get home
   */
  int play() {
    Thread hook = Thread.ofPlatform().name("lend-run-end").unstarted(ending::asked);
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Optional<Started> started = take();
      int status = started.isPresent() ? started.get().await() : refused;
      ExitCode home = giveBack();
      return home == ExitCode.DONE ? status : home.status();
    } catch (UnwritableException full) {
      return Unwritten.end(full, context, workshop).status();
    } catch (JournalException unusable) {
      throw new UsageException(String.valueOf(unusable.getMessage()));
    } finally {
      removed(hook);
    }
  }

  /** Where this process is asked to end, the hook waits until it is halted, with its status. */
  private static boolean removed(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException runsAlready) {
      return false;
    }
  }

  /** Takes the devices and starts QEMU; nothing where that was refused or failed. */
  private Optional<Started> take() {
    KernelTask self = self();
    holders.add(self);
    try (StateFolder folder = workshop.lock(arguments, who -> say("waiting for: " + who))) {
      Journal journal = folder.journal();
      for (PciAddress device : devices) {
        if (!cameAlong(journal, device) && !taken(journal, device, self)) {
          return Optional.empty();
        }
      }
      if (ending.wanted()) {
        refused = ENDED;
        return Optional.empty();
      }
      Optional<Started> started = started();
      Optional<KernelTask> task = started.flatMap(Started::task);
      if (task.isPresent()) {
        holders.add(task.get());
        passOn(journal, self, task.get());
      }
      return started;
    }
  }

  private boolean cameAlong(Journal journal, PciAddress device) {
    return journal.ledger().loan(device).map(Loan::holder).orElse(null)
            instanceof Loan.Along(PciAddress with)
        && taken.contains(with);
  }

  private boolean taken(Journal journal, PciAddress device, KernelTask self) {
    Request request = request(device, self, Optional.empty());
    ChangeReport report = new ChangeReport(aside, host, false, request);
    Outcome outcome = workshop.lender().carryOut(journal, request, report);
    refused = report.end(outcome, journal.ledger()).status();
    if (outcome instanceof Outcome.Done) {
      taken.add(device);
    }
    return outcome instanceof Outcome.Done;
  }

  private Optional<Started> started() {
    try {
      // Whatever is known of its memory: what is started inherits the limit.
      starter.lockable();
      Started started = starter.start(qemu.with(devices));
      ending.started(started);
      return Optional.of(started);
    } catch (IOException e) {
      say(qemu.name() + " was not started: " + e.getMessage());
      refused = ExitCode.PUT_BACK.status();
      return Optional.empty();
    }
  }

  /**
   * The loans are QEMU's from now on. Without that, they are known by this process, and whoever
   * finds it gone finds that the devices are held.
   */
  private void passOn(Journal journal, KernelTask self, KernelTask task) {
    try {
      for (PciAddress device : taken) {
        Request request = request(device, task, Optional.of(self));
        Outcome outcome = workshop.lender().carryOut(journal, request, Progress.silent());
        if (!(outcome instanceof Outcome.Done)) {
          say(outcome.reason());
        }
      }
    } catch (JournalException unwritable) {
      say(String.valueOf(unwritable.getMessage()));
    }
  }

  /** Gives back what was taken, last first; what somebody else has given back is at home. */
  private ExitCode giveBack() {
    if (taken.isEmpty()) {
      return ExitCode.DONE;
    }
    ExitCode worst = ExitCode.DONE;
    try (StateFolder folder = workshop.lock(who -> say("waiting for: " + who))) {
      Journal journal = folder.journal();
      for (PciAddress device : taken.reversed()) {
        Optional<Loan.InProcess> in = journal.ledger().loan(device).flatMap(Loan::inProcess);
        if (in.isPresent() && holders.contains(in.get().task())) {
          Request request = new Request.Return(device);
          ChangeReport report = new ChangeReport(aside, host, false, request);
          Outcome outcome = workshop.lender().taking(holders).carryOut(journal, request, report);
          report.end(outcome, journal.ledger());
          worst = outcome instanceof Outcome.Done ? worst : ExitCode.NEEDS_PERSON;
        }
      }
    } catch (JournalException unusable) {
      say(String.valueOf(unusable.getMessage()));
      say("not everything is given back; when the cause is mended: lend recover");
      return ExitCode.NEEDS_PERSON;
    }
    return worst;
  }

  private Request request(PciAddress device, KernelTask task, Optional<KernelTask> from) {
    // What is said of the memory is said once: it is the same for all devices.
    return new Request.Run(
        device,
        consent,
        new Loan.InProcess(task, qemu.name()),
        from,
        device.equals(devices.getFirst()) ? memory() : Optional.empty());
  }

  private Optional<GuestMemory> memory() {
    Optional<GuestMemory.Place> place =
        qemu.ownMemory()
            ? new MemoryReader(workshop.kernel()).ofNew(starter.lockable())
            : Optional.empty();
    return qemu.memory().map(known -> known.at(place));
  }

  private KernelTask self() {
    return starter
        .self()
        .orElseThrow(() -> new UsageException("/proc does not show this process: is it mounted?"));
  }

  private void say(String text) {
    context.err().println("lend: " + Text.printable(text));
    context.err().flush();
  }

  /** What this process is asked by signals (SIGTERM, SIGINT, SIGHUP), QEMU is asked too. */
  private static final class Ending {
    private Optional<Started> started = Optional.empty();
    private boolean asked;

    synchronized boolean wanted() {
      return asked;
    }

    synchronized void started(Started other) {
      started = Optional.of(other);
      if (asked) {
        other.end();
      }
    }

    private synchronized void note() {
      asked = true;
      started.ifPresent(Started::end);
    }

    /** Java ends when this returns: not before the devices are back. */
    void asked() {
      note();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException nobodyDoes) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
