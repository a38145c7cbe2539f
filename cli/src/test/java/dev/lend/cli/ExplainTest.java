package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.explain.KnownError;
import dev.lend.explain.KnownErrors;
import dev.lend.json.Json;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ExplainTest {
  private static final String NOT_VIABLE =
      "qemu-system-x86_64: -device vfio-pci,host=01:00.0: vfio 0000:01:00.0: group 1 is not viable";

  @Test
  void explainsAMessageThatWasPasted() throws IOException {
    CliRun run = CliRun.of("explain", NOT_VIABLE);
    assertThat(run.status()).as(run.err()).isZero();
    Golden.check("explain-message.txt", run.out());
    CliRun json = CliRun.of("explain", "--json", NOT_VIABLE);
    Golden.check("explain-message.json", json.out());
  }

  @Test
  void takesAMessageWithoutQuotesWhateverLooksLikeAnOptionInIt() {
    String quoted = CliRun.of("explain", NOT_VIABLE).out();
    assertThat(CliRun.of(("explain " + NOT_VIABLE).split(" ")).out()).isEqualTo(quoted);
    assertThat(
            CliRun.of("explain", "-bash: /sys/bus/pci/drivers/vfio-pci/new_id: File exists").out())
        .contains("new-id-exists");
    assertThat(CliRun.of("explain", "group-held", "--json").out()).startsWith("{");
  }

  @Test
  void listsAllThatIsKnown() throws IOException {
    CliRun run = CliRun.of("explain");
    assertThat(run.status()).isZero();
    for (KnownError error : KnownErrors.all()) {
      assertThat(run.out()).contains("\n  " + error.name() + " ");
    }
    List<Json> errors = Json.parseObject(CliRun.of("explain", "--json").out()).array("errors");
    assertThat(errors).hasSameSizeAs(KnownErrors.all());
  }

  @Test
  void explainsEachByItsName() {
    for (KnownError error : KnownErrors.all()) {
      CliRun run = CliRun.of("explain", error.name());
      assertThat(run.status()).isZero();
      assertThat(run.out())
          .startsWith(error.name() + "\n")
          .contains(error.cause(), error.check(), error.remedy(), error.source());
    }
  }

  @Test
  void saysNoToWhatItDoesNotKnow() {
    CliRun run = CliRun.of("explain", "the", "guest", "is", "sad");
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .isEqualTo(
            "lend: Lend does not know this error. The kernel may have said more: dmesg | lend explain -\n");
    assertThat(CliRun.of("explain", "group-hold").err())
        .isEqualTo("lend: no error of that name. Did you mean: lend explain group-held?\n");
    CliRun json = CliRun.of("explain", "--json", "nothing");
    assertThat(json.status()).isEqualTo(1);
    assertThat(Json.parseObject(json.out()).array("explained")).isEmpty();
    assertThat(CliRun.of("explain", "\u001b[2J").err()).doesNotContain("\u001b");
  }

  private static CliRun heard(InputStream in, String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    PrintStream outStream = new PrintStream(out, false, StandardCharsets.UTF_8);
    PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8);
    Context context = new Context(outStream, errStream, false, Map.of());
    ExplainCommand command = new ExplainCommand(in);
    Arguments arguments = Cli.read(command, List.of(words), context).orElseThrow();
    int status = command.run(arguments, context).status();
    outStream.flush();
    return new CliRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  private static CliRun heard(String text) {
    return heard(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "-");
  }

  @Test
  void findsInALogWhateverIsKnown() throws IOException {
    CliRun run =
        heard(
            """
            [    0.1] DMAR: Host address width 39
            [   12.1] igb 0000:01:00.0: not enough MMIO resources for SR-IOV
            [   13.4] vfio-pci 0000:05:00.0: BAR 0: can't reserve [mem 0xd0000000-0xdfffffff]
            [   13.5] vfio-pci 0000:05:00.0: BAR 0: can't reserve [mem 0xd0000000-0xdfffffff]
            [   14.0] evil \u001b[2J: not ready 65535ms after FLR; giving up\
            """);
    assertThat(run.status()).isZero();
    Golden.check("explain-log.txt", run.out());
    assertThat(heard("[    0.1] DMAR: Host address width 39\n").status()).isEqualTo(1);
    assertThat(heard("").status()).isEqualTo(1);
  }

  @Test
  void readsWhateverIsOnStandardInput() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    byte[] bytes = new byte[3_000_000];
    random.nextBytes(bytes);
    assertThat(heard(new ByteArrayInputStream(bytes), "-").status())
        .as("seed %d", seed)
        .isEqualTo(1);
    byte[] oneLine = "x".repeat(3_000_000).getBytes(StandardCharsets.UTF_8);
    assertThat(heard(new ByteArrayInputStream(oneLine), "-").status()).isEqualTo(1);
  }

  @Test
  void keepsLinesWholeAcrossTheChunksOfAStream() throws IOException {
    List<String> lines = new ArrayList<>();
    String longLine = "a".repeat(InputLines.LONGEST + 5);
    String text = "one\n\n" + longLine + "\nzwölf\nlast";
    InputStream slow =
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)) {
          @Override
          public int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 7));
          }
        };
    InputLines.of(slow, lines::add);
    assertThat(lines)
        .containsExactly("one", "", longLine.substring(0, InputLines.LONGEST), "zwölf", "last");
  }

  @Test
  void namesOnlyCommandsThatThereAre() {
    Pattern command = Pattern.compile("\\blend ([a-z]+(?:-[a-z]+)*)(?: ([a-z]+))?");
    for (KnownError error : KnownErrors.all()) {
      Matcher named = command.matcher(error.check() + "\n" + error.remedy());
      while (named.find()) {
        boolean known =
            CommandTable.NAMES.contains(named.group(1))
                || CommandTable.NAMES.contains(named.group(1) + " " + named.group(2));
        assertThat(known || isProse(named.group())).as(named.group()).isTrue();
      }
    }
  }

  /** Where the word is meant and not the command. */
  private static boolean isProse(String text) {
    return List.of("it", "one", "all").contains(text.split(" ", -1)[1]);
  }
}
