package dev.lend.act;

import static dev.lend.act.Soundness.require;

import dev.lend.gen.Gen;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Loan;
import dev.lend.plan.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The real program, killed at one place after the other while it runs errands with some devices of
 * the host. After each kill the journal and the kernel are put in order, by the same code in this
 * process or by the real {@code lend recover}, which is killed as well; then what {@link
 * RealSoundness} says must hold.
 */
final class Killings {
  /** Every so many recoveries are by the real program. */
  private static final int REAL_RECOVERY = 10;

  /** How often to ask a host that has no time to answer. */
  private static final int ASKS = 5;

  /** A recovery has about so many lines. */
  private static final int RECOVERY_LINES = 10;

  /**
   * Where to kill.
   *
   * @param line at the nth line in the journal, 0 for before the first
   * @param percent how much of the time until the next line is to go by before; 0 for at once
   */
  private record Point(Errand errand, int line, int percent) {}

  private final RealHost host;
  private final RealSoundness soundness;
  private final List<Errand> errands;
  private final Gen gen;
  private final Tally tally;
  private final Map<Errand, List<Duration>> usual = new HashMap<>();

  Killings(RealHost host, RealSoundness soundness, List<Errand> errands, Gen gen, Tally tally) {
    this.host = host;
    this.soundness = soundness;
    this.errands = errands;
    this.gen = gen;
    this.tally = tally;
  }

  /** Takes points off {@code left} until none is, or the time is up. */
  void run(AtomicInteger left, long end) {
    if (errands.isEmpty()) {
      return;
    }
    host.begin();
    for (Errand errand : errands) {
      unharmed(errand);
    }
    while (true) {
      for (Point point : order()) {
        if (left.getAndDecrement() <= 0 || System.nanoTime() > end) {
          bring(point.errand(), Errand.Place.HOME);
          soundness.quiet();
          return;
        }
        try {
          strike(point);
        } catch (AssertionError | RuntimeException failure) {
          left.set(0);
          throw failed(point, failure);
        }
      }
    }
  }

  /** A run without harm shows when which line is written, and that all is well without kills. */
  private void unharmed(Errand errand) {
    bring(errand, errand.from());
    Victim run = Victim.run(errand.words(), host.state, Victim.SPARED, Duration.ZERO);
    require(run.exit() == 0, () -> errand + " does not work: " + run.said());
    require(errand.place(host.journal().ledger()) == errand.to(), () -> errand + ": " + run.said());
    List<Duration> lines = new ArrayList<>(run.lines());
    lines.add(run.took());
    usual.put(errand, lines);
    System.out.println("usual " + errand.kind() + ": " + millis(lines));
    soundness.quiet();
  }

  private static List<Long> millis(List<Duration> times) {
    return times.stream().map(Duration::toMillis).toList();
  }

  /** Every place twice, at once and some time later; what takes a device away before its return. */
  private List<Point> order() {
    List<Point> order = new ArrayList<>();
    for (int i = 0; i < errands.size(); i += 2) {
      List<Point> out = gen.shuffled(points(errands.get(i)));
      List<Point> home = gen.shuffled(points(errands.get(i + 1)));
      for (int j = 0; j < Math.max(out.size(), home.size()); j++) {
        List<Point> pair = new ArrayList<>();
        out.stream().skip(j).findFirst().ifPresent(pair::add);
        home.stream().skip(j).findFirst().ifPresent(pair::add);
        order.addAll(gen.between(0, order.size() / 2) * 2, pair);
      }
    }
    return order;
  }

  private List<Point> points(Errand errand) {
    List<Point> points = new ArrayList<>();
    for (int line = 0; line < times(errand).size(); line++) {
      points.add(new Point(errand, line, line == 0 ? gen.between(1, 99) : 0));
      points.add(new Point(errand, line, gen.between(1, 99)));
    }
    return points;
  }

  private List<Duration> times(Errand errand) {
    return usual.getOrDefault(errand, List.of());
  }

