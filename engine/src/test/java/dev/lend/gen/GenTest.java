package dev.lend.gen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GenTest {
  @Test
  void makesTheSameFromTheSameSeed() {
    assertThat(sample(new Gen(7))).isEqualTo(sample(new Gen(7)));
    assertThat(sample(new Gen(7))).isNotEqualTo(sample(new Gen(8)));
  }

  private static List<Object> sample(Gen gen) {
    return List.of(
        gen.address(), gen.text(40), gen.list(3, 9, gen::flag), gen.shuffled(List.of(1, 2, 3, 4)));
  }

  @Test
  void staysWithinItsBounds() {
    Gen.check(
        GenTest.class,
        "bounds",
        2_000,
        gen -> {
          assertThat(gen.between(3, 5)).isBetween(3, 5);
          assertThat(gen.text(9)).hasSizeLessThanOrEqualTo(9);
          assertThat(gen.list(1, 2, gen::flag)).hasSizeBetween(1, 2);
        });
  }

  @Test
  void aSeedThatFailedComesFirstTheNextTime() {
    List<Integer> seen = new ArrayList<>();
    Gen.Property broken =
        gen -> {
          seen.add(gen.between(0, Integer.MAX_VALUE - 1));
          throw new IllegalStateException("broken");
        };

    assertThatThrownBy(() -> Gen.check(GenTest.class, "noted", 1, broken))
        .hasMessageContaining("target/failing-seeds.txt has it for the next run");
    assertThatThrownBy(() -> Gen.check(GenTest.class, "noted", 0, broken))
        .isInstanceOf(AssertionError.class);

    assertThat(seen).hasSize(2);
    assertThat(seen.getFirst()).isEqualTo(seen.getLast());
  }

  @Test
  void saysWhichSeedFailedAndReplaysIt() {
    List<Integer> seen = new ArrayList<>();
    assertThatThrownBy(() ->
            Gen.check(
                GenTest.class,
                "kept",
                1,
                gen -> {
                  seen.add(gen.between(0, Integer.MAX_VALUE - 1));
                  throw new IllegalStateException("broken");
                }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("broken")
        .hasMessageContaining("\"kept 42\"");
    assertThat(seen).containsExactly(new Gen(42).between(0, Integer.MAX_VALUE - 1));
  }
}
