package dev.lend.act;

import dev.lend.journal.Journal;
import dev.lend.journal.JournalException;
import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Loan;
import dev.lend.ledger.Quarantine;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.Binding;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.DriverAbilities;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.StuckWrite;
import dev.lend.model.TaskEvidence;
import dev.lend.plan.DefinitionStep;
import dev.lend.plan.Step;
import dev.lend.plan.VfStep;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The steps of one plan, from the journal's {@code Opened} to its {@code Closed}. Forward, each
 * step is announced in the journal, done, read back and reported; backward the same with the steps'
 * inverses, the last first.
 */
final class Transaction {
  /**
   * How it ended.
   *
   * @param outcome in the journal's words
   * @param why what failed, first cause first; empty where nothing did
   */
  record Result(JournalRecord.Outcome outcome, List<String> why) {}

  private final JournalRecord.Opened opened;
  private final Journal journal;
  private final Hands hands;
  private final Clock clock;
  private final Progress progress;

  /** True for what a Lend before this one has begun: much may have happened since. */
  private final boolean earlier;

  private final List<String> why = new ArrayList<>();
  private final Log log = new Log();

  /** On the way back everything is tried, also what cannot be written down. */
  private boolean back;

  /** Something is left that only a person can put right, and which one was told of. */
  private boolean byHand;

  private final List<String> left = new ArrayList<>();

  /** Functions that are not what the plan was made for any more. */
  private final Set<PciAddress> displaced = new HashSet<>();

  Transaction(
      JournalRecord.Opened opened,
      Journal journal,
      Hands hands,
      Clock clock,
      Progress progress,
      boolean earlier) {
    this.earlier = earlier;
    this.opened = opened;
    this.journal = journal;
    this.hands = hands;
    this.clock = clock;
    this.progress = progress;
  }

  /** Does all steps; where one fails, goes back as far as that is possible. */
  Result forward() {
    List<Step> steps = opened.steps();
    for (int i = 0; i < steps.size(); i++) {
      if (earlier && hands.caution().overtaken(steps, i)) {
        continue;
      }
      try {
        journal.append(new JournalRecord.Begun(opened.transaction(), i));
        progress.begins(steps.get(i));
        carryOut(i, steps.get(i));
        journal.append(new JournalRecord.Done(opened.transaction(), i));
        progress.done(steps.get(i));
      } catch (StepFailure failure) {
        because(steps.get(i), failure);
        if (!opened.homeward()) {
          return back(i + 1, List.of());
        }
        if (!leftToAPerson(steps.get(i), failure)) {
          return stay(steps.get(i), i);
        }
      } catch (JournalException unwritable) {
        why.add(unwritable.getMessage());
        return opened.homeward() ? stay(steps.get(i), i) : back(i + 1, List.of());
      }
    }
    return close(
        byHand ? JournalRecord.Outcome.STRANDED : JournalRecord.Outcome.DONE, opened.after());
  }

  private void because(Step step, StepFailure failure) {
    if (failure instanceof Displaced) {
      step.device().ifPresent(displaced::add);
    }
    String text = String.valueOf(failure.getMessage());
    if (!why.contains(text)) {
      why.add(text);
    }
  }

  /** Reset methods and VFs that cannot be put back keep no device from its home. */
  private boolean leftToAPerson(Step step, StepFailure failure) {
    if (step instanceof VfStep && failure instanceof Displaced) {
      byHand = true;
      return true;
    }
    if (step instanceof Step.ChooseReset choose && log.holding(choose.address()).isEmpty()) {
      return byHand(choose);
    }
    // Nobody is lent a PF for the sake of its VFs, so there is no loan by which it could be
    // returned.
    if (step instanceof VfStep vf && log.holding(vf.pf()).isEmpty()) {
      return byHand(vf);
    }
    return false;
  }

  private boolean byHand(Step step) {
    why.add("By hand: " + String.join("; ", step.shell()));
    byHand = true;
    return true;
  }

  private void carryOut(int index, Step step) throws StepFailure {
    lookBefore(step);
    if (step instanceof Step.Reset reset) {
      reset(index, reset);
    } else if (step instanceof VfStep.Try attempt) {
      DriverAbilities abilities = hands.tryOut(attempt, clock.instant(), log);
      journal.append(new JournalRecord.Learned(opened.transaction(), index, abilities));
      progress.learned(abilities);
    } else {
      carryOut(step);
    }
  }