  private void strike(Point point) {
    Errand errand = point.errand();
    long start = System.nanoTime();
    bring(errand, errand.from());
    int before = host.journal().records().size();
    Victim victim = Victim.run(errand.words(), host.state, point.line(), after(point));
    if (!victim.killed()) {
      spared(errand, victim);
      System.out.println("missed " + point);
      return;
    }
    boolean opened = opened(host.journal(), before);
    Set<Errand.Place> allowed = allowed(errand, opened);
    host.said.clear();
    boolean really = gen.oneIn(REAL_RECOVERY) && recoveryKilled();
    Optional<JournalRecord.Outcome> outcome = host.recover();
    require(
        outcome.isEmpty()
            || outcome.get() == JournalRecord.Outcome.DONE
            || outcome.get() == JournalRecord.Outcome.UNDONE,
        () -> "the recovery ended with " + outcome);
    require(
        host.said.stream().noneMatch(text -> text.startsWith("NOT PUT BACK")),
        () -> "something of the network is lost");
    Errand.Place place = errand.place(host.journal().ledger());
    require(allowed.contains(place), () -> "its place is " + place + ", not of " + allowed);
    soundness.quiet();
    counted(point, really);
    System.out.println(
        "point "
            + errand.kind()
            + ", line "
            + point.line()
            + " of "
            + (times(errand).size() - 1)
            + " + "
            + after(point).toMillis()
            + " ms: recovery "
            + outcome.map(Enum::name).orElse("not needed")
            + (really ? ", which was killed before" : "")
            + " -> "
            + place
            + "  ["
            + (System.nanoTime() - start) / 1_000_000
            + " ms]");
  }

  /** A host that has no time to answer is left alone, and Lend says so: that counts as nothing. */
  private void spared(Errand errand, Victim victim) {
    String said = victim.said();
    require(unheard(said) || victim.exit() == 0, () -> errand + " failed: " + said);
    Errand.Place place = errand.place(host.journal().ledger());
    require(
        place == (victim.exit() == 0 ? errand.to() : errand.from()),
        () -> errand + " ended at " + place);
    soundness.quiet();
  }

  private static boolean unheard(String said) {
    return said.contains("no answer from the kernel") && said.contains("Nothing was changed");
  }

  private Duration after(Point point) {
    List<Duration> times = times(point.errand());
    Duration from = point.line() == 0 ? Duration.ZERO : times.get(point.line() - 1);
    Duration gap = times.get(point.line()).minus(from);
    return gap.multipliedBy(point.percent()).dividedBy(100);
  }

  private static boolean opened(Journal journal, int before) {
    return journal.records().stream()
        .skip(before)
        .anyMatch(record -> record instanceof JournalRecord.Opened);
  }

  /** Before or after, never between; and what was begun towards home gets there. */
  private static Set<Errand.Place> allowed(Errand errand, boolean opened) {
    Set<Errand.Place> allowed = EnumSet.of(errand.from());
    if (opened) {
      allowed.add(errand.to());
      if (errand.request().homeward()) {
        allowed.remove(errand.from());
      }
    }
    return allowed;
  }

  private boolean recoveryKilled() {
    Victim recovery =
        Victim.run(
            List.of("recover"),
            host.state,
            gen.between(0, RECOVERY_LINES),
            Duration.ofMillis(gen.between(0, 500)));
    require(recovery.killed() || recovery.exit() == 0, () -> "lend recover: " + recovery.said());
    return recovery.killed();
  }

  private void counted(Point point, boolean recoveryKilled) {
    String when =
        point.line() == 0
            ? "before the first line"
            : point.percent() == 0 ? "right after a line" : "between two lines";
    tally.killed(point.errand().kind(), when, recoveryKilled);
  }

  /** Has its device where it is wanted. */
  private void bring(Errand errand, Errand.Place wanted) {
    int asks = 1;
    while (true) {
      Optional<Loan> loan = host.journal().ledger().loan(errand.request().address());
      Errand.Place place = errand.place(host.journal().ledger());
      if (place == wanted) {
        return;
      }
      Request request =
          switch (place) {
            case HOME -> opposite(errand, wanted);
            case IN_GUEST -> new Request.Detach(loan.orElseThrow().address());
            case RESERVED -> new Request.Return(loan.orElseThrow().address());
          };
      Outcome outcome = host.carryOut(request);
      if (unheard("" + outcome) && asks++ < ASKS) {
        continue;
      }
      require(outcome instanceof Outcome.Done, () -> request + ": " + outcome);
    }
  }

  private Request opposite(Errand errand, Errand.Place wanted) {
    return errands.stream()
        .filter(
            one -> one.to() == wanted && one.request().address().equals(errand.request().address()))
        .findFirst()
        .orElseThrow()
        .request();
  }

  private AssertionError failed(Point point, Throwable failure) {
    List<String> lines = new ArrayList<>();
    host.journal().records().forEach(record -> lines.add(record.toString()));
    return new AssertionError(
        failure.getMessage()
            + "\nat "
            + point
            + "\nsaid "
            + host.said
            + "\nthe journal ends with\n"
            + String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size())),
        failure);
  }
}
