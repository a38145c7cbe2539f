package dev.lend.plan;

import dev.lend.model.Hex;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.Set;

/**
 * Makes addresses for VFs: always the same for the same VF of the same card, whatever happened in
 * between, and locally administered (IEEE 802, section 8.2.2: the second bit of the first octet).
 */
final class VfMac {
  /** Two VFs in a million of hosts clash once; three times in a row never. */
  private static final int TRIES = 8;

  private VfMac() {}

  /**
   * The address of a VF.
   *
   * @param card what the card is known by
   * @param own the address that the VF has; kept where it is one of those that are made for it
   * @param taken addresses that somebody else has
   */
  static String of(String card, int index, Optional<String> own, Set<String> taken) {
    String first = "";
    for (int attempt = 0; attempt < TRIES; attempt++) {
      String made = made(card, index, attempt);
      boolean free = !taken.contains(made);
      if (free && own.isPresent() && own.get().equals(made)) {
        return made;
      }
      if (free && first.isEmpty()) {
        first = made;
      }
    }
    if (first.isEmpty()) {
      throw new IllegalStateException("no free address for VF " + index + " of " + card);
    }
    return first;
  }

  private static String made(String card, int index, int attempt) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      String text = "lend vf " + card + " " + index + " " + attempt;
      byte[] hash = digest.digest(text.getBytes(StandardCharsets.UTF_8));
      StringBuilder mac = new StringBuilder(Hex.digits(hash[0] & 0xfc | 0x02, 2));
      for (int i = 1; i < 6; i++) {
        mac.append(':').append(Hex.digits(hash[i] & 0xff, 2));
      }
      return mac.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
