package dev.lend.cli;

import dev.lend.act.AnyGuests;
import dev.lend.act.DeclaredPlaces;
import dev.lend.act.Guests;
import dev.lend.act.Hands;
import dev.lend.act.Lender;
import dev.lend.act.LibvirtGuests;
import dev.lend.act.Patience;
import dev.lend.act.QemuGuests;
import dev.lend.act.ReadHost;
import dev.lend.journal.FileJournalLog;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.StateFolder;
import dev.lend.linux.LiveNet;
import dev.lend.linux.LiveNvme;
import dev.lend.linux.Net;
import dev.lend.linux.Nvme;
import dev.lend.model.DeclaredPf;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.sysfs.Deadlines;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Kernel;
import dev.lend.sysfs.KernelReader;
import dev.lend.sysfs.LiveKernel;
import dev.lend.sysfs.Scope;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What the commands that change something work with, put together for the host that this runs on.
 *
 * @param kernel its kernel
 * @param net its network
 * @param guests its guests
 * @param lender the one way to change it
 * @param state the folder with the journal
 * @param asker who asks, for the journal and for others who wait
 */
record Workshop(
    KernelReader kernel, Net net, Guests guests, Lender lender, Path state, String asker) {
  /** Does nothing where another Lend is at work. */
  static final String NO_WAIT = "--no-wait";

  /** Two who name different state folders change the same host all the same. */
  private static final Path HOST_LOCK = Path.of("/run/lend.lock");

  /** Gives the guest and the kernel a time other than theirs. */
  static final String TIMEOUT = "--timeout";

  /**
   * @param unplugLimit how long a guest may take to let a device go
   */
  static Workshop of(Arguments arguments, Context context, Duration unplugLimit) {
    LiveKernel kernel =
        new LiveKernel(context.kernel(arguments), deadlines(arguments, unplugLimit));
    return over(kernel, new LiveNet(), new LiveNvme(), arguments, context, unplugLimit);
  }

  /** The time that was given on the line is the kernel's too. */
  private static Deadlines deadlines(Arguments arguments, Duration limit) {
    return arguments.has(TIMEOUT) ? Deadlines.of(limit) : Deadlines.standard();
  }

  /** The same over a kernel of the caller's. */
  static Workshop over(
      Kernel kernel,
      Net net,
      Nvme nvme,
      Arguments arguments,
      Context context,
      Duration unplugLimit) {
    ReadHost view = new ReadHost(kernel, net, nvme, context.variable("SSH_CONNECTION"));
    Guests guests =
        new AnyGuests(new QemuGuests(unplugLimit, kernel), LibvirtGuests.ofThisHost(unplugLimit));
    Hands hands = new Hands(kernel, net, nvme, view, guests, Patience.polling());
    String asker = asker(context);
    Lender lender = new Lender(view, guests, hands, Clock.systemUTC(), asker);
    return new Workshop(kernel, net, guests, lender, context.state(arguments), asker);
  }

  private static String asker(Context context) {
    String sudo = context.variable("SUDO_USER");
    return (sudo.isEmpty() ? System.getProperty("user.name", "?") : sudo)
        + " (pid "
        + ProcessHandle.current().pid()
        + ")";
  }

  /** The host as far as it takes to know which function a device's name means. */
  HostSnapshot names(String device) {
    return new HostReader(kernel)
        .read(PciAddress.parse(device).isPresent() ? Scope.functions() : Scope.functionsAndNames());
  }

  /** The host with everything that a device can be named by, and who uses what. */
  HostSnapshot everything() {
    return new HostReader(kernel).read(Scope.uses());
  }

  /** Where the PFs of files are on this host. */
  DeclaredPlaces places(HostSnapshot host, List<DeclaredPf> pfs) {
    boolean vpd = pfs.stream().anyMatch(pf -> pf.identity().vpdSerial().isPresent());
    return new DeclaredPlaces(kernel, net, host, vpd);
  }

  /** The speed of an interface's link in Mbit/s; 0 where it has none, or does not say. */
  long speed(String net) {
    try {
      return Math.max(
          0, Long.parseLong(kernel.read("sys/class/net/" + net + "/speed").or("0").strip()));
    } catch (NumberFormatException notSaid) {
      return 0;
    }
  }

  /** The journal as it is, without locking it. */
  Journal lookAtJournal() {
    return Journal.read(FileJournalLog.readOnly(state));
  }

  /**
   * The state folder, locked.
   *
   * @param onWait told who has the lock, before waiting for it
   * @throws JournalException it cannot be used
   * @throws DeclinedException another has it, and the person does not want to wait
   */
  StateFolder lock(Arguments arguments, Consumer<String> onWait) {
    Optional<Path> common =
        kernel instanceof LiveKernel ? Optional.of(HOST_LOCK) : Optional.empty();
    return StateFolder.lock(
        state, common, asker, arguments.has(NO_WAIT) ? Workshop::decline : onWait);
  }

  /** The same for what has to be done whatever the person wanted to wait for. */
  StateFolder lock(Consumer<String> onWait) {
    return lock(new Arguments(java.util.Map.of(), List.of()), onWait);
  }

  private static void decline(String who) {
    throw new DeclinedException(
        "another lend is at work: " + who + ". Nothing was done (" + NO_WAIT + ")");
  }

  /** {@code --no-wait} for commands that change something. */
  static Syntax noWait(Syntax syntax) {
    return syntax.flag(NO_WAIT, "do nothing if another lend is at work, instead of waiting");
  }
}
