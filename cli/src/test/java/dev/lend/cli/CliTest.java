package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Nearest;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
  @ParameterizedTest
  @ValueSource(strings = {"status", "history", "list", "tree"})
  void aNamedStateFolderThatIsNotThereIsNotTakenForAnEmptyOne(String command) {
    CliRun run = CliRun.of(command, "--state", "/no/such");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("no such directory: /no/such");
  }

  @Test
  void showsHowToGoOnWhenNothingIsTyped() {
    CliRun run = CliRun.of();
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("Usage: lend COMMAND", "list");
  }

  @Test
  void helpsWhenAskedTo() {
    for (String word : new String[] {"--help", "-h", "help"}) {
      CliRun run = CliRun.of(word);
      assertThat(run.status()).isZero();
      assertThat(run.err()).isEmpty();
      assertThat(run.out()).contains("Usage: lend COMMAND", "Example:");
    }
  }

  @Test
  void explainsEveryCommandWithAnExample() {
    for (String name : CommandTable.NAMES) {
      Command command = CommandTable.find(name).orElseThrow();
      assertThat(command.name()).isEqualTo(name);
      assertThat(command.examples()).as(name).isNotEmpty().size().isEven();
      String[] words = (name + " --help").split(" ", -1);
      CliRun run = CliRun.of(words);
      assertThat(run.status()).as(name).isZero();
      assertThat(run.out())
          .contains("Usage: lend " + name)
          .containsPattern("Examples?:\n  .*lend ");
      assertThat(CliRun.of(("help " + name).split(" ", -1)).out()).isEqualTo(run.out());
    }
  }

  @Test
  void suggestsTheCommandThatWasMeant() {
    CliRun run = CliRun.of("lsit");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("lend: no such command: lsit. Did you mean: lend list?\n");
  }

  @Test
  void suggestsNothingForWhatIsNearNothing() {
    assertThat(CliRun.of("frobnicate").err()).doesNotContain("mean").contains("lend --help");
  }

  @Test
  void suggestsTheOptionThatWasMeant() {
    CliRun run = CliRun.of("list", "--jsno");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "lend: unknown option: --jsno. Did you mean --json? (lend list --help shows how)\n");
  }

  @Test
  void saysInOneLineWhatIsMissingOrTooMuch() {
    assertThat(CliRun.of("list", "--root").err()).startsWith("lend: missing").hasLineCount(1);
    assertThat(CliRun.of("list", "eth0").err()).startsWith("lend: too much: eth0").hasLineCount(1);
  }

  @Test
  void showsATraceOnlyWhenAskedTo() {
    assertThat(CliRun.of("list", "--root", "/none/such").err()).hasLineCount(1);
    assertThat(CliRun.of("list", "--debug", "--root", "/none/such").err()).contains("\tat ");
  }

  @Test
  void takesNoTerminalControlFromWhatWasTyped() {
    assertThat(CliRun.of("\u001b[2J").err()).doesNotContain("\u001b");
  }

  @Test
  void knowsTheWidthOfATerminalOnly() {
    assertThat(context(true, "100").width()).hasValue(100);
    assertThat(context(false, "100").width()).isEmpty();
    for (String odd : new String[] {"", "0", "19", "wide", "-80", "999999999999"}) {
      assertThat(context(true, odd).width()).as(odd).isEmpty();
    }
  }

  private static Context context(boolean terminal, String columns) {
    return new Context(System.out, System.err, terminal, Map.of("COLUMNS", columns));
  }

  @Test
  void countsASwapOfNeighboursAsOneSlip() {
    assertThat(Nearest.distance("lsit", "list")).isEqualTo(1);
    assertThat(Nearest.distance("", "abc")).isEqualTo(3);
    assertThat(Nearest.distance("kitten", "sitting")).isEqualTo(3);
  }
}
