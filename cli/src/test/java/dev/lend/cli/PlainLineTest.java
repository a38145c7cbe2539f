package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PlainLineTest {
  private static final Syntax SYNTAX =
      Syntax.none()
          .taking(new Syntax.Words.AtMostOne("DEVICE", "a device"))
          .flag("--json", "a flag")
          .required("--guest", "GUEST", "needed")
          .option("--root", "DIR", "a value")
          .repeatable("--accept", "NAME", "several values");

  private static final List<String> TOKENS =
      List.of(
          "--json",
          "--guest",
          "--root",
          "--accept",
          "web",
          "01:10.0",
          "",
          "-",
          "--",
          "--root=x",
          "--jso",
          "-h",
          "--help",
          "@web",
          "a b",
          "'x'");

  @Test
  void readsWhatTheGrammarReads() {
    Grammar grammar = new Grammar(new ListCommand(), SYNTAX);
    int plain = 0;
    for (List<String> line : lines()) {
      Optional<Arguments> read = PlainLine.read(SYNTAX, line);
      if (read.isPresent()) {
        plain++;
        assertThat(grammar.read(line)).as("%s", line).isEqualTo(read);
      }
    }
    assertThat(plain).isGreaterThan(100);
  }

  /** Random lines, and those that the options of the syntax make likely to fit. */
  private static List<List<String>> lines() {
    SplittableRandom random = new SplittableRandom(Long.getLong("lend.seed", System.nanoTime()));
    return Stream.generate(() ->
            Stream.concat(
                    Stream.of("--guest", "web").limit(random.nextInt(3)),
                    Stream.generate(() -> TOKENS.get(random.nextInt(TOKENS.size())))
                        .limit(random.nextInt(5)))
                .toList())
        .limit(5000)
        .toList();
  }

  @Test
  void leavesMistakesAndHelpToTheGrammar() {
    for (List<String> line :
        List.of(
            List.of("--help"),
            List.of("--json"),
            List.of("--guest"),
            List.of("--guest", "--json"),
            List.of("--guest", "a", "--guest", "b"),
            List.of("--guest=a"),
            List.of("--guest", "a", "b", "c"),
            List.of("--guest", "a", "--", "b"),
            List.of("--guest", "a", "--jso"))) {
      assertThat(PlainLine.read(SYNTAX, line)).as("%s", line).isEmpty();
    }
  }

  @Test
  void keepsWordsAndValuesAsTheyWereTyped() {
    Arguments arguments =
        PlainLine.read(
                SYNTAX, List.of("--accept", "a", "eth1", "--guest", "", "--accept", "b", "--json"))
            .orElseThrow();
    assertThat(arguments.word()).isEqualTo("eth1");
    assertThat(arguments.option("--guest")).contains("");
    assertThat(arguments.values("--accept")).containsExactly("a", "b");
    assertThat(arguments.has("--json")).isTrue();
    assertThat(arguments.has("--root")).isFalse();
  }
}
