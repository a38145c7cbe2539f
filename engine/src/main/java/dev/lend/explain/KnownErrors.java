package dev.lend.explain;

import dev.lend.model.PciAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The errors that Lend can explain. Messages are all that it goes by: what the kernel and QEMU told
 * Lend, what the journal kept of that, and what a person pastes then mean the same. The kernel's
 * refusals are in them as {@code /path: strerror}, as the tools of a shell write them.
 */
public final class KnownErrors {
  /** The longest line that is looked at; what comes after is not. */
  static final int LINE = 16_384;

  /** The most lines of one text that are looked at. */
  private static final int LINES = 1_000;

  /** The first that fits counts, so what says less comes later. */
  private static final List<KnownError> ALL =
      joined(
          List.of(
              HostErrors.ALL,
              SharingErrors.ALL,
              DriverErrors.ALL,
              VfCountErrors.ALL,
              VfSettingErrors.ALL,
              MemoryErrors.ALL,
              ResetErrors.ALL,
              GuestErrors.ALL,
              UnplugErrors.ALL));

  private KnownErrors() {}

  private static List<KnownError> joined(List<List<KnownError>> lists) {
    List<KnownError> all = new ArrayList<>();
    lists.forEach(all::addAll);
    return List.copyOf(all);
  }

  /** All of them, by topic. */
  public static List<KnownError> all() {
    return ALL;
  }

  /** The error of this name. */
  public static Optional<KnownError> named(String name) {
    for (KnownError error : ALL) {
      if (error.name().equals(name)) {
        return Optional.of(error);
      }
    }
    return Optional.empty();
  }

  /**
   * What a line means, with the function that it names in the texts; empty where it says nothing
   * that is known.
   */
  public static Optional<KnownError> in(String line) {
    String text = line.length() > LINE ? line.substring(0, LINE) : line;
    String lower = text.toLowerCase(Locale.ROOT);
    for (KnownError error : ALL) {
      if (error.in(lower)) {
        return Optional.of(address(text).map(error::about).orElse(error));
      }
    }
    return Optional.empty();
  }

  /** What a text of several lines means, as {@link Recogniser} has it. */
  public static List<KnownError> of(String text) {
    Recogniser recogniser = new Recogniser();
    int start = 0;
    for (int line = 0; line < LINES && start <= text.length(); line++) {
      int end = text.indexOf('\n', start);
      end = end < 0 ? text.length() : end;
      recogniser.line(text.substring(start, end));
      start = end + 1;
    }
    List<KnownError> errors = new ArrayList<>();
    recogniser.found().forEach(found -> errors.add(found.error()));
    return errors;
  }

  /** The first address of a function in a message: {@code vfio 0000:01:10.0: ...}. */
  private static Optional<PciAddress> address(String text) {
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i < text.length() && part(text.charAt(i))) {
        continue;
      }
      // A message may put its own colon or full stop right behind.
      int end = i;
      while (end > start && (text.charAt(end - 1) == ':' || text.charAt(end - 1) == '.')) {
        end--;
      }
      if (end - start >= 7 && end - start <= 16) {
        Optional<PciAddress> address = PciAddress.parse(text.substring(start, end));
        if (address.isPresent()) {
          return address;
        }
      }
      start = i + 1;
    }
    return Optional.empty();
  }

  private static boolean part(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c == ':' || c == '.';
  }
}
