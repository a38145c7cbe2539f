package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.explain.KnownError;
import dev.lend.explain.KnownErrors;
import dev.lend.explain.Provoked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each error that can be had without real hardware is had here: something is done to a simulated
 * host or guest, and what is said to that is known by the table.
 */
class ProvokedErrorsTest {
  /** Something that goes wrong, and what was said to it. */
  interface Provocation {
    String said() throws Exception;
  }

  @TempDir Path directory;

  private Map<String, Provocation> provocations() {
    return Provocations.all(directory);
  }

  @TestFactory
  List<DynamicTest> isKnownByWhatIsSaidWhenItHappens() {
    List<DynamicTest> tests = new ArrayList<>();
    provocations()
        .forEach((name, provocation) ->
            tests.add(
                DynamicTest.dynamicTest(
                    name,
                    () -> {
                      String said = provocation.said();
                      assertThat(KnownErrors.of(said))
                          .as(said)
                          .extracting(KnownError::name)
                          .contains(name);
                    })));
    return tests;
  }

  @Test
  void provokesAllThatTheTableSays() {
    assertThat(provocations().keySet())
        .containsExactlyInAnyOrderElementsOf(Provoked.in(Provoked.Where.SIMULATED));
  }
}
