package dev.lend.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.gen.Fuzz;
import dev.lend.gen.Gen;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever is in a file, it is answered with problems, and soon. */
@Timeout(600)
class DeclarationsFuzzTest {
  private static final List<String> PIECES =
      List.of(
          "[",
          "]",
          "{",
          "}",
          "- ",
          ": ",
          "? ",
          "&a ",
          "*a",
          "!!int ",
          "!<x> ",
          "|\n ",
          ">-\n",
          "'",
          "\"",
          "#",
          "%YAML 9.9\n",
          "---\n",
          "...\n",
          "\t",
          "\n",
          "\r",
          "  ",
          "~",
          "null",
          "<<: ",
          "\\x",
          "\\uD800",
          "\\U00110000",
          "0x1p3",
          "version",
          "pfs:\n",
          "each:\n",
          "\u0085",
          "@",
          "\u2028",
          ",",
          "- - - ",
          "&a [*a]");

  private static void answered(byte[] bytes) {
    Declarations read = Read.bytes(bytes);
    for (Problem problem : read.problems()) {
      assertThat(problem.line()).isBetween(0, 1 + (int) CarefulFiles.MOST_BYTES);
      assertThat(problem.text()).isNotBlank();
      assertThat(problem.toString().codePoints()).allMatch(Characters::visible);
    }
    // What is given out can be written.
    read.pfs().forEach(Declarations::write);
  }

  @Test
  void anyBytes() {
    Gen.check(
        DeclarationsFuzzTest.class,
        "any-bytes",
        Fuzz.times(2_000),
        gen -> answered(gen.bytes(300)));
  }

  @Test
  void anyPiecesOfYaml() {
    Gen.check(
        DeclarationsFuzzTest.class,
        "any-pieces",
        Fuzz.times(5_000),
        gen -> {
          StringBuilder text = new StringBuilder(gen.flag() ? "version: 1\npfs:\n- " : "");
          for (int i = gen.between(0, 40); i > 0; i--) {
            text.append(gen.oneIn(4) ? gen.text(5) : gen.oneOf(PIECES));
          }
          answered(text.toString().getBytes(StandardCharsets.UTF_8));
        });
  }

  @Test
  void theExampleWithAnythingChanged() throws IOException {
    byte[] page = Files.readAllBytes(Path.of("../docs/vf-file.md"));
    String text = new String(page, StandardCharsets.UTF_8);
    int from = text.indexOf("version: 1");
    byte[] example =
        text.substring(from, text.indexOf("```", from)).getBytes(StandardCharsets.UTF_8);
    assertThat(Read.bytes(example).problems()).isEmpty();
    Gen.check(
        DeclarationsFuzzTest.class,
        "changed-example",
        Fuzz.times(3_000),
        gen -> answered(changed(gen, example)));
  }

  private static byte[] changed(Gen gen, byte[] example) {
    byte[] bytes = example;
    for (int i = gen.between(1, 4); i > 0; i--) {
      int from = gen.between(0, bytes.length);
      int to = gen.flag() ? from : Math.min(bytes.length, from + gen.between(0, 30));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(bytes, 0, from);
      byte[] piece =
          switch (gen.between(0, 3)) {
            case 0 -> new byte[0];
            case 1 -> gen.bytes(3);
            case 2 -> gen.oneOf(PIECES).getBytes(StandardCharsets.UTF_8);
            default -> java.util.Arrays.copyOfRange(example, 0, gen.between(0, example.length));
          };
      out.writeBytes(piece);
      out.write(bytes, to, bytes.length - to);
      bytes = out.toByteArray();
    }
    return bytes;
  }

  /** Files of the largest size, of what is known to take parsers long. */
  static List<String> bombs() {
    String aliases = "*a, ".repeat(60);
    String keys = "k: v\n  ";
    return List.of(
        full("[", ""),
        full("{", ""),
        full("[{", ""),
        full("- ", ""),
        full("? ", ""),
        full("a: ", ""),
        full(" ", "x"),
        full("\n", "x"),
        full("a\n", ""),
        full("a ", ""),
        full("\"", ""),
        full("'", ""),
        full("#\n", ""),
        full("a: b\n", ""),
        full("a", ": b"),
        full("? a\n", ""),
        full("&a ", ""),
        full("!x ", ""),
        full("%a\n", ""),
        full("--- a\n", ""),
        full("|\n", ""),
        full("[],", ""),
        "version: 1\npfs:\n" + full("- device: eth1\n", ""),
        "version: 1\npfs:\n- device: eth1\n  each:\n" + full("    1: {}\n", ""),
        "version: 1\npfs:\n- device: eth1\n  vf: &a\n    " + full("k: v\n    ", "") + "\n- vf: *a",
        "version: 1\npfs:\n- &a\n  " + full(keys, "") + "\n- [" + aliases + "]",
        "version: 1\npfs:\n- &a\n  " + full(keys, "") + "\n" + "- *a\n".repeat(30),
        "a: &a [x, x]\n" + "b: &b [" + aliases + "]\n",
        "version: 1\npfs: [&a {device: eth1, vf: &b {vlan: 1}}, " + aliases + "]");
  }

  private static String full(String piece, String end) {
    return piece.repeat((CarefulFiles.MOST_BYTES - 200) / piece.length()) + end;
  }

  @ParameterizedTest
  @MethodSource("bombs")
  @Timeout(60)
  void theLargestFilesOfTheWorstKind(String bomb) {
    answered(bomb.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anAliasThatHoldsItselfIsNotFollowedForEver() {
    assertThat(Read.files("version: 1\npfs: &a [*a]").problems()).isNotEmpty();
    assertThat(Read.files("&a {version: 1, pfs: [{device: eth1, vf: *a}]}").problems())
        .isNotEmpty();
  }

  @Test
  void whatIsLookedAtAgainAndAgainHasAnEnd() {
    StringBuilder large = new StringBuilder("version: 1\npfs:\n- &a\n  device: eth1\n  each:\n");
    for (int i = 0; i < 10_000; i++) {
      large.append("    ").append(i).append(":\n");
    }

    assertThat(Read.files(large + "- *a\n".repeat(19)).problems())
        .anyMatch(problem -> problem.text().equals("too much in one file"));
  }

  @Test
  void aFileOfAnotherKindIsNotAThousandLines() {
    List<Problem> problems = Read.files("version: 1\n" + "x: y\n".repeat(1_000)).problems();

    assertThat(problems).hasSizeLessThan(Problems.MOST + 2);
    assertThat(problems.getLast().text()).startsWith("no more than 100 are shown");
  }
}
