package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VfCommandTest {
  /** What a command looks for among its options it must also let people type. */
  @ParameterizedTest
  @EnumSource(VfCommand.Verb.class)
  void takesEveryOptionThatItHeeds(VfCommand.Verb verb) {
    Syntax syntax = new VfCommand(verb).syntax();
    for (String option : List.of("--persist", "--dry-run", "--json", "--state", "--no-wait")) {
      assertThat(syntax.find(option)).as(option).isPresent();
    }
    for (String option : List.of("--replace", "--yes", "--accept")) {
      assertThat(syntax.find(option).isPresent()).as(option).isEqualTo(verb != VfCommand.Verb.SET);
    }
  }
}
