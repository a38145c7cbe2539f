package dev.lend.act;

import dev.lend.journal.Journal;
import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import dev.lend.plan.Request;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must hold of a host whatever went wrong on it. */
final class Soundness {
  private static final String LENT = "vfio-pci, vfio-pci";

  private static final String METHODS = "/sys/bus/pci/devices/%s/reset_method";

  private final Estate estate;

  /** States from which every way home was walked. */
  private final Set<String> walked = new HashSet<>();

  /** PFs that may be touched, whose VFs come and go. */
  private final Set<PciAddress> open;

  /** How these may be left, where that is known. */
  private final Map<PciAddress, Set<List<String>>> pictures = new HashMap<>();

  Soundness(Estate estate) {
    this(estate, Set.of());
  }

  /**
   * @param open PFs that may be touched
   */
  Soundness(Estate estate, Set<PciAddress> open) {
    this.estate = estate;
    this.open = Set.copyOf(open);
  }

  /** One more state of a PF with its VFs in which it may be left. */
  void mayBe(PciAddress pf, House like) {
    pictures.computeIfAbsent(pf, none -> new HashSet<>()).add(like.vfs(pf));
  }

  /** What holds at every moment, also while the kernel holds a write. */
  void always(House house) {
    for (String text : house.written()) {
      require(!text.contains("new_id"), () -> "new_id was written");
      for (PciAddress guarded : estate.guarded()) {
        require(
            open.contains(guarded) || !text.contains(guarded.toString()),
            () -> guarded + " was touched by a write: " + text);
      }
    }
    Ledger ledger = house.known().ledger();
    for (PciAddress address : estate.home().keySet()) {
      List<Guest> defined = house.guests.definedFor(address);
      require(defined.size() < 2, () -> address + " is in two definitions: " + defined);
      List<Guest> owners = house.guests.owners(address);
      require(owners.size() < 2, () -> address + " has two owners: " + owners);
      Optional<Guest> lent = ledger.loan(address).flatMap(Loan::inGuest).map(Loan.InGuest::guest);
      require(
          lent.isEmpty() || owners.isEmpty() || owners.contains(lent.get()),
          () -> address + " is lent to " + lent.get() + " and in " + owners);
    }
  }

  /** What holds when Lend has nothing more to do and the kernel has answered everything. */
  void quiet(House house) {
    always(house);
    Journal journal = house.known();
    require(journal.unfinished().isEmpty(), () -> "a transaction is open after a recovery");
    require(journal.unanswered().rests().isEmpty(), () -> "something is still held up");
    require(journal.unanswered().stuck().isEmpty(), () -> "a write still counts as stuck");
    Set<PciAddress> stranded = stranded(journal);
    for (PciAddress address : estate.home().keySet()) {
      Optional<Loan> loan = journal.ledger().loan(address);
      String state = house.state(address);
      if (loan.isEmpty()) {
        require(
            comesAndGoes(house, address) || home(house, address),
            () -> address + " has no way back: it is not lent and not at home, but " + state);
        require(
            house.guests.owners(address).isEmpty(),
            () -> address + " is in a guest, and the ledger does not know");
      } else {
        lent(house, loan.get(), stranded.contains(address));
      }
    }
    for (PciAddress address : estate.home().keySet()) {
      Optional<Loan> loan = journal.ledger().loan(address).filter(Loan::defined);
      List<Guest> guests = house.guests.definedFor(address);
      require(
          guests.equals(loan.flatMap(Loan::inGuest).map(Loan.InGuest::guest).stream().toList()),
          () -> address + " is in the definitions of " + guests + ", and the ledger says " + loan);
    }
    open.forEach(pf -> whole(house, pf));
    waysHome(house, journal.ledger());
  }

  /** A VF that is there or not as its PF has it: {@link #whole} says whether that is well. */
  private boolean comesAndGoes(House house, PciAddress address) {
    Optional<PciAddress> pf = Optional.ofNullable(estate.vfs().get(address)).filter(open::contains);
    return pf.isPresent()
        && (pictures.containsKey(pf.get()) || house.known().ledger().loan(pf.get()).isPresent());
  }

  /**
   * A PF that is the host's has the VFs, and these have the settings, that it had or shall have.
   */
  void whole(House house, PciAddress pf) {
    Set<List<String>> allowed = pictures.getOrDefault(pf, Set.of());
    if (!allowed.isEmpty() && house.known().ledger().loan(pf).isEmpty()) {
      List<String> now = house.vfs(pf);
      require(
          allowed.contains(now) || toldOf(house, pf),
          () -> pf + " is left between, and nobody was told:\n" + now + "\nallowed " + allowed);
    }
  }

  private static boolean toldOf(House house, PciAddress pf) {
    boolean touched = false;
    boolean told = false;
    for (JournalRecord record : house.known().records()) {
      if (record instanceof JournalRecord.Opened opened) {
        touched = opened.touched().contains(pf);
      } else if (record instanceof JournalRecord.Closed closed && touched) {
        told = !closed.note().isEmpty();
      }
    }
    return told;
  }

