package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.gen.Fuzz;
import dev.lend.gen.Gen;
import dev.lend.sysfs.SampleHosts;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever is typed, it is understood or refused in words. Of commands that change something only
 * the reading of the line is tried here: they would change the machine that runs the tests.
 */
@Timeout(600)
class CommandLineFuzzTest {
  private static final List<String> LOOKING = List.of("check", "list", "show", "tree");

  private static final List<String> WORDS =
      List.of(
          "01:00.0",
          "0000:01:00.0",
          "enp1s0",
          "enp1s0/vf0",
          "eth1/vf99999999999",
          "qmp:/run/x.sock",
          "qmp:",
          "60s",
          "-1",
          "0",
          "99999999999999999999s",
          "52:54:00:12:34:56",
          "on",
          "default-route",
          "--",
          "-",
          "--no-such",
          "--json=yes",
          "--help",
          "--debug",
          "-h",
          "",
          "=",
          "\u001b[2J",
          "/",
          "../..",
          "@/etc/passwd",
          "@",
          "%s%n",
          "${sys:user.home}");

  @TempDir Path folder;

  @Test
  void whateverIsTypedIsReadOrRefusedInWords() {
    Gen.check(
        CommandLineFuzzTest.class,
        "command-line",
        Fuzz.times(3_000),
        gen -> {
          String name = gen.oneOf(CommandTable.NAMES);
          Command command = CommandTable.find(name).orElseThrow();
          List<String> words = words(gen, command);
          ByteArrayOutputStream printed = new ByteArrayOutputStream();
          PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
          try {
            Cli.read(command, words, new Context(out, out, false, Map.of()));
          } catch (UsageException refused) {
            assertThat(refused).as("%s %s", name, words).message().isNotBlank();
          }
        });
  }

  @Test
  void whateverIsAskedOfWhatOnlyLooksIsAnswered() throws IOException {
    Path root = SampleHosts.server(folder).root();
    Gen.check(
        CommandLineFuzzTest.class,
        "looking",
        Fuzz.times(200),
        gen -> {
          String name = gen.oneOf(LOOKING);
          List<String> line = new ArrayList<>(List.of(name.split(" ", -1)));
          line.addAll(List.of("--root", root.toString()));
          line.addAll(words(gen, CommandTable.find(name).orElseThrow()));
          // These would look at, or reset, devices of this machine.
          line.removeIf(word -> word.startsWith("--try-reset"));
          answered(line);
        });
  }

  @Test
  void anyWordsAtAllAreAnswered() {
    Gen.check(
        CommandLineFuzzTest.class,
        "any-words",
        Fuzz.times(500),
        gen -> {
          List<String> line = gen.list(0, 4, () -> gen.text(12));
          // Nothing of Lend's own may come out by chance.
          line.addFirst("x" + gen.text(5));
          answered(line);
        });
  }

  private static void answered(List<String> line) {
    line.removeIf("--debug"::equals);
    CliRun run = CliRun.of(line.toArray(String[]::new));
    assertThat(run.err()).as("%s", line).doesNotContain("this is a bug");
    assertThat(run.status()).as("%s: %s", line, run.err()).isBetween(0, 2);
    assertThat(CliRun.obeyed(run.out() + run.err())).as("%s", line).isEmpty();
  }

  private static List<String> words(Gen gen, Command command) {
    List<String> words = new ArrayList<>();
    List<Syntax.Option> options = command.syntax().options();
    for (int i = gen.between(0, 5); i > 0; i--) {
      if (!options.isEmpty() && gen.flag()) {
        Syntax.Option option = gen.oneOf(options);
        String name = gen.oneIn(8) ? option.name().substring(0, 3) : option.name();
        if (gen.oneIn(6)) {
          words.add(name + "=" + value(gen));
        } else {
          words.add(name);
          if (option.takesValue() && !gen.oneIn(5)) {
            words.add(value(gen));
          }
        }
      } else {
        words.add(value(gen));
      }
    }
    return words;
  }

  private static String value(Gen gen) {
    return switch (gen.between(0, 5)) {
      case 0 -> gen.text(30);
      case 1 -> Long.toString(gen.anyLong());
      case 2 -> "x".repeat(gen.oneOf(1, 300, 70_000));
      default -> gen.oneOf(WORDS);
    };
  }
}
