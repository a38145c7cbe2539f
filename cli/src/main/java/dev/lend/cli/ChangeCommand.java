package dev.lend.cli;

import dev.lend.act.Outcome;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.StateFolder;
import dev.lend.journal.UnwritableException;
import dev.lend.model.Guest;
import dev.lend.model.HostSnapshot;
import dev.lend.model.Nearest;
import dev.lend.model.PciAddress;
import dev.lend.plan.Consequence;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The four commands that move a function between host and guest. */
final class ChangeCommand implements Command {
  /** Which of them. */
  enum Verb {
    ATTACH("Lend a device to a guest, and take it off the host for that"),
    DETACH("Take a device back from its guest, to the driver that it came from"),
    RESERVE("Take a device off its host driver, for a guest to come"),
    RETURN("Give a reserved device back to its host driver"),
    CLEAN("Reset a device that is in quarantine, so that it can be lent again");

    private final String summary;

    Verb(String summary) {
      this.summary = summary;
    }

    boolean homeward() {
      return this == DETACH || this == RETURN;
    }

    boolean takes() {
      return this == ATTACH || this == RESERVE;
    }
  }

  private static final int DEFAULT_TIMEOUT = 60;
  private static final String LEAVE = "--leave";

  /** Has a VF reach those behind a bridge on its PF. */
  static final String BRIDGE_FDB = "--bridge-fdb";

  private final Verb verb;

  ChangeCommand(Verb verb) {
    this.verb = verb;
  }

  @Override
  public String name() {
    return verb.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return verb.summary;
  }

  @Override
  public List<String> examples() {
    return switch (verb) {
      case ATTACH ->
          List.of(
              "lend attach 01:10.0 --guest web1",
              "plug a VF into a running domain of libvirt's",
              "lend attach 01:10.0 --guest qmp:/run/web1/qmp.sock",
              "plug it into a running QEMU that somebody started by hand",
              "lend attach --vf-of eth1 --guest qmp:/run/web1/qmp.sock",
              "any VF of eth1 that nobody uses",
              "lend attach --label dmz --guest qmp:/run/web1/qmp.sock",
              "any that files in /etc/lend give this label",
              "lend attach 01:10.0 --guest web1 --persistent",
              "now, and whenever the domain is started",
              "lend attach eth1/vf2 --guest qmp:/run/web1/qmp.sock --dry-run",
              "show what would be done");
      case DETACH ->
          List.of(
              "lend detach 01:10.0", "ask the guest to let it go, then give it to its host driver",
              "lend detach --guest web1 --all", "the same for all that the guest has",
              "lend detach 01:10.0 --force",
                  "the guest does not let it go: stop the guest, then take it home");
      case RESERVE ->
          List.of(
              "lend reserve 02:00.0", "put it on vfio-pci",
              "qemu-system-x86_64 ... $(lend qemu-args 02:00.0)", "then start a guest with it");
      case RETURN ->
          List.of(
              "lend return 02:00.0", "put it back on the driver it came from",
              "lend return 02:00.0 --leave",
                  "somebody else has changed it: leave it as it is, and forget the loan",
              "lend return 02:00.0 --accept changed", "put it back nevertheless");
      case CLEAN ->
          List.of("lend clean 02:00.0", "status 3 if its reset still fails; lend status says why");
    };
  }