  private void lookBefore(Step step) throws StepFailure {
    Optional<PciAddress> address = step.device().filter(it -> log.holding(it).isEmpty());
    Optional<DeviceIdentity> was = address.flatMap(opened::device);
    if (was.isPresent()) {
      hands.caution().refuseOther(was.get());
    }
    if (address.isPresent() && (back || earlier)) {
      refuseChanged(address.get());
      hands.caution().refuseInUse(step, opened.accepted(), heldUp());
    }
  }

  /** Nor is a function reset or set up that somebody else has put elsewhere. */
  private void refuseChanged(PciAddress address) throws Displaced {
    Optional<Binding> now = hands.binding(address, log);
    for (Step step : opened.steps()) {
      if (now.isPresent()
          && step instanceof Step.Rebind(PciAddress its, Binding from, Binding to)
          && its.equals(address)) {
        Caution.refuseChanged(address, now.get(), from, to);
        return;
      }
    }
  }

  private Set<PciAddress> heldUp() {
    Set<PciAddress> addresses = new HashSet<>();
    for (StuckWrite stuck : Unfinished.waiting(journal, hands)) {
      stuck.write().device().ifPresent(addresses::add);
    }
    return addresses;
  }

  /** What cannot be put back of the network does not keep a device from its home: it is named. */
  private void carryOut(Step step) throws StepFailure {
    List<String> notPutBack =
        switch (step) {
          case Step.RestoreNet net -> hands.putBack(net, clock.instant());
          case Step.RestoreVf vf -> hands.putBack(vf);
          case Step.Unplug unplug -> letGo(unplug);
          default -> {
            hands.carryOut(step, log);
            yield List.of();
          }
        };
    for (String text : notPutBack) {
      left.add(text + ".");
      progress.notPutBack(text);
    }
  }

  /** How the guest answered is told, whichever way that is. */
  private List<String> letGo(Step.Unplug step) throws StepFailure {
    try {
      progress.answered(step, hands.letGo(step));
      return List.of();
    } catch (Kept kept) {
      progress.answered(step, kept.answer());
      throw kept;
    }
  }

  private void reset(int index, Step.Reset reset) throws StepFailure {
    if (journal.trials().containsKey(index)) {
      // Before a crash; what came of it is in the journal, and its evidence may be gone by now.
      return;
    }
    Optional<ResetTrial> trial = hands.reset(reset, clock.instant(), log);
    if (trial.isPresent()) {
      journal.append(new JournalRecord.Tested(opened.transaction(), index, trial.get()));
      progress.tested(reset, trial.get());
      refuseUnclean(reset, trial.get());
    }
  }

  /** What may still hold something of one guest does not go to the next. */
  private void refuseUnclean(Step.Reset reset, ResetTrial trial) throws StepFailure {
    boolean harmed =
        switch (trial.result()) {
          case CLEAN, REFUSED -> false;
          case CHANGED, GONE, NO_ANSWER -> true;
        };
    for (Step step : opened.steps()) {
      Optional<Guest> next = nextGuest(step, reset.address());
      if (harmed && next.isPresent()) {
        throw new StepFailure(
            reset.address().brief()
                + " is not given to "
                + next.get()
                + ": "
                + trial.describe()
                + ". It is in quarantine now: lend clean "
                + reset.address().brief());
      }
    }
  }

  private static Optional<Guest> nextGuest(Step step, PciAddress address) {
    return switch (step) {
      case Step.Plug plug when plug.address().equals(address) -> Optional.of(plug.guest());
      case DefinitionStep.Define define when define.address().equals(address) ->
          Optional.of(define.guest());
      default -> Optional.empty();
    };
  }

  /**
   * Takes back the steps before {@code end}, the last first.
   *
   * @param undone steps that were taken back already
   */
  Result back(int end, List<Integer> undone) {
    back = true;
    List<PciAddress> stuck = new ArrayList<>();
    for (int i = end - 1; i >= 0; i--) {
      Optional<Step> inverse = opened.steps().get(i).inverse();
      if (undone.contains(i)
          || inverse.isEmpty()
          || Step.undoneWithAnother(opened.steps(), i)
          || hands.caution().overtaken(inverses(i), 0)
          || isPointless(inverse.get(), stuck)) {
        continue;
      }
      progress.undoing(opened.steps().get(i));
      try {
        lookBefore(inverse.get());
        carryOut(inverse.get());
      } catch (StepFailure failure) {
        because(inverse.get(), failure);
        if (hands.kept(inverse.get())) {
          // A device that the guest keeps cannot leave vfio-pci, and neither can its group.
          return keptByGuest(inverse.get(), opened.after());
        }
        if (!takesFromGuest(inverse.get())) {
          if (!leftToAPerson(inverse.get(), failure)) {
            stuck.removeAll(addressOf(inverse.get()));
            stuck.addAll(addressOf(inverse.get()));
          }
          continue;
        }
      }
      note(new JournalRecord.Undone(opened.transaction(), i));
    }
    if (stuck.isEmpty()) {
      return close(
          byHand ? JournalRecord.Outcome.STRANDED : JournalRecord.Outcome.UNDONE, opened.before());
    }
    return leave(stuck, opened.before());
  }

