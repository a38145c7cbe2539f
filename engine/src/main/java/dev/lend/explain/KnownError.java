package dev.lend.explain;

import dev.lend.model.PciAddress;
import java.util.List;

/**
 * An error that people meet, and what to do about it. In the texts for a person, {@code DEVICE}
 * stands for the address of the function, {@code PF-ADDRESS} for that of the physical function,
 * {@code PF-INTERFACE} for its network interface, and {@code N} for the number of a VF.
 *
 * @param name stable, in kebab case
 * @param topic what it is about
 * @param phrases the messages that mean it say one of these
 * @param example such a message as people report it
 * @param cause why it happens, in one sentence
 * @param check a command or a file, a colon, and what it shows
 * @param remedy what to do next
 * @param source where the fact can be looked up
 */
public record KnownError(
    String name,
    Topic topic,
    List<Phrase> phrases,
    String example,
    String cause,
    String check,
    String remedy,
    String source) {
  private static final String DEVICE = "DEVICE";
  private static final String PF = "PF-ADDRESS";

  /** Copies the list. */
  public KnownError {
    phrases = List.copyOf(phrases);
  }

  /** True where a line says this; it is in lower case. */
  boolean in(String line) {
    for (Phrase phrase : phrases) {
      if (phrase.in(line)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The same with the function's address in place of {@code DEVICE}; where it is about making VFs,
   * that of the physical function.
   */
  public KnownError about(PciAddress device) {
    String place = topic == Topic.VFS ? PF : DEVICE;
    String address = device.toString();
    return new KnownError(
        name,
        topic,
        phrases,
        example,
        cause.replace(place, address),
        check.replace(place, address),
        remedy.replace(place, address),
        source);
  }
}
