package dev.lend.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.gen.Gen;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "\"\"",
        "0",
        "-0",
        "true",
        "false",
        "null",
        "[null]",
        "{\"\":[]}",
        "-12.5e-3",
        "1E+2",
        "9223372036854775808",
        "\"\u2028\ud83d\ude00\"",
        "[[[[]]]]",
        "{\"a\":1,\"b\":[true,{\"c\":\"d\"}]}"
      })
  void readsWhatIsJson(String text) {
    assertThat(Json.parse(" \t\r\n" + text + " \t\r\n")).isEqualTo(Json.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "}",
        "[",
        "]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "{1:1}",
        "{'a':1}",
        "\"",
        "\"\\\"",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u123g\"",
        "\"\\u\uff11234\"",
        "\"\n\"",
        "\"\t\"",
        "\"\0\"",
        "01",
        "-",
        "-01",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "0x10",
        "1e99999",
        "NaN",
        "Infinity",
        "-Infinity",
        "tru",
        "True",
        "nul",
        "truefalse",
        "1 1",
        "[] []",
        "//\n1",
        "/**/1",
        "[1]x",
        "\ufeff1",
        "\u00a01",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"\\u0061\":null}"
      })
  void refusesWhatIsNot(String text) {
    assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parse(text));
  }

  @Test
  void refusesWhatIsNestedTooDeepInsteadOfRunningOutOfStack() {
    assertThat(Json.parse("[".repeat(100) + "]".repeat(100))).isInstanceOf(Json.Arr.class);
    assertThatThrownBy(() -> Json.parse("[".repeat(100_000)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("nested too deep");
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> Json.parse("{\"a\":".repeat(100_000)));
  }

  @Test
  void refusesNumbersThatWouldOnlyCostTime() {
    assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parse("1".repeat(1000)));
    assertThatExceptionOfType(JsonException.class).isThrownBy(() -> Json.parse("1e9999"));
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> Json.parseObject("{\"n\":1e999}").number("n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\\\"\\\\\\/|\"\\/",
        "\\u0041\\u00e9|Aé",
        "\\ud83d\\ude00|😀",
        "a\\u002fb|a/b",
        "\\u00Ff|ÿ"
      })
  void readsEscapes(String escaped, String meant) {
    assertThat(Json.parse("\"" + escaped + "\"")).isEqualTo(new Json.Text(meant));
  }

  @Test
  void writesNothingThatSteersATerminal() {
    assertThat(Json.of("\u001b[2J\u007f\u009b31m\r\n").compact())
        .isEqualTo("\"\\u001b[2J\\u007f\\u009b31m\\r\\n\"");
  }

  @Test
  void writesSeveralIndentedLinesForPeople() {
    Json json = Json.object().put("a", 1).put("b", Json.texts(List.of("x", "y"))).build();
    assertThat(json.pretty())
        .isEqualTo("{\n  \"a\": 1,\n  \"b\": [\n    \"x\",\n    \"y\"\n  ]\n}\n");
    assertThat(Json.object().put("none", Json.texts(List.of())).build().pretty())
        .isEqualTo("{\n  \"none\": []\n}\n");
  }

  @Test
  void readsBackWhateverItWrites() {
    Gen.check(
        JsonTest.class,
        "json-round-trip",
        2000,
        gen -> {
          Json value = any(gen, 4);
          assertThat(Json.parse(value.compact())).isEqualTo(value);
          assertThat(Json.parse(value.pretty())).isEqualTo(value);
          String bytes =
              new String(value.compact().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
          assertThat(Json.parse(bytes)).as("through UTF-8, lone surrogates too").isEqualTo(value);
          assertThat(value.compact()).as("one line").doesNotContain("\n", "\r");
        });
  }

  @Test
  void saysOfAnyTextThatItIsNoJsonOrReadsTheSameAgain() {
    Gen.check(
        JsonTest.class,
        "json-fuzz",
        5000,
        gen -> {
          String text =
              gen.chance(30)
                  ? new String(gen.bytes(60), StandardCharsets.ISO_8859_1)
                  : damaged(gen, any(gen, 3).compact());
          try {
            Json value = Json.parse(text);
            assertThat(Json.parse(value.compact())).isEqualTo(value);
          } catch (JsonException no) {
            assertThat(no.getMessage()).isNotBlank();
          }
        });
  }

  @Test
  void saysWhichMemberIsNotWhatWasExpected() {
    Json.Obj object = Json.parseObject("{\"a\":null,\"n\":1.5,\"t\":\"x\",\"o\":{},\"l\":[]}");
    assertThatThrownBy(() -> object.text("a")).hasMessage("member \"a\" must be text");
    assertThatThrownBy(() -> object.text("b")).hasMessage("member \"b\" must be text");
    assertThatThrownBy(() -> object.number("n")).hasMessage("member \"n\" must be a whole number");
    assertThatThrownBy(() -> object.number("t")).hasMessage("member \"t\" must be a number");
    assertThatThrownBy(() -> object.flag("t")).hasMessage("member \"t\" must be true or false");
    assertThatThrownBy(() -> object.object("l")).hasMessage("member \"l\" must be an object");
    assertThatThrownBy(() -> object.array("o")).hasMessage("member \"o\" must be an array");
    assertThatThrownBy(() -> Json.parseObject("[]")).isInstanceOf(JsonException.class);
  }

  private static String damaged(Gen gen, String text) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = gen.between(1, 3); i > 0 && !changed.isEmpty(); i--) {
      int at = gen.between(0, changed.length() - 1);
      switch (gen.between(0, 2)) {
        case 0 -> changed.deleteCharAt(at);
        case 1 ->
            changed.setCharAt(at, gen.oneOf('"', '\\', '{', '}', '[', ']', ',', ':', 'e', '-'));
        default -> changed.insert(at, gen.text(2));
      }
    }
    return changed.toString();
  }

  private static Json any(Gen gen, int depth) {
    return switch (gen.between(0, depth > 0 ? 6 : 4)) {
      case 0 -> new Json.Nil();
      case 1 -> new Json.Bool(gen.chance(50));
      case 2 -> Json.of(gen.anyLong());
      case 3 -> new Json.Num(BigDecimal.valueOf(gen.anyLong(), gen.between(-900, 900)));
      case 4 -> new Json.Text(gen.text(12));
      case 5 -> new Json.Arr(gen.list(4, one -> any(one, depth - 1)));
      default -> {
        Json.Builder object = Json.object();
        gen.list(4, one -> one.text(5)).forEach(name -> object.put(name, any(gen, depth - 1)));
        yield object.build();
      }
    };
  }
}
