package dev.lend.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a text of any length line by line, and keeps which errors it spoke of. Where a line says
 * nothing by itself, it may do so together with the one before it: a command, and what the shell
 * said to it.
 */
public final class Recogniser {
  /**
   * An error, and the first line that told of it.
   *
   * @param line as it was read
   */
  public record Found(KnownError error, String line) {}

  private final List<Found> found = new ArrayList<>();
  private String before = "";

  /** The next line of the text. */
  public void line(String whole) {
    String line = whole.length() > KnownErrors.LINE ? whole.substring(0, KnownErrors.LINE) : whole;
    Optional<KnownError> error = KnownErrors.in(line);
    if (error.isEmpty() && !before.isEmpty()) {
      error = KnownErrors.in(before + " " + line);
    }
    before = error.isEmpty() ? line : "";
    if (error.isPresent() && !knows(error.get())) {
      found.add(new Found(error.get(), line));
    }
  }

  private boolean knows(KnownError error) {
    for (Found other : found) {
      if (other.error().name().equals(error.name())) {
        return true;
      }
    }
    return false;
  }

  /** Each error once, in the order of the text. */
  public List<Found> found() {
    return List.copyOf(found);
  }
}
