package dev.lend.act;

import dev.lend.sysfs.Fault;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.util.ArrayList;
import java.util.List;

/** One thing that goes wrong while Lend works on a {@link House}. */
sealed interface Blow {
  /** What the kernel answers instead of doing a write. */
  List<Fault> ANSWERS =
      List.of(
          new Fault.Refuse(Reason.EBUSY),
          new Fault.Refuse(Reason.ENOENT),
          new Fault.Refuse(Reason.EIO),
          new Fault.Refuse(Reason.ENODEV),
          new Fault.Refuse(Reason.EPERM),
          new Fault.Refuse(Reason.ENOSPC),
          new Fault.Ignore(),
          new Fault.HappenLater(),
          new Fault.AnswerLate(),
          new Fault.NeverHappen(),
          new Fault.CrashWaiting());

  /** Kinds of blows, as the page counts them. */
  enum Kind {
    DEATH("crash"),
    ERROR("kernel error"),
    HANG("no answer"),
    DISK("disk full"),
    GUEST("guest fails"),
    END("guest ends");

    private final String title;

    Kind(String title) {
      this.title = title;
    }

    String title() {
      return title;
    }
  }

  /** Lend dies at the nth moment from here. */
  record Death(int moment) implements Blow {}

  /** The kernel answers the nth write from here in its own way. */
  record Answer(int write, Fault fault) implements Blow {}

  /** The journal cannot take the nth line from here, nor those after it up to {@code times}. */
  record Disk(int line, int times) implements Blow {}

  /**
   * A guest does not do what it is asked to.
   *
   * @param unheard true where it does it and Lend hears otherwise
   */
  record Guest(boolean unheard) implements Blow {}

  /** All guests end at the nth moment from here, and Lend goes on. */
  record GuestsEnd(int moment) implements Blow {}

  /** Makes it go wrong when Lend gets there. */
  default void arm(House house) {
    switch (this) {
      case Death(int moment) -> house.moment.killAt(moment);
      case Answer(int write, Fault fault) -> house.kernel.onWrite(write, fault);
      case Disk(int line, int times) -> {
        house.appendsLeft = line - 1;
        house.appendsFailing = times;
      }
      case GuestsEnd(int moment) -> house.moment.at(moment, house::guestsEnd);
      case Guest(boolean unheard) -> {
        house.guests.unheard = unheard;
        house.guests.takes = unheard;
        house.guests.manner =
            unheard ? SimulatedGuests.Manner.LETS_GO : SimulatedGuests.Manner.REFUSES;
      }
    }
  }

  default Kind kind() {
    return switch (this) {
      case Death death -> Kind.DEATH;
      case Answer(int write, Fault.Refuse refuse) -> Kind.ERROR;
      case Answer(int write, Fault.Ignore ignore) -> Kind.ERROR;
      case Answer hang -> Kind.HANG;
      case Disk disk -> Kind.DISK;
      case Guest guest -> Kind.GUEST;
      case GuestsEnd end -> Kind.END;
    };
  }

  /** The moment before which it cannot have happened, counted from 1, in a run without blows. */
  default int earliest(List<String> trace) {
    return switch (this) {
      case Death(int moment) -> moment;
      case GuestsEnd(int moment) -> moment;
      case Answer(int write, Fault fault) -> nth(trace, write, Blow::isWrite);
      case Disk(int line, int times) -> nth(trace, line, "before a line"::equals);
      case Guest guest -> nth(trace, 1, Blow::isGuest);
    };
  }

  private static int nth(List<String> trace, int nth, java.util.function.Predicate<String> which) {
    int left = nth;
    for (int i = 0; i < trace.size(); i++) {
      if (which.test(trace.get(i)) && --left == 0) {
        return i + 1;
      }
    }
    return trace.size();
  }

  private static boolean isWrite(String moment) {
    return moment.startsWith("before ") && !moment.equals("before a line") && !isGuest(moment);
  }

  private static boolean isGuest(String moment) {
    return moment.endsWith("plug") || moment.endsWith("define");
  }

  /** A death at every moment that work passes. */
  static List<Blow> deaths(List<String> trace) {
    List<Blow> blows = new ArrayList<>();
    for (int moment = 1; moment <= trace.size(); moment++) {
      blows.add(new Death(moment));
    }
    return blows;
  }

  /** Everything but deaths that can go wrong with work that passes these moments. */
  static List<Blow> failures(List<String> trace) {
    List<Blow> blows = new ArrayList<>();
    long writes = trace.stream().filter(Blow::isWrite).count();
    for (int write = 1; write <= writes; write++) {
      for (Fault fault : ANSWERS) {
        blows.add(new Answer(write, fault));
      }
    }
    long lines = trace.stream().filter("before a line"::equals).count();
    for (int line = 1; line <= lines; line++) {
      blows.add(new Disk(line, 1));
      blows.add(new Disk(line, Integer.MAX_VALUE));
    }
    if (trace.stream().anyMatch(Blow::isGuest)) {
      for (int moment = 1; moment <= trace.size(); moment++) {
        blows.add(new GuestsEnd(moment));
      }
      blows.add(new Guest(false));
      blows.add(new Guest(true));
    }
    return blows;
  }
}
