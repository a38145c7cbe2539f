package dev.lend.cli;

import dev.lend.act.Outcome;
import dev.lend.config.Declarations;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.UnwritableException;
import dev.lend.ledger.Loan;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfWish;
import dev.lend.model.SriovRole;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.model.VfWords;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/** {@code lend vf create}, {@code vf set} and {@code vf remove}. */
final class VfCommand implements Command {
  /** Which of them. */
  enum Verb {
    CREATE("Have a PF make VFs, and set them up"),
    SET("Set up a VF, or all of a PF"),
    REMOVE("Remove all VFs of a PF");

    private final String summary;

    Verb(String summary) {
      this.summary = summary;
    }
  }

  private static final String REPLACE = "--replace";
  private static final String PERSIST = "--persist";

  /** What a guest may take to let a VF go that is to be replaced. */
  private static final Duration UNPLUG = Duration.ofSeconds(60);

  private final Verb verb;

  VfCommand(Verb verb) {
    this.verb = verb;
  }

  @Override
  public String name() {
    return "vf " + verb.name().toLowerCase(java.util.Locale.ROOT);
  }

  @Override
  public Group group() {
    return Group.SETTINGS;
  }

  @Override
  public String summary() {
    return verb.summary;
  }

  @Override
  public List<String> examples() {
    return switch (verb) {
      case CREATE ->
          List.of(
              "lend vf create eth1 4", "four VFs for guests, each with an address of its own",
              "lend vf create 01:00.0 4 --vlan 100 --trust on", "all of them in VLAN 100",
              "lend vf create eth1 7 --replace",
                  "more than there are: takes back from guests those that there are");
      case SET ->
          List.of(
              "lend vf set eth1/vf2 --mac 52:54:00:12:34:56 --vlan 7 --spoofchk off", "one VF",
              "lend vf set eth1 --max-rate 2000", "all VFs of a PF");
      case REMOVE -> List.of("lend vf remove eth1", "refused while a guest or this host uses one");
    };
  }

  @Override
  public Syntax syntax() {
    Syntax syntax =
        switch (verb) {
          case CREATE ->
              VfOptions.add(
                  Syntax.none()
                      .taking(
                          new Syntax.Words.Two(
                              "PF",
                              "an address (01:00.0), a net device (eth1)",
                              "COUNT",
                              "how many VFs it shall have")));
          case SET -> VfOptions.add(Syntax.none().taking(DeviceName.parameter()));
          case REMOVE -> Syntax.none().taking(DeviceName.parameter());
        };
    if (verb != Verb.SET) {
      syntax =
          syntax
              .flag(REPLACE, "take VFs back first that Lend has lent or reserved")
              .flag("--yes", "what is in use on the host, as shown, may stop")
              .repeatable(
                  "--accept",
                  "NAME",
                  "what Lend would refuse because of NAME, as shown, may happen");
    }
    syntax =
        syntax
            .flag(PERSIST, "keep it over reboots, in " + Declarations.FOLDER)
            .option(Workshop.TIMEOUT, "SECONDS", "how long the kernel may take to answer a write")
            .flag("--dry-run", "show the plan and the commands it stands for; change nothing");
    return Context.state(Context.json(Workshop.noWait(syntax)));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    PfWish wish = new PfWish(Optional.empty(), VfUse.GUESTS, VfWish.none(), new TreeMap<>());
    if (verb == Verb.REMOVE) {
      wish = withCount(wish, 0);
    } else {
      wish = wish(arguments).reaching(VfOptions.bridged(arguments));
    }
    Duration limit = arguments.has(Workshop.TIMEOUT) ? ChangeCommand.timeout(arguments) : UNPLUG;
    Workshop workshop = Workshop.of(arguments, context, limit);
    try {
      HostSnapshot host = workshop.everything();
      PciFunction named = DeviceName.resolve(host, arguments.word());
      if (verb == Verb.SET) {
        wish = single(named, wish, VfOptions.use(arguments));
      }
      PciFunction pf = pf(host, named);
      fits(workshop::speed, host, pf, wish);
      Optional<VfPersist> persist =
          arguments.has(PERSIST) && !arguments.has("--dry-run")
              ? Optional.of(VfPersist.prepare(Declarations.FOLDER, workshop, host, pf))
              : Optional.empty();
      Request.ShapeVfs request =
          new Request.ShapeVfs(pf.address(), wish, ChangeCommand.consent(arguments), name());
      if (arguments.has(REPLACE)) {
        // What is refused anyway costs no guest its VF.
        Plan plan = workshop.lender().plan(workshop.lookAtJournal(), request.afterTakingBack());
        if (!plan.allowed() || arguments.has("--dry-run")) {
          return tell(plan, host, arguments, context, workshop);
        }
        ExitCode code = takeBack(pf, host, arguments, context, workshop);
        if (code != ExitCode.DONE) {
          return code;
        }
      }
      ExitCode code = ChangeCommand.perform(request, host, arguments, context, workshop);
      if (code == ExitCode.DONE && persist.isPresent()) {
        String where = persist.get().keep(wish);
        (arguments.has("--json") ? context.err() : context.out()).println(where);
      }
      return code;
    } catch (UnwritableException full) {
      return Unwritten.end(full, context, workshop);
    } catch (JournalException unusable) {
      throw new UsageException(String.valueOf(unusable.getMessage()));
    }
  }

