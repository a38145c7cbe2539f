package dev.lend.model;

import java.util.Optional;

/**
 * One PF in a file of what shall be.
 *
 * @param device how a person names it: an address or an interface; empty where the identity says
 *     which it is
 * @param identity what the card is known by
 * @param wish what shall be
 * @param labels by what its VFs can be chosen
 * @param source the file and the line where it begins: {@code /etc/lend/hosts.yaml:3}
 */
public record DeclaredPf(
    Optional<String> device, PfIdentity identity, PfWish wish, VfLabels labels, String source) {
  /** One whose VFs have no labels. */
  public DeclaredPf(Optional<String> device, PfIdentity identity, PfWish wish, String source) {
    this(device, identity, wish, VfLabels.none(), source);
  }
}
