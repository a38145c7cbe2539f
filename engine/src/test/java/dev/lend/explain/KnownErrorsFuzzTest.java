package dev.lend.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Messages come from guests, logs and clipboards: none may stop Lend or keep it busy. */
class KnownErrorsFuzzTest {
  private static final int ROUNDS = 3_000;

  private static final List<String> ODD =
      List.of("\0", "\n", "\r", "\u001b[2J", "\u202e", "\ud800", "İ", "ß", "*", ":", "0000:", ".0");

  private static String message(Random random) {
    StringBuilder text = new StringBuilder();
    int parts = random.nextInt(40);
    for (int i = 0; i < parts; i++) {
      switch (random.nextInt(5)) {
        case 0 -> text.append(ODD.get(random.nextInt(ODD.size())));
        case 1 -> text.append((char) random.nextInt(0x10000));
        case 2 -> text.repeat(random.nextInt(0x80), random.nextInt(300));
        default -> {
          List<KnownError> all = KnownErrors.all();
          String example = all.get(random.nextInt(all.size())).example();
          int from = random.nextInt(example.length());
          text.append(example, from, from + random.nextInt(example.length() - from));
        }
      }
    }
    return text.toString();
  }

  @Test
  void readsAnythingWithoutFailing() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      String text = message(random);
      int number = round;
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () -> assertThat(KnownErrors.of(text)).doesNotHaveDuplicates(),
          () -> "seed " + seed + ", round " + number);
    }
  }

  @Test
  void findsAMessageInAnySurroundings() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < 200; round++) {
      KnownError error = KnownErrors.all().get(random.nextInt(KnownErrors.all().size()));
      String text = "\u001b[31m\u202e\0" + "x".repeat(random.nextInt(99)) + error.example() + "\0";
      assertThat(KnownErrors.in(text).map(KnownError::name))
          .as("seed %d: %s", seed, text)
          .contains(error.name());
    }
  }

  @Test
  void isNotKeptBusyByWhatAlmostFits() {
    // The beginnings of phrases over and over, on one line and on very many.
    String almost =
        "group not viable: vfio dma_map reset open /dev/vfio/ BAR can't ".repeat(400_000);
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> KnownErrors.of(almost));
    String lines = "not ready after \n".repeat(1_000_000);
    assertTimeoutPreemptively(Duration.ofSeconds(20), () -> KnownErrors.of(lines));
  }
}
