package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * docs/reliability.md is what its generator makes of the runs that are kept. {@code
 * -Dlend.reliability.record=true} takes in the last runs of {@code CampaignTest} and {@code
 * KillLabIT}, whose output is in the modules' target folders; {@code -Dgolden.update=true} writes
 * the page anew from what is kept.
 */
class ReliabilityPageTest {
  private static final Path PAGE = Path.of("../docs/reliability.md");
  private static final Path KEPT = Path.of("src/test/resources/reliability");
  private static final Path CAMPAIGN = Path.of("../host/target/campaign.txt");
  private static final Path KILLS = Path.of("target/kill-campaign.txt");

  @BeforeAll
  static void takeInTheLastRuns() throws IOException {
    if (Boolean.getBoolean("lend.reliability.record")) {
      take(CAMPAIGN, "campaign.txt");
      take(KILLS, "kills.txt");
    }
  }

  private static void take(Path output, String name) throws IOException {
    if (Files.exists(output)) {
      Files.createDirectories(KEPT);
      Files.write(KEPT.resolve(name), ReliabilityRun.kept(output));
    }
  }

  @Test
  void thePageIsWhatTheKeptRunsSay() throws IOException {
    String page =
        new ReliabilityPage(
                ReliabilityRun.read(KEPT.resolve("campaign.txt")),
                ReliabilityRun.read(KEPT.resolve("kills.txt")))
            .write();
    if (Boolean.getBoolean("golden.update") || Boolean.getBoolean("lend.reliability.record")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page).doesNotContain("unknown");
  }
}
