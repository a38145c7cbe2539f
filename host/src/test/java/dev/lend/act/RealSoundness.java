package dev.lend.act;

import static dev.lend.act.Soundness.require;

import dev.lend.journal.Journal;
import dev.lend.journal.JournalRecord;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import dev.lend.model.VfioHolder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What must hold of the host that this runs on whenever Lend has nothing more to do. */
final class RealSoundness {
  /** udev names an interface after the kernel has made it, and QEMU closes a file when it can. */
  private static final Duration SETTLES = Duration.ofSeconds(30);

  /** What the picture says of what it could not read. */
  private static final String UNREAD = "cannot be read";

  private final RealHost host;
  private final Guest guest;
  private final Map<PciAddress, String> home = new TreeMap<>();
  private final Map<PciAddress, String> untouched = new TreeMap<>();

  /**
   * Takes the host as it is now for how it has to be.
   *
   * @param own the functions that are lent here
   * @param others functions that somebody else may lend at the same time
   */
  RealSoundness(
      RealHost host, Collection<PciAddress> own, Collection<PciAddress> others, Guest guest) {
    this.host = host;
    this.guest = guest;
    for (PciAddress address : host.functions()) {
      if (own.contains(address)) {
        home.put(address, "");
      } else if (!others.contains(address)) {
        untouched.put(address, binding(address));
      }
    }
    require(home.size() == own.size(), () -> "not all there: " + own);
    home.putAll(states(home.keySet()));
  }

  private String binding(PciAddress address) {
    return host.picture.driver(address) + ", " + host.picture.override(address);
  }

  /** Ledger, kernel and guest agree, everything has a way back, and a recovery does nothing. */
  void quiet() {
    Journal journal = host.journal();
    require(journal.unfinished().isEmpty(), () -> "a transaction is open after a recovery");
    require(journal.unanswered().stuck().isEmpty(), () -> "a write counts as stuck");
    List<String> inGuest = new ArrayList<>();
    for (PciAddress address : home.keySet()) {
      Optional<Loan> loan = journal.ledger().loan(address);
      loan.flatMap(Loan::inGuest).ifPresent(in -> inGuest.add(in.deviceId()));
      if (loan.isPresent()) {
        lent(address, loan.get());
      } else {
        String wanted = home.getOrDefault(address, "");
        settles(() -> host.picture.state(address), wanted, address + " is not at home");
        settles(() -> holders(address), "", address + " is at home and open");
      }
    }
    inGuest.sort(null);
    settles(() -> devicesOfLend(), "" + inGuest, "the guest has other devices than the ledger");
    untouched.forEach((address, was) ->
        require(binding(address).equals(was), () -> address + " was touched: " + was));
    recoversNothing(journal);
  }

  private void lent(PciAddress address, Loan loan) {
    require(
        binding(address).equals("vfio-pci, vfio-pci"),
        () -> "the ledger says " + loan + ", the kernel: " + binding(address));
    String origin =
        loan.origin().driver().orElse("none") + ", " + loan.origin().override().orElse("(null)");
    require(
        home.getOrDefault(address, "").startsWith(origin + ","),
        () -> address + " would go back to " + origin);
    settles(
        () -> holders(address),
        loan.inGuest().isPresent() ? name(guest) : "",
        address + ": " + loan + " is held by others");
  }

  /** The names of the guests that have it open; of a process that is none, its own. */
  private String holders(PciAddress address) {
    List<String> names = new ArrayList<>();
    for (VfioHolder holder : host.holders(address)) {
      names.add(holder.guestName().orElse(holder.describe()));
    }
    return String.join(", ", names);
  }

  /** The folder of its socket is called as the guest is. */
  private static String name(Guest guest) {
    String[] parts = guest.toString().split("/", -1);
    return parts[parts.length - 2];
  }

  private String devicesOfLend() {
    List<String> ids = new ArrayList<>(host.devicesOf(guest));
    ids.removeIf(id -> !id.startsWith("lend-"));
    ids.sort(null);
    return "" + ids;
  }

  private void recoversNothing(Journal before) {
    String was = "" + states(home.keySet());
    Optional<JournalRecord.Outcome> something = host.recover();
    require(something.isEmpty(), () -> "a second recovery ends something: " + something);
    // Whatever it did would be in the journal first.
    require(
        host.journal().records().equals(before.records()), () -> "a second recovery is journalled");
    settles(() -> "" + states(home.keySet()), was, "a second recovery changes something");
  }

  /** A kernel that has no time to answer is asked again. */
  private Map<PciAddress, String> states(Collection<PciAddress> addresses) {
    Map<PciAddress, String> states = new TreeMap<>();
    Patience.polling()
        .until(
            () -> {
              addresses.forEach(address -> states.put(address, host.picture.state(address)));
              return states.values().stream().noneMatch(state -> state.contains(UNREAD));
            },
            SETTLES);
    return states;
  }

  private static void settles(
      java.util.function.Supplier<String> state, String wanted, String otherwise) {
    boolean settled = Patience.polling().until(() -> state.get().equals(wanted), SETTLES);
    require(settled, () -> otherwise + ":\n  is      " + state.get() + "\n  should be " + wanted);
  }
}