  @Override
  public Syntax syntax() {
    Syntax syntax = Syntax.none().taking(DeviceName.parameter());
    if (verb == Verb.ATTACH) {
      syntax =
          syntax
              .taking(
                  new Syntax.Words.AtMostOne(
                      "DEVICE", "an address (01:10.0), a net device (eth1), a VF (eth1/vf3)"))
              .required(
                  GuestName.OPTION,
                  "GUEST",
                  "the guest: a libvirt domain (web1), or qmp:/path/to/socket of a running QEMU")
              .option(
                  GuestName.CONNECT,
                  "URI",
                  "the libvirt that has the domain (" + Guest.Domain.SYSTEM + ")")
              .flag(BRIDGE_FDB, "let the VF reach those whom a bridge on its PF knows now");
      syntax = AtStart.options(AnyVf.options(syntax));
    }
    if (verb == Verb.DETACH) {
      syntax =
          DetachAll.options(
              Force.option(syntax)
                  .taking(
                      new Syntax.Words.AtMostOne(
                          "DEVICE", "an address (01:10.0), a net device (eth1), a VF (eth1/vf3)")));
    }
    if (verb.takes()) {
      syntax = syntax.flag("--with-group", "take the other devices of its IOMMU group along");
    }
    if (verb.homeward()) {
      syntax =
          syntax.flag(
              LEAVE,
              "somebody else has changed it: leave it as it is, and forget that it was lent");
    }
    if (verb.takes() || verb.homeward()) {
      syntax =
          syntax
              .flag("--yes", "what is in use on the host, as shown, may stop")
              .repeatable(
                  "--accept",
                  "NAME",
                  "what Lend would refuse because of NAME, as shown, may happen: "
                      + (verb.homeward() ? "changed ..." : "default-route, mounted ..."));
    }
    if (verb.takes()) {
      syntax =
          syntax.option(
              Guardian.OPTION,
              "TIME",
              "take it back by itself after 60s, 5m ..., unless lend confirm comes first");
    }
    syntax =
        syntax.option(
            Workshop.TIMEOUT,
            "SECONDS",
            verb == Verb.ATTACH || verb == Verb.DETACH
                ? "how long the guest may take to let a device go ("
                    + DEFAULT_TIMEOUT
                    + "), and the kernel to answer a write (30)"
                : "how long the kernel may take to answer a write (30)");
    syntax =
        syntax.flag("--dry-run", "show the plan and the commands it stands for; change nothing");
    return Context.state(Context.json(Workshop.noWait(syntax)));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    return run(arguments, context, Workshop.of(arguments, context, timeout(arguments)));
  }

  /** Runs it in a workshop of the caller's. */
  ExitCode run(Arguments arguments, Context context, Workshop workshop) {
    try {
      if (verb == Verb.ATTACH && AnyVf.asked(arguments)) {
        return new AnyVf(arguments, context, workshop)
            .attach(GuestName.of(arguments, workshop.guests()));
      }
      if (verb == Verb.DETACH && DetachAll.asked(arguments)) {
        return new DetachAll(arguments, context, workshop).run(home(arguments, consent(arguments)));
      }
      if (arguments.word().isEmpty()) {
        throw new UsageException(
            verb == Verb.DETACH
                ? "which device? lend detach DEVICE, or --guest GUEST " + DetachAll.OPTION
                : "which device? lend attach DEVICE --guest GUEST, or " + AnyVf.VF_OF + " PF");
      }
      if (arguments.has(AnyVf.NODE)) {
        throw new UsageException(AnyVf.NODE + " is for " + AnyVf.VF_OF);
      }
      HostSnapshot host = workshop.names(arguments.word());
      return perform(request(arguments, workshop, host), host, arguments, context, workshop);
    } catch (UnwritableException full) {
      return Unwritten.end(full, context, workshop);
    } catch (JournalException unusable) {
      throw new UsageException(String.valueOf(unusable.getMessage()));
    }
  }

  static ExitCode carryOut(
      Request request,
      HostSnapshot host,
      Journal journal,
      Arguments arguments,
      Context context,
      Workshop workshop) {
    ChangeReport report = new ChangeReport(context, host, arguments.has("--json"), request);
    if (request.agreed().within().isPresent()) {
      Guardian.start(
          workshop.state(),
          request.address().toString(),
          journal.last(),
          request.agreed().within().get());
    }
    Outcome outcome = workshop.lender().carryOut(journal, request, report);
    report.sees(Sights.after(outcome, request, host, journal.ledger(), workshop.guests()));
    return report.end(outcome, journal.ledger());
  }

