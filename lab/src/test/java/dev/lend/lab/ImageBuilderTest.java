package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ImageBuilderTest {
  @Test
  void saysThatAnotherArchitectureCannotRunTheLab() {
    assertThatThrownBy(() -> ImageBuilder.requireX86("aarch64"))
        .isInstanceOf(LabException.class)
        .hasMessageContaining("x86-64 machines only (this one is aarch64)");
    assertThatCode(() -> ImageBuilder.requireX86("amd64")).doesNotThrowAnyException();
  }
}
