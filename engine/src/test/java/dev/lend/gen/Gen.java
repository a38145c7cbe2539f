package dev.lend.gen;

import dev.lend.model.PciAddress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes the inputs of property tests from a seed, so that a failure can be had again. A property is
 * any test body that takes a {@code Gen}; {@link #check} runs it many times.
 *
 * <p>Seeds that once failed are kept in the resource {@code failing-seeds.txt} of the test's
 * package, one a line as {@code NAME SEED}, and run first.
 */
public final class Gen {
  /** A property: it fails by throwing. */
  @FunctionalInterface
  public interface Property {
    /** Holds for what {@code gen} makes, or throws. */
    void holds(Gen gen) throws Exception;
  }

  private final long seed;
  private final SplittableRandom random;

  /** What this seed makes. */
  public Gen(long seed) {
    this.seed = seed;
    random = new SplittableRandom(seed);
  }

  /**
   * Choices apart from the others: what is chosen by these changes nothing of what the seed makes
   * otherwise, so that seeds which failed once go on making the same when a test learns more.
   *
   * @param what tells one such set of choices from another
   */
  public Gen aside(String what) {
    return new Gen(seed ^ 0x9e37_79b9_7f4a_7c15L * (what.hashCode() | 1));
  }

  /**
   * Runs a property on its failing seeds of old and then {@code times} times anew. The system
   * property {@code lend.seed} sets where the new ones start.
   *
   * @param test the class whose package keeps the failing seeds
   * @param name the property's name there, without spaces
   */
  public static void check(Class<?> test, String name, int times, Property property) {
    for (long seed : failedBefore(test, name)) {
      once(name, seed, property);
    }
    SplittableRandom seeds = new SplittableRandom(Long.getLong("lend.seed", System.nanoTime()));
    for (int i = 0; i < times; i++) {
      once(name, seeds.nextLong(), property);
    }
  }

  /** Runs a property on one seed. */
  public static void once(String name, long seed, Property property) {
    try {
      property.holds(new Gen(seed));
    } catch (Exception | AssertionError | StackOverflowError failure) {
      throw new AssertionError(
          failure.getMessage()
              + "\nto have this again, add the line \""
              + name
              + " "
              + seed
              + "\" to failing-seeds.txt",
          failure);
    }
  }

  private static List<Long> failedBefore(Class<?> test, String name) {
    List<Long> seeds = new ArrayList<>();
    try (InputStream kept = test.getResourceAsStream("failing-seeds.txt")) {
      if (kept != null) {
        String text = new String(kept.readAllBytes(), StandardCharsets.UTF_8);
        for (String line : text.lines().toList()) {
          if (line.startsWith(name + " ")) {
            seeds.add(Long.parseLong(line.substring(name.length() + 1).strip()));
          }
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return seeds;
  }

  /** A number from {@code low} to {@code high}, both included. */
  public int between(int low, int high) {
    return (int) random.nextLong(low, high + 1L);
  }

  /** True or false alike. */
  public boolean flag() {
    return random.nextBoolean();
  }

  /** True once in {@code n} times. */
  public boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** One of these. */
  @SafeVarargs
  public final <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  /** One of these. */
  public <T> T oneOf(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  /** A list of {@code low} to {@code high} items. */
  public <T> List<T> list(int low, int high, Supplier<? extends T> item) {
    int size = between(low, high);
    List<T> items = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      items.add(item.get());
    }
    return items;
  }

  /** Up to {@code most} items. */
  public <T> List<T> list(int most, Function<Gen, T> item) {
    return list(0, most, () -> item.apply(this));
  }

  /** Something in half of the cases. */
  public <T> Optional<T> maybe(Function<Gen, T> what) {
    return flag() ? Optional.of(what.apply(this)) : Optional.empty();
  }

  /** True in {@code percent} of a hundred cases. */
  public boolean chance(int percent) {
    return between(1, 100) <= percent;
  }

  /** Any long, small ones and the extremes more often. */
  public long anyLong() {
    return switch (between(0, 4)) {
      case 0 -> between(-3, 300);
      case 1 -> Long.MAX_VALUE - between(0, 2);
      case 2 -> Long.MIN_VALUE + between(0, 2);
      default -> random.nextLong();
    };
  }

  /** Up to {@code most} bytes. */
  public byte[] bytes(int most) {
    byte[] bytes = new byte[between(0, most)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** The same items in any order. */
  public <T> List<T> shuffled(List<T> items) {
    List<T> order = new ArrayList<>(items);
    for (int i = order.size() - 1; i > 0; i--) {
      java.util.Collections.swap(order, i, between(0, i));
    }
    return order;
  }

  /**
   * A text of up to {@code longest} characters: mostly plain ones, sometimes such as break parsers.
   */
  public String text(int longest) {
    int length = between(0, longest);
    StringBuilder text = new StringBuilder();
    while (text.length() < length) {
      if (oneIn(4)) {
        text.append(oneOf("\"", "\\", "\n", "\0", "/", "..", " ", "\u00e9", "\u20ac", "{", "]"));
      } else if (oneIn(8)) {
        // Control characters, and surrogates that may lack their other half.
        int control = flag() ? between(0, 0x1f) : between(0x7f, 0x9f);
        text.append((char) (flag() ? control : between(0xd800, 0xffff)));
      } else {
        text.append((char) between('a', 'z'));
      }
    }
    return text.substring(0, length);
  }

  /** An address, mostly in domain 0. */
  public PciAddress address() {
    return new PciAddress(
        oneIn(8) ? between(1, 0x10002) : 0, between(0, 255), between(0, 31), between(0, 7));
  }
}