  private static boolean takesFromGuest(Step step) {
    return step instanceof Step.Unplug || step instanceof DefinitionStep.Undefine;
  }

  /**
   * Ends with a function where its guest has it.
   *
   * @param step what could not take it from there
   * @param loans how it is lent
   */
  private Result keptByGuest(Step step, List<Loan> loans) {
    why.add(
        "It stays lent. When the cause is mended: lend detach "
            + addressOf(step).getFirst().brief());
    return close(JournalRecord.Outcome.STRANDED, loans);
  }

  /** What takes the steps up to this one back, the last first. */
  private List<Step> inverses(int last) {
    List<Step> inverses = new ArrayList<>();
    for (int i = last; i >= 0; i--) {
      opened.steps().get(i).inverse().ifPresent(inverses::add);
    }
    return inverses;
  }

  /** Without its driver, a function has no interface to set up and can make no VFs. */
  private static boolean isPointless(Step inverse, List<PciAddress> stuck) {
    return (inverse instanceof Step.RestoreNet || inverse instanceof VfStep)
        && stuck.contains(inverse.device().orElseThrow());
  }

  /**
   * A way home that is blocked. While the guest has the device nothing was changed; later the
   * device stays where it got to and is marked as reserved, from where it can be returned again.
   * Where it got to is looked up: what was done before a crash, or without an answer, counts too.
   */
  private Result stay(Step failed, int index) {
    if (failed instanceof DefinitionStep.Undefine && hands.kept(failed)) {
      // It starts with the device again, whether it runs without it now or not.
      return keptByGuest(failed, opened.before());
    }
    boolean leaving = failed instanceof Step.Rebind || failed instanceof VfStep;
    boolean inside = false;
    Set<PciAddress> stuck = new LinkedHashSet<>();
    Optional<PciAddress> pf = Optional.empty();
    for (int i = 0; i < opened.steps().size(); i++) {
      Step step = opened.steps().get(i);
      if (step instanceof Step.Unplug unplug) {
        inside = hands.inGuest(unplug);
        leaving |= !inside;
      } else if (step instanceof DefinitionStep.Undefine undefine) {
        if (hands.kept(undefine)) {
          // The guest starts with it again, even where it runs without it now.
          return close(JournalRecord.Outcome.UNDONE, opened.before());
        }
        // Of a guest that is off this is all that it had; one that runs may have it still.
        leaving |= !inside;
      } else if (step instanceof Step.RestoreNet net && i >= index) {
        // Where that is all that is left, it is home and not set up: the journal has failed. The
        // VFs of a PF that comes home are set up by the loan of that.
        boolean own = opened.touched().contains(net.address());
        stuck.add(own ? net.address() : pf.orElse(net.address()));
      } else if (step instanceof VfStep.Forward) {
        // The last of a way home: the function is there by then, whatever comes of it.
        continue;
      } else if (step instanceof VfStep vf) {
        pf = Optional.of(vf.pf());
        if (i >= index) {
          stuck.add(vf.pf());
        }
      } else if (step instanceof Step.Rebind rebind) {
        leaving |= rebind.from().driver().isEmpty() || !isBound(rebind.address(), rebind.from());
        if (!isBound(rebind.address(), rebind.to())) {
          stuck.add(rebind.address());
        }
      }
    }
    if (!leaving) {
      return close(JournalRecord.Outcome.UNDONE, opened.before());
    }
    return stuck.isEmpty()
        ? close(JournalRecord.Outcome.DONE, opened.after())
        : leave(List.copyOf(stuck), opened.after());
  }

  private boolean isBound(PciAddress address, Binding binding) {
    return hands.binding(address, log).filter(binding::equals).isPresent();
  }

