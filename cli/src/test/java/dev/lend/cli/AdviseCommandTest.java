package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.json.Json;
import dev.lend.sysfs.CapturedHosts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is advised on a captured host, and how it is said. */
class AdviseCommandTest {
  @TempDir Path root = Path.of("");

  @BeforeEach
  void aHostWithACardThatHasVfs() throws IOException {
    CapturedHosts.intelReady().writeTo(root);
  }

  private CliRun lend(String... words) {
    List<String> line = new ArrayList<>(List.of(words));
    line.addAll(List.of("--root", root.toString()));
    return CliRun.of(line.toArray(String[]::new));
  }

  @Test
  void saysWhatComesFirstWhyWhatIsLostAndWhatToType() throws IOException {
    CliRun run = lend("advise", "--guest", "web1", "--needs", "migration", "--pps", "high");
    assertThat(run.status()).as(run.err()).isZero();
    Golden.check("advise-migration.txt", run.out());
  }

  @Test
  void textAndJsonSayTheSame() throws IOException {
    CliRun run = lend("advise", "--needs", "pps,latency", "--guests", "2", "--json");
    Golden.check("advise-pps.json", run.out());
    Json.Obj json = Json.parseObject(run.out());
    assertThat(json.array("ranked")).isNotEmpty();
    String text = lend("advise", "--needs", "pps,latency", "--guests", "2").out();
    for (Json one : json.array("ranked")) {
      assertThat(text).contains(((Json.Obj) one).text("title"));
    }
  }

  @Test
  void comparesPointByPointWithThisHost() throws IOException {
    CliRun run = lend("compare");
    assertThat(run.status()).as(run.err()).isZero();
    Golden.check("compare.txt", run.out());
    assertThat(Json.parseObject(lend("compare", "--json").out()).array("points")).hasSize(7);
  }

  @Test
  void aWordThatMeansNothingIsRefusedInOneLine() {
    refused("Did you mean migration?", "--needs", "migratoin");
    refused("nothing that a guest can need is called .", "--needs", "pps,");
    refused("--pps takes high or is left out, not low", "--pps", "low");
    refused("--latency takes low", "--latency", "high");
    refused("--guests takes 1 to 100000, not 0", "--guests", "0");
    refused("--guests takes a whole number", "--guests", "many");
    refused("--connect goes with --guest", "--connect", "qemu:///session");
    refused("no such guest", "--guest", "qmp:relative");
  }

  private void refused(String why, String... words) {
    List<String> line = new ArrayList<>(List.of("advise"));
    line.addAll(List.of(words));
    CliRun run = lend(line.toArray(String[]::new));
    assertThat(run.status()).as(why).isEqualTo(ExitCode.USAGE.status());
    assertThat(run.err()).contains(why).hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }
}
