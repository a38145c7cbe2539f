package dev.lend.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DemoPageTest {
  private static final Demo.Part GOOD =
      part("Good", new RunResult(0, "<b>bold & brave</b>\n", ""), List.of());
  private static final Demo.Part BAD =
      part("Bad", new RunResult(3, "", "no\n"), List.of("exit status 3, expected 0"));

  @Test
  void whatCommandsPrintIsShownAndNotObeyed() {
    assertThat(DemoPage.of(List.of(GOOD), Instant.EPOCH))
        .contains("&lt;b&gt;bold &amp; brave&lt;/b&gt;", "Everything was as it should be.")
        .doesNotContain("<b>bold");
  }

  @Test
  void onePartThatIsWrongMakesTheWholeWrong() {
    assertThat(DemoPage.of(List.of(GOOD, BAD), Instant.EPOCH))
        .contains("Something was not as it should be.", "exit status 3, expected 0");
  }

  @Test
  void theSummaryMarksEachPartAndAddsTheTimesUp() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    Demo.summary(List.of(GOOD, BAD), new PrintStream(out, true, StandardCharsets.UTF_8));

    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .containsSubsequence(
            "  ok        1.5 s  Good", "  WRONG     1.5 s  Bad", "            3.0 s  altogether");
  }

  private static Demo.Part part(String title, RunResult result, List<String> wrong) {
    Duration took = Duration.ofMillis(1500);
    return new Demo.Part(title, List.of(new Demo.Shown("lab", "x", result, took, wrong)), took);
  }
}
