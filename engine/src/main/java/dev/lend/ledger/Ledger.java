package dev.lend.ledger;

import dev.lend.model.PciAddress;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Who has what: the truth about what was wanted, folded from the journal. The kernel is the truth
 * about what is.
 */
public record Ledger(SortedMap<PciAddress, Loan> loans) {
  /** Keeps an unmodifiable copy. */
  public Ledger {
    loans = Collections.unmodifiableSortedMap(new TreeMap<>(loans));
  }

  /** A ledger in which nothing is lent. */
  public static Ledger empty() {
    return new Ledger(new TreeMap<>());
  }

  /** The loan of a function, if it is lent or reserved. */
  public Optional<Loan> loan(PciAddress address) {
    return Optional.ofNullable(loans.get(address));
  }

  /** The ledger after a change: {@code touched} functions have no loans but those given. */
  public Ledger after(Collection<PciAddress> touched, Collection<Loan> given) {
    SortedMap<PciAddress, Loan> changed = new TreeMap<>(loans);
    touched.forEach(changed::remove);
    for (Loan loan : given) {
      changed.put(loan.address(), loan);
    }
    return new Ledger(changed);
  }
}