  /** Plans a request, and carries it out unless only the plan is wanted. */
  static ExitCode perform(
      Request request, HostSnapshot host, Arguments arguments, Context context, Workshop workshop) {
    try {
      ChangeReport report = new ChangeReport(context, host, arguments.has("--json"), request);
      if (arguments.has("--dry-run")) {
        Journal journal = workshop.lookAtJournal();
        Plan plan = workshop.lender().plan(journal, request);
        return report.dryRun(plan, journal.unfinished().isPresent());
      }
      try (StateFolder folder = workshop.lock(arguments, report::waitsFor)) {
        return carryOut(request, host, folder.journal(), arguments, context, workshop);
      }
    } catch (UnwritableException full) {
      return Unwritten.end(full, context, workshop);
    } catch (JournalException unusable) {
      throw new UsageException(String.valueOf(unusable.getMessage()));
    }
  }

  private Request request(Arguments arguments, Workshop workshop, HostSnapshot host) {
    PciAddress address = address(arguments.word(), workshop, host);
    Request.Consent consent = consent(arguments);
    return switch (verb) {
      case ATTACH ->
          new Request.Attach(
              address,
              GuestName.of(arguments, workshop.guests()),
              consent,
              arguments.has(BRIDGE_FDB),
              AtStart.of(arguments));
      case DETACH -> new Request.Detach(address, home(arguments, consent));
      case RESERVE -> new Request.Reserve(address, consent);
      case RETURN -> new Request.Return(address, home(arguments, consent));
      case CLEAN -> new Request.Clean(address);
    };
  }

  private static Request.Homecoming home(Arguments arguments, Request.Consent consent) {
    if (arguments.has(LEAVE) && !consent.accepted().isEmpty()) {
      throw new UsageException(
          LEAVE + " leaves the device as it is: then there is nothing to accept");
    }
    return Force.of(arguments, new Request.Homecoming(arguments.has(LEAVE), consent));
  }

  /** What the person agrees to, by the options that were given. */
  static Request.Consent consent(Arguments arguments) {
    return new Request.Consent(
        arguments.has("--with-group"),
        arguments.has("--yes"),
        accepted(arguments),
        arguments.option(Guardian.OPTION).map(Guardian::time));
  }

  private static Set<Consequence.Kind> accepted(Arguments arguments) {
    Set<Consequence.Kind> accepted = EnumSet.noneOf(Consequence.Kind.class);
    for (String name : arguments.values("--accept")) {
      Optional<Consequence.Kind> kind = Consequence.Kind.find(name);
      if (kind.isEmpty()) {
        List<String> all = Consequence.Kind.ids();
        throw new UsageException(
            "nothing to accept is called "
                + name
                + Nearest.of(name, all).map(near -> ". Did you mean " + near + "?").orElse(".")
                + " There are: "
                + String.join(", ", all));
      }
      accepted.add(kind.get());
    }
    return accepted;
  }

  /** A lent function that the host has no more can be taken off the books by its address. */
  private PciAddress address(String device, Workshop workshop, HostSnapshot host) {
    Optional<PciAddress> vanished =
        PciAddress.parse(device).filter(address -> host.function(address).isEmpty());
    if (verb.homeward()
        && vanished.isPresent()
        && workshop.lookAtJournal().ledger().loan(vanished.get()).isPresent()) {
      return vanished.get();
    }
    return DeviceName.resolve(host, device).address();
  }

  static Duration timeout(Arguments arguments) {
    int seconds = arguments.number(Workshop.TIMEOUT, DEFAULT_TIMEOUT);
    if (seconds < 1 || seconds > 86_400) {
      throw new UsageException(Workshop.TIMEOUT + " takes 1 to 86400 seconds, not " + seconds);
    }
    return Duration.ofSeconds(seconds);
  }
}
