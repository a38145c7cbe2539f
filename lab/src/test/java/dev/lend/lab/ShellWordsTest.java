package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ShellWordsTest {
  @Test
  void aShellGivesBackEveryWordAsItWas() {
    // Everything that means something to a shell, in any order.
    String letters = "ab '\"\\$`*?[]{}()<>|&;#~!=\n\t-\u00e9";
    SplittableRandom random = new SplittableRandom(20261122);
    List<String> words = new ArrayList<>(List.of("", "-n", "it's"));
    for (int i = 0; i < 200; i++) {
      StringBuilder word = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        word.append(letters.charAt(random.nextInt(letters.length())));
      }
      words.add(word.toString());
    }

    RunResult result =
        Programs.capture(
            new ProcessBuilder("sh", "-c", "printf '%s\\001' " + ShellWords.join(words)),
            new byte[0]);

    assertThat(List.of(result.out().split("\u0001", -1)))
        .containsExactlyElementsOf(concat(words, ""));
  }

  @Test
  void aNulIsRefusedBecauseNoArgumentCanHoldIt() {
    assertThatThrownBy(() -> ShellWords.quote("a\0b")).isInstanceOf(LabException.class);
  }

  private static List<String> concat(List<String> words, String last) {
    List<String> all = new ArrayList<>(words);
    all.add(last);
    return all;
  }
}
