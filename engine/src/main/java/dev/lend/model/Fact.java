package dev.lend.model;

import java.util.Optional;
import java.util.function.Function;

/**
 * Something read from the host: known, absent (the kernel does not offer it here), or unreadable,
 * and why. A file that cannot be read costs its own fact, never the whole reading.
 *
 * @param <T> what is read
 */
public sealed interface Fact<T> {
  /** It was read. */
  record Known<T>(T value) implements Fact<T> {}

  /** The kernel offers no such file or directory here. */
  record Absent<T>() implements Fact<T> {}

  /**
   * It is there and could not be read, or what it holds makes no sense.
   *
   * @param path the file, from the root of the host
   * @param why in words, for example {@code Permission denied}
   */
  record Unreadable<T>(String path, String why) implements Fact<T> {}

  /** A fact that was read. */
  static <T> Fact<T> known(T value) {
    return new Known<>(value);
  }

  /** A fact that the host does not offer. */
  static <T> Fact<T> absent() {
    return new Absent<>();
  }

  /** The value, where it is known. */
  default Optional<T> asOptional() {
    return this instanceof Known<T>(T value) ? Optional.of(value) : Optional.empty();
  }

  /** The value, or {@code other} where it is not known. */
  default T or(T other) {
    return this instanceof Known<T>(T value) ? value : other;
  }

  /** The same fact about something derived from the value. */
  default <R> Fact<R> map(Function<? super T, ? extends R> change) {
    return switch (this) {
      case Known<T>(T value) -> new Known<>(change.apply(value));
      case Absent<T>() -> new Absent<>();
      case Unreadable<T>(String path, String why) -> new Unreadable<>(path, why);
    };
  }
}
