package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

class GlobTest {
  @Test
  void matchesAsAShellDoes() {
    assertThat(Glob.matches("*", "")).isTrue();
    assertThat(Glob.matches("en*f?", "enp1s0f1")).isTrue();
    assertThat(Glob.matches("en*f?", "enp1s0f")).isFalse();
    assertThat(Glob.matches("eth[0-2]", "eth1")).isTrue();
    assertThat(Glob.matches("eth[!0-2]", "eth1")).isFalse();
    assertThat(Glob.matches("eth[13]*", "eth3x")).isTrue();
    assertThat(Glob.matches("eth", "eth1")).isFalse();
    assertThat(Glob.matches("eth[1", "eth[1")).isTrue();
    assertThat(Glob.matches("", "eth1")).isFalse();
  }

  @Test
  void endsSoonWhateverThePatternIs() {
    Assertions.assertTimeout(
        Duration.ofSeconds(5),
        () -> assertThat(Glob.matches("*a".repeat(50) + "b", "a".repeat(5000))).isFalse());
  }
}