  private PfWish wish(Arguments arguments) {
    VfWish settings = VfOptions.wish(arguments);
    VfUse use = VfOptions.use(arguments).orElse(VfUse.GUESTS);
    if (verb == Verb.SET
        && settings.equals(VfWish.none())
        && !arguments.has("--for")
        && !arguments.has(ChangeCommand.BRIDGE_FDB)) {
      throw new UsageException("nothing to set: lend vf set --help lists what there is");
    }
    PfWish wish = new PfWish(Optional.empty(), use, settings, new TreeMap<>());
    if (verb == Verb.SET) {
      return wish;
    }
    String text = arguments.words().get(1);
    int count =
        VfWords.count(text).orThrow(why -> new UsageException(why + ", for all VFs of the PF"));
    if (count == 0) {
      throw new UsageException("to have none: lend vf remove " + arguments.word());
    }
    if (count > 1 && settings.mac().orElse(null) instanceof VfWish.Exactly) {
      throw new UsageException(
          "one address for "
              + count
              + " VFs: each needs its own (--mac auto, or lend vf set "
              + arguments.word()
              + "/vf0 --mac ...)");
    }
    return withCount(wish, count);
  }

  private static PfWish withCount(PfWish wish, int count) {
    return new PfWish(Optional.of(count), wish.use(), wish.all(), wish.each(), wish.bridged());
  }

  /** A wish about a VF is one about its PF that says something of that VF only. */
  private static PfWish single(PciFunction named, PfWish wish, Optional<VfUse> use) {
    SortedMap<Integer, PfWish.OneVf> each = new TreeMap<>();
    PfWish.OneVf one = new PfWish.OneVf(use, wish.all());
    switch (named.sriov()) {
      case SriovRole.Virtual(PciAddress pf, int index) -> each.put(index, one);
      case SriovRole.Physical(int total, List<PciAddress> vfs) -> {
        String name = named.address().brief();
        if (vfs.isEmpty()) {
          throw new UsageException(
              name + " has no VFs to set up; make some: lend vf create " + name + " N");
        }
        if (vfs.size() > 1 && wish.all().mac().orElse(null) instanceof VfWish.Exactly) {
          throw new UsageException(
              "one address for " + vfs.size() + " VFs: name one VF, or --mac auto");
        }
        for (int index = 0; index < vfs.size(); index++) {
          each.put(index, one);
        }
      }
      case SriovRole.Ordinary ordinary -> {}
    }
    return new PfWish(Optional.empty(), VfUse.GUESTS, VfWish.none(), each, wish.bridged());
  }

  private PciFunction pf(HostSnapshot host, PciFunction named) {
    if (named.sriov() instanceof SriovRole.Virtual(PciAddress pf, int index)) {
      if (verb != Verb.SET) {
        throw new UsageException(
            named.address().brief() + " is a VF of " + pf.brief() + ": name the PF");
      }
      return host.function(pf)
          .orElseThrow(() -> new UsageException("no PCI function " + pf + " on this host"));
    }
    if (named.sriov() instanceof SriovRole.Ordinary) {
      throw new UsageException(
          named.address().brief()
              + " can have no VFs: it has no SR-IOV capability, or the firmware keeps it off");
    }
    return named;
  }

  /**
   * What no PF of this kind can do is a mistake, and no refusal.
   *
   * @param speeds the speed of an interface's link in Mbit/s; 0 where it has none
   */
  static void fits(ToLongFunction<String> speeds, HostSnapshot host, PciFunction pf, PfWish wish) {
    if (pf.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs)
        && wish.count().orElse(0) > total) {
      throw new UsageException(
          pf.address().brief() + " can have " + total + " VFs, not " + wish.count().orElse(0));
    }
    List<VfWish> wishes = new ArrayList<>(List.of(wish.all()));
    wish.each().values().forEach(one -> wishes.add(one.wish()));
    for (NetInterface net : host.netsOf(pf.address())) {
      long speed = speeds.applyAsLong(net.name());
      for (VfWish one : wishes) {
        long rate = Math.max(one.maxRate().orElse(0L), one.minRate().orElse(0L));
        if (speed > 0 && rate > speed) {
          throw new UsageException(
              rate + " Mbit/s is more than " + net.name() + " has: its link runs at " + speed);
        }
      }
    }
  }

  private static ExitCode tell(
      Plan plan, HostSnapshot host, Arguments arguments, Context context, Workshop workshop) {
    Journal journal = workshop.lookAtJournal();
    ChangeReport report = new ChangeReport(context, host, arguments.has("--json"), plan.request());
    return arguments.has("--dry-run")
        ? report.dryRun(plan, journal.unfinished().isPresent())
        : report.end(new Outcome.Refused(plan), journal.ledger());
  }

  private static ExitCode takeBack(
      PciFunction pf, HostSnapshot host, Arguments arguments, Context context, Workshop workshop) {
    if (pf.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs)) {
      for (PciAddress vf : vfs) {
        Optional<Loan> loan = workshop.lookAtJournal().ledger().loan(vf);
        if (loan.isPresent()) {
          Request home =
              loan.get().inGuest().isPresent() ? new Request.Detach(vf) : new Request.Return(vf);
          ExitCode code = ChangeCommand.perform(home, host, arguments, context, workshop);
          if (code != ExitCode.DONE) {
            return code;
          }
        }
      }
    }
    return ExitCode.DONE;
  }
}