  /** At home, or short of it by what a person was told to do by hand. */
  private boolean home(House house, PciAddress address) {
    String state = house.state(address);
    String home = estate.home().getOrDefault(address, "");
    if (state.equals(home)) {
      return true;
    }
    String[] was = home.split(Picture.VF, -1)[0].split(", ", 4);
    String[] is = state.split(Picture.VF, -1)[0].split(", ", 4);
    return was[0].equals(is[0])
        && was[1].equals(is[1])
        && (was[2].equals(is[2])
            || told(house, "echo '" + was[2] + "' > " + METHODS.formatted(address)))
        && (net(was).equals(net(is))
            || !net(was).isEmpty() && told(house, net(was).split(" ", -1)[0] + ": "))
        && (vf(home).equals(vf(state)) || told(house, vf(home).replaceAll(" Vf.*", "")));
  }

  /** Its interfaces; empty text where it has none. */
  private static String net(String[] parts) {
    return parts.length < 4 ? "" : parts[3];
  }

  private static String vf(String state) {
    int at = state.indexOf(Picture.VF);
    return at < 0 ? "" : state.substring(at + 2);
  }

  private void lent(House house, Loan loan, boolean stranded) {
    PciAddress address = loan.address();
    String state = house.state(address);
    String origin =
        loan.origin().driver().orElse("none") + ", " + loan.origin().override().orElse("(null)");
    require(
        estate.home().getOrDefault(address, "").startsWith(origin + ","),
        () -> address + " would go back to " + origin);
    require(
        stranded || state.startsWith(LENT + ","),
        () -> "the ledger says " + loan + ", the kernel: " + state);
    Optional<Guest> guest = loan.inGuest().map(Loan.InGuest::guest);
    boolean inside = guest.map(house.guests.owners(address)::contains).orElse(false);
    require(
        inside || guest.isEmpty() || loan.defined() || house.guests.hasEnded(guest.get()),
        () -> address + " is lent to " + guest.get() + ", which does not have it");
    require(
        guest.isPresent() || house.guests.owners(address).isEmpty(),
        () -> address + " is in a guest, and the ledger says " + loan);
  }

  /**
   * The functions whose last change ended with a word to a person. What leaves a loan as it was,
   * such as the undoing of an attach that was held up, leaves that word standing too.
   */
  private static Set<PciAddress> stranded(Journal journal) {
    Set<PciAddress> stranded = new HashSet<>();
    List<PciAddress> touched = new ArrayList<>();
    List<Loan> before = new ArrayList<>();
    for (JournalRecord record : journal.records()) {
      if (record instanceof JournalRecord.Opened opened) {
        touched.clear();
        touched.addAll(opened.touched());
        before.clear();
        before.addAll(opened.before());
      } else if (record instanceof JournalRecord.Closed closed) {
        Set<PciAddress> were = Set.copyOf(stranded);
        switch (closed.outcome()) {
          case STRANDED -> stranded.addAll(touched);
          case DONE -> {
            touched.forEach(stranded::remove);
            closed.loans().stream()
                .filter(before::contains)
                .map(Loan::address)
                .filter(were::contains)
                .forEach(stranded::add);
          }
          case UNDONE, WAITING -> {}
        }
      }
    }
    return stranded;
  }

  private static boolean told(House house, String advice) {
    return house.known().records().stream()
        .anyMatch(record ->
            record instanceof JournalRecord.Closed closed && closed.note().contains(advice));
  }

  /** Once nothing goes wrong any more, what is lent comes home by the commands for that. */
  private void waysHome(House from, Ledger ledger) {
    if (!walked.add(key(from, ledger))) {
      return;
    }
    House house = from.copy();
    while (!house.known().ledger().loans().isEmpty()) {
      Ledger now = house.known().ledger();
      Loan loan =
          now.loans().values().stream()
              .filter(one -> one.inGuest().isPresent())
              .findFirst()
              .orElseGet(() -> now.loans().get(now.loans().firstKey()));
      Outcome outcome =
          house.carryOut(
              loan.inGuest().isPresent()
                  ? new Request.Detach(loan.address())
                  : new Request.Return(loan.address()));
      require(outcome instanceof Outcome.Done, () -> "no way home: " + outcome);
      require(!house.known().ledger().equals(now), () -> "the way home leads nowhere: " + loan);
    }
    for (PciAddress address : estate.home().keySet()) {
      require(
          comesAndGoes(house, address) || home(house, address),
          () -> address + " came home as " + house.state(address));
      require(
          house.guests.definedFor(address).isEmpty(),
          () -> address + " came home, and is still in a definition");
    }
    for (PciAddress pf : open) {
      if (ledger.loan(pf).isPresent()) {
        whole(house, pf);
      }
    }
  }

  private String key(House house, Ledger ledger) {
    StringBuilder key = new StringBuilder(ledger.loans().toString());
    for (PciAddress address : estate.home().keySet()) {
      key.append('|').append(house.state(address)).append(house.guests.owners(address));
      key.append(house.guests.definedFor(address));
    }
    return key.toString();
  }

  static void require(boolean holds, java.util.function.Supplier<String> otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise.get());
    }
  }
}
