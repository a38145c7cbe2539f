package dev.lend.config;

import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import dev.lend.model.Reading;
import java.util.Locale;

/** How people write which PF they mean. */
final class PfWords {
  /** An alternative name of an interface (kernel: {@code ALTIFNAMSIZ}, include/uapi/linux/if.h). */
  private static final int LONGEST_NAME = 127;

  /** Serial numbers in vital product data have a length of one byte. */
  private static final int LONGEST_TEXT = 255;

  private PfWords() {}

  /** An address or an interface (kernel: {@code dev_valid_name}, net/core/dev.c). */
  static Reading<String> device(String word) {
    boolean name =
        !word.isEmpty()
            && word.length() <= LONGEST_NAME
            && !word.equals(".")
            && !word.equals("..")
            && word.codePoints()
                .allMatch(c ->
                    c != '/' && c != ':' && !Character.isWhitespace(c) && Characters.visible(c));
    return name || PciAddress.parse(word).isPresent()
        ? Reading.of(word)
        : wrong(
            "neither the address nor the interface of a PF: ",
            word,
            " (0000:01:00.0, 01:00.0 or eth1)");
  }

  /** The same text for the same device: addresses can be written in several ways. */
  static String canonical(String device) {
    return PciAddress.parse(device).map(PciAddress::toString).orElse(device);
  }

  /** A PCI Express device serial number, in lower case. */
  static Reading<String> serial(String word) {
    return word.matches("[0-9a-fA-F]{2}(-[0-9a-fA-F]{2}){7}")
        ? Reading.of(word.toLowerCase(Locale.ROOT))
        : wrong(
            "no device serial number: ",
            word,
            " (eight pairs of hex digits, as lspci -v shows them: 00-11-22-ff-ff-33-44-55)");
  }

  /** A text that the card or the firmware has chosen. */
  static Reading<String> text(String word) {
    return word.isBlank() || word.length() > LONGEST_TEXT
        ? wrong("no text of 1 to " + LONGEST_TEXT + " characters: ", word, "")
        : Reading.of(word);
  }

  /** A word that people choose VFs by. */
  static Reading<String> label(String word) {
    return word.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
        ? Reading.of(word)
        : wrong("no label: ", word, " (up to 63 letters, digits, dots, dashes and underscores)");
  }

  /** Vendor and device. */
  static Reading<PciId> id(String word) {
    return word.matches("[0-9a-fA-F]{4}:[0-9a-fA-F]{4}")
        ? Reading.of(
            new PciId(
                Integer.parseInt(word.substring(0, 4), 16),
                Integer.parseInt(word.substring(5), 16)))
        : wrong("no vendor and device: ", word, " (as lspci -n shows them: 8086:10c9)");
  }

  private static <T> Reading<T> wrong(String before, String word, String after) {
    return new Reading.Wrong<>(before + (word.isBlank() ? "''" : Characters.brief(word)) + after);
  }
}
