package dev.lend.ledger;

import dev.lend.model.DriverAbilities;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who has what: the truth about what was wanted, folded from the journal. The kernel is the truth
 * about what is.
 *
 * @param loans what is lent or reserved
 * @param quarantines what is not lent again before it was cleaned
 * @param trials of each function that Lend has reset, the last trial of each method, oldest first
 * @param abilities what drivers of PFs can set for VFs, by {@link DriverAbilities#key}
 */
public record Ledger(
    SortedMap<PciAddress, Loan> loans,
    SortedMap<PciAddress, Quarantine> quarantines,
    SortedMap<PciAddress, List<ResetTrial>> trials,
    SortedMap<String, DriverAbilities> abilities) {
  /** Keeps unmodifiable copies. */
  public Ledger {
    loans = Collections.unmodifiableSortedMap(new TreeMap<>(loans));
    quarantines = Collections.unmodifiableSortedMap(new TreeMap<>(quarantines));
    SortedMap<PciAddress, List<ResetTrial>> copy = new TreeMap<>();
    trials.forEach((address, list) -> copy.put(address, List.copyOf(list)));
    trials = Collections.unmodifiableSortedMap(copy);
    abilities = Collections.unmodifiableSortedMap(new TreeMap<>(abilities));
  }

  /** A ledger in which nothing is lent. */
  public static Ledger empty() {
    return new Ledger(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
  }

  /** The loan of a function, if it is lent or reserved. */
  public Optional<Loan> loan(PciAddress address) {
    return Optional.ofNullable(loans.get(address));
  }

  /** The quarantine at an address, whatever sits there now. */
  public Optional<Quarantine> quarantine(PciAddress address) {
    return Optional.ofNullable(quarantines.get(address));
  }

  /** The quarantine of a function, if it is in one. */
  public Optional<Quarantine> quarantine(PciFunction function) {
    return quarantine(function.address()).filter(one -> one.concerns(function));
  }

  /** How resets of this device went, the last of each method, oldest first. */
  public List<ResetTrial> trialsOf(PciFunction function) {
    return trials.getOrDefault(function.address(), List.of()).stream()
        .filter(trial -> trial.id().equals(function.id()))
        .toList();
  }

  /** The ledger after a change: {@code touched} functions have no loans but those given. */
  public Ledger after(Collection<PciAddress> touched, Collection<Loan> given) {
    List<Quarantine> same = new ArrayList<>();
    touched.forEach(address -> quarantine(address).ifPresent(same::add));
    return after(touched, given, same);
  }

  /** The same, and {@code touched} functions are in no quarantine but those given. */
  public Ledger after(
      Collection<PciAddress> touched, Collection<Loan> given, Collection<Quarantine> quarantined) {
    SortedMap<PciAddress, Loan> changed = new TreeMap<>(loans);
    SortedMap<PciAddress, Quarantine> apart = new TreeMap<>(quarantines);
    for (PciAddress address : touched) {
      changed.remove(address);
      apart.remove(address);
    }
    for (Loan loan : given) {
      changed.put(loan.address(), loan);
    }
    for (Quarantine quarantine : quarantined) {
      apart.put(quarantine.address(), quarantine);
    }
    return new Ledger(changed, apart, trials, abilities);
  }

  /** The ledger after one more trial, which takes the place of the last one of its method. */
  public Ledger after(ResetTrial trial) {
    SortedMap<PciAddress, List<ResetTrial>> more = new TreeMap<>(trials);
    List<ResetTrial> own = new ArrayList<>(trials.getOrDefault(trial.address(), List.of()));
    own.removeIf(old -> old.method().equals(trial.method()) || !old.id().equals(trial.id()));
    own.add(trial);
    more.put(trial.address(), own);
    return new Ledger(loans, quarantines, more, abilities);
  }

  /** The ledger after a driver was tried, which takes the place of what was known of it. */
  public Ledger after(DriverAbilities tried) {
    SortedMap<String, DriverAbilities> more = new TreeMap<>(abilities);
    more.put(tried.key(), tried);
    return new Ledger(loans, quarantines, trials, more);
  }

  /** What a driver can set for VFs, if it was tried. */
  public Optional<DriverAbilities> abilities(String driver, String version) {
    return Optional.ofNullable(abilities.get(DriverAbilities.key(driver, version)));
  }
}
