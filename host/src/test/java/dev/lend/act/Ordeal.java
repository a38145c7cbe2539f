package dev.lend.act;

import static dev.lend.act.Soundness.require;

import dev.lend.gen.Gen;
import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Loan;
import dev.lend.plan.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One command on one host, and everything that can go wrong with it: each {@link Blow} at each
 * place, a death after it, and each blow to the recovery from it. After each, what {@link
 * Soundness} says must hold.
 */
final class Ordeal {
  /** After the end of what waits to be confirmed. */
  private static final Duration LATER = Duration.ofMinutes(10);

  private final Estate estate;
  private final String kind;
  private final Request request;
  private final Gen sample;
  private final Tally tally;
  private final Soundness soundness;
  private final Mishaps mishaps;
  private int percent = 100;

  /** Something else keeps the device away from home, such as a guest with another of its group. */
  private boolean lentBefore;

  /**
   * @param kind what the request is counted under
   * @param soundness what must hold
   * @param sample chooses, where not everything is tried
   */
  Ordeal(
      Estate estate, String kind, Request request, Soundness soundness, Gen sample, Tally tally) {
    this.estate = estate;
    this.kind = kind;
    this.request = request;
    this.sample = sample;
    this.tally = tally;
    this.soundness = soundness;
    this.mishaps = new Mishaps(estate, request, soundness, sample.aside("mishaps"));
  }

  /** Does it, with about {@code most} points where there are more. */
  void run(House start, int most) {
    lentBefore = start.known().ledger().loan(request.address()).isPresent();
    House whole = start.copy();
    Outcome outcome = whole.carryOut(request);
    if (outcome instanceof Outcome.Refused) {
      require(whole.lines.equals(start.lines), () -> "a refusal is in the journal");
      require(
          whole.kernel.writes().equals(start.kernel.writes()), () -> "a refusal wrote something");
      tally.refused(kind);
      return;
    }
    if (request instanceof Request.ShapeVfs) {
      soundness.mayBe(request.address(), start);
      soundness.mayBe(request.address(), whole);
    }
    checked(whole.copy(), List.of());
    mishap(whole, List.of());
    List<String> trace = whole.moment.trace();
    List<Blow> failures = Blow.failures(trace);
    percent = percent(start, trace.size(), failures.size(), most);
    for (Blow death : Blow.deaths(trace)) {
      House struck = struck(start, death);
      recovered(struck, List.of(death));
      mishap(struck, List.of(death));
      recovery(struck, death);
    }
    for (Blow failure : failures) {
      if (sample.chance(Math.min(100, 3 * percent))) {
        House struck = struck(start, failure);
        recovered(struck, List.of(failure));
        recovery(struck, failure);
        deathsAfter(start, failure, failure.earliest(trace));
      }
    }
  }

  /** How many of a hundred second blows to try, so that there are about {@code most} in all. */
  private int percent(House start, int moments, int failures, int most) {
    House struck = struck(start, new Blow.Death(1 + moments * 2 / 3));
    House whole = struck.copy();
    whole.recover();
    int second = whole.moment.passed();
    long all = (long) (moments + failures) * second * 2 + (long) failures * moments / 2;
    return (int) Math.clamp(100L * most / (all + 1), 1, 100);
  }

  private House struck(House start, Blow blow) {
    House house = start.copy();
    blow.arm(house);
    house.attempt(request);
    house.calm();
    return house;
  }

  private void deathsAfter(House start, Blow failure, int earliest) {
    boolean died = true;
    for (int moment = earliest + 1; died; moment++) {
      if (!sample.chance(percent)) {
        // Far enough to be sure that the command has ended by itself.
        died = moment < earliest + 200;
        continue;
      }
      House house = start.copy();
      failure.arm(house);
      Blow death = new Blow.Death(moment);
      death.arm(house);
      house.attempt(request);
      died = house.moment.passed() == moment;
      if (died) {
        house.calm();
        recovered(house, List.of(failure, death));
      }
    }
  }

  /** Everything that can go wrong with the recovery from what has happened. */
  private void recovery(House struck, Blow first) {
    House base = struck.copy();
    base.kernel.settle();
    if (request.agreed().within().isPresent()) {
      base.now = base.now.plus(LATER);
    }
    House whole = base.copy();
    whole.recover();
    List<String> trace = whole.moment.trace();
    for (Blow death : Blow.deaths(trace)) {
      blow(base, first, death);
    }
    for (Blow failure : Blow.failures(trace)) {
      blow(base, first, failure);
    }
  }

  private void blow(House base, Blow first, Blow second) {
    if (!sample.chance(percent)) {
      return;
    }
    House house = base.copy();
    second.arm(house);
    house.attemptRecovery();
    house.calm();
    recovered(house, List.of(first, second));
  }

  /** Recovers in peace and looks. */
  private void recovered(House struck, List<Blow> blows) {
    House house = struck.copy();
    try {
      end(house, soundness);
      expired(house);
    } catch (AssertionError | RuntimeException failure) {
      throw failed(house, blows, failure);
    }
    tally.survived(kind, blows);
  }

  /** Something becomes of the host before the next Lend. */
  private void mishap(House struck, List<Blow> blows) {
    String what = "nothing";
    House house = struck.copy();
    try {
      what = mishaps.befall(house);
    } catch (AssertionError | RuntimeException failure) {
      throw failed(mishaps.last(), blows, failure);
    }
    tally.lived(kind, what);
  }

  /** What nobody confirms does not stand when its time is over. */
  private void expired(House house) {
    if (house.known().confirmations().pending().isEmpty()) {
      return;
    }
    house.now = house.now.plus(LATER);
    end(house, soundness);
    Optional<Loan> loan = house.known().ledger().loan(request.address());
    require(
        house.known().confirmations().pending().isEmpty()
            && (loan.isEmpty() || lentBefore && loan.get().inGuest().isEmpty()),
        () -> "still lent without a confirmation");
  }

  /** Lets the kernel answer what it holds, recovers, and checks. */
  static void end(House house, Soundness soundness) {
    soundness.always(house);
    if (house.kernel.busy()) {
      house.recover();
      soundness.always(house);
      nothingMore(house);
      house.kernel.settle();
    }
    house.recover();
    soundness.quiet(house);
    nothingMore(house);
  }

  private static void nothingMore(House house) {
    int writes = house.kernel.writes().size();
    int lines = house.lines.size();
    // What cannot be taken back while it is held up is tried and said each time.
    boolean something =
        house.recover().filter(end -> end != JournalRecord.Outcome.STRANDED).isPresent();
    require(
        !something && house.kernel.writes().size() == writes && house.lines.size() == lines,
        () -> "a second recovery does something");
  }

  private void checked(House house, List<Blow> blows) {
    try {
      soundness.quiet(house);
      expired(house);
    } catch (AssertionError failure) {
      throw failed(house, blows, failure);
    }
  }

  private AssertionError failed(House house, List<Blow> blows, Throwable failure) {
    List<String> lines = house.lines;
    return new AssertionError(
        failure
            + "\nin "
            + kind
            + ": "
            + request
            + "\nafter "
            + blows
            + "\nLend said "
            + house.said
            + "\nthe journal ends with\n"
            + String.join("\n", lines.subList(Math.max(0, lines.size() - 14), lines.size()))
            + "\nlendable "
            + estate.lendable(),
        failure);
  }
}