  /**
   * Ends with some functions not where they should be.
   *
   * @param stuck which
   * @param others the loans of the others
   */
  private Result leave(List<PciAddress> stuck, List<Loan> others) {
    boolean waiting = stuck.stream().anyMatch(address -> log.holding(address).isPresent());
    List<Loan> loans = kept(stuck, waiting);
    for (Loan loan : others) {
      if (!stuck.contains(loan.address())) {
        loans.add(loan);
      }
    }
    return close(waiting ? JournalRecord.Outcome.WAITING : JournalRecord.Outcome.STRANDED, loans);
  }

  /** Loans for functions that did not get home: reserved, so that the way home stays known. */
  private List<Loan> kept(List<PciAddress> stuck, boolean waiting) {
    List<Loan> known = new ArrayList<>(opened.before());
    known.addAll(opened.after());
    List<Loan> loans = new ArrayList<>();
    for (PciAddress address : stuck) {
      Optional<Loan> loan =
          known.stream()
              .filter(one -> one.address().equals(address))
              .findFirst()
              .map(one -> one.heldBy(new Loan.Reserved()))
              .or(() -> Taken.loan(opened, address));
      loan.ifPresent(loans::add);
      why.add(address.brief() + left(address, waiting, loan.isPresent()));
    }
    return loans;
  }

  /** How a function is left, to go on after its name. */
  private String left(PciAddress address, boolean waiting, boolean lent) {
    if (waiting) {
      return " is left as it is until the kernel has answered. The next change that Lend makes"
          + " after that puts it in order first, or: lend recover";
    }
    String again = "lend return " + address.brief();
    if (displaced.contains(address)) {
      return " is kept as reserved until a person decides. To leave it as it is: "
          + again
          + " --leave. Else, to take it back nevertheless: "
          + again
          + " --accept changed";
    }
    return lent
        ? " is kept as reserved. When the cause is mended: " + again
        : " is left as it is. To set its VFs up: lend vf create or lend vf set " + address.brief();
  }

  private static List<PciAddress> addressOf(Step step) {
    return switch (step) {
      case Step.Rebind rebind -> List.of(rebind.address());
      case Step.Unplug unplug -> List.of(unplug.address());
      case Step.Plug plug -> List.of(plug.address());
      case DefinitionStep definition -> List.of(definition.address());
      case Step.AwaitRelease wait -> List.of(wait.address());
      case Step.LoadModule load -> List.of();
      // It keeps no device from its home.
      case Step.LockMemory lock -> List.of();
      case Step.ChooseReset choose -> List.of(choose.address());
      case Step.Reset reset -> List.of();
      case Step.Keep keep -> List.of();
      case Step.RestoreNet net -> List.of();
      case Step.RestoreVf vf -> List.of();
      case VfStep vf -> List.of(vf.pf());
    };
  }

  private Result close(JournalRecord.Outcome outcome, List<Loan> loans) {
    boolean closed =
        note(
            new JournalRecord.Closed(
                opened.transaction(), clock.instant(), outcome, loans, quarantines(), note()));
    if (!closed && outcome == JournalRecord.Outcome.DONE) {
      why.add(
          "Everything was done, but the journal cannot hold that: the next change that Lend makes "
              + (opened.homeward() ? "checks it again first." : "undoes it first."));
      return new Result(JournalRecord.Outcome.STRANDED, why);
    }
    return new Result(outcome, why);
  }

  private String note() {
    List<String> all = new ArrayList<>(why);
    all.addAll(left);
    return String.join(" ", all);
  }

  private List<Quarantine> quarantines() {
    return Quarantine.after(
        journal.ledger(),
        opened.touched(),
        opened.homeward(),
        List.copyOf(journal.trials().values()));
  }

  /** The journal as the place where writes are remembered. */
  private final class Log implements WriteLog {
    @Override
    public void starts(PendingWrite write) {
      JournalRecord record = new JournalRecord.Writing(opened.transaction(), write);
      if (back) {
        note(record);
      } else {
        journal.append(record);
      }
    }

    @Override
    public void stuck(PendingWrite write, TaskEvidence evidence) {
      note(
          new JournalRecord.Stuck(
              opened.transaction(), new StuckWrite(write, clock.instant(), evidence)));
    }

    @Override
    public Optional<StuckWrite> holding(PciAddress address) {
      return journal
          .unanswered()
          .holding(address)
          .filter(stuck -> hands.lives(stuck.write().task()));
    }
  }

  /**
   * Writes a record on the way back. A full disk must not stop that: recovery can do it all again.
   */
  private boolean note(JournalRecord record) {
    try {
      journal.append(record);
      return true;
    } catch (JournalException unwritable) {
      if (!why.contains(unwritable.getMessage())) {
        why.add(unwritable.getMessage());
      }
      return false;
    }
  }
}
