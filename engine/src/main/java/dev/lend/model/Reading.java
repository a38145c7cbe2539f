package dev.lend.model;

import java.util.function.Function;

/**
 * What a word that a person wrote means.
 *
 * @param <T> what was asked for
 */
public sealed interface Reading<T> {
  /** It means this. */
  record Meant<T>(T value) implements Reading<T> {}

  /**
   * It means nothing.
   *
   * @param why what is wrong and what would be right, as part of a sentence
   */
  record Wrong<T>(String why) implements Reading<T> {}

  /** The word is one that means this. */
  static <T> Reading<T> of(T value) {
    return new Meant<>(value);
  }

  /** What is made of the value, where there is one. */
  default <R> Reading<R> map(Function<? super T, ? extends R> change) {
    return switch (this) {
      case Meant<T>(T value) -> new Meant<>(change.apply(value));
      case Wrong<T>(String why) -> new Wrong<>(why);
    };
  }

  /**
   * The value.
   *
   * @param problem made of why there is none
   */
  default <X extends RuntimeException> T orThrow(Function<String, X> problem) {
    return switch (this) {
      case Meant<T>(T value) -> value;
      case Wrong<T>(String why) -> throw problem.apply(why);
    };
  }
}
