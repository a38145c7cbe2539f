package dev.lend.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a message says: pieces of text that stand in it in this order, whatever is between them. No
 * regular expressions: a message may come from a guest that means harm, and this takes time in
 * proportion to the message.
 *
 * @param pieces in lower case
 */
record Phrase(List<String> pieces) {
  Phrase {
    pieces = List.copyOf(pieces);
  }

  /** Reads {@code group * is not viable}: the star stands for anything within the line. */
  static Phrase says(String text) {
    List<String> pieces = new ArrayList<>();
    for (String piece : text.toLowerCase(Locale.ROOT).split("\\*", -1)) {
      pieces.add(piece.strip());
    }
    return new Phrase(pieces);
  }

  /**
   * True where a message says this.
   *
   * @param line one line, in lower case
   */
  boolean in(String line) {
    int from = 0;
    for (String piece : pieces) {
      int at = line.indexOf(piece, from);
      if (at < 0) {
        return false;
      }
      from = at + piece.length();
    }
    return true;
  }

  /** As it was read. */
  @Override
  public String toString() {
    return String.join(" * ", pieces);
  }
}
