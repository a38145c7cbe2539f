package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.gen.Gen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/**
 * Everything goes wrong everywhere: a share of it, which is another one every day. The system
 * properties {@code lend.seed}, {@code lend.campaign.points} and {@code lend.campaign.seconds} set
 * the share: CONTRIBUTING.md has the command for a long run.
 */
class CampaignTest {
  /** Points to a command: more commands say more than more points of one. */
  private static final int MOST = 250;

  private final long points = Long.getLong("lend.campaign.points", 25_000);
  private final Duration limit = Duration.ofSeconds(Long.getLong("lend.campaign.seconds", 25));
  private final long seed = Long.getLong("lend.seed", LocalDate.now().toEpochDay());
  private final Tally tally = new Tally();
  private final LongAdder hosts = new LongAdder();

  @Test
  void whatFailedOnceHoldsNow() {
    Gen.check(CampaignTest.class, "command", 0, gen -> Campaign.command(gen, MOST, tally));
    Gen.check(CampaignTest.class, "sequence", 0, gen -> Campaign.sequence(gen, tally));
  }

  @Test
  void nothingStrandsADeviceOrCutsTheHostOff() throws Exception {
    long start = System.nanoTime();
    int threads = Math.min(2, Runtime.getRuntime().availableProcessors());
    try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> all = new ArrayList<>();
      SplittableRandom seeds = new SplittableRandom(seed);
      for (int i = 0; i < threads; i++) {
        SplittableRandom own = seeds.split();
        all.add(
            workers.submit(() -> {
              while (tally.all() < points && System.nanoTime() - start < limit.toNanos()) {
                both(own);
              }
            }));
      }
      for (Future<?> one : all) {
        awaited(one);
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    record(threads, took);
    System.out.println(
        "campaign: "
            + tally.all()
            + " points in "
            + took.toMillis() / 1000.0
            + " s ("
            + processorTime().toSeconds()
            + " s of processors), seed "
            + seed
            + ", "
            + tally.refused()
            + " refused");
    assertThat(tally.all()).isPositive();
    assertThat(tally.table()).containsKey("sequence");
  }

  /** For docs/reliability.md: ReliabilityPageTest takes it in. */
  private void record(int threads, Duration took) throws IOException {
    List<String> lines = new ArrayList<>();
    lines.add("run|date|" + LocalDate.now());
    lines.add("run|java|" + Runtime.version());
    lines.add("run|seed|" + seed);
    lines.add("run|points|" + tally.all());
    lines.add("run|seconds|" + took.toSeconds());
    lines.add("run|processor seconds|" + processorTime().toSeconds());
    lines.add("run|threads|" + threads);
    lines.add("run|hosts|" + hosts.sum());
    lines.add("run|refused|" + tally.refused());
    lines.addAll(tally.lines());
    Files.write(Path.of("target", "campaign.txt"), lines);
  }

  private static Duration processorTime() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private void both(SplittableRandom seeds) {
    hosts.add(5);
    Gen.once("command", seeds.nextLong(), gen -> Campaign.command(gen, MOST, tally));
    for (int i = 0; i < 4; i++) {
      Gen.once("sequence", seeds.nextLong(), gen -> Campaign.sequence(gen, tally));
    }
  }

  private static void awaited(Future<?> one) throws Exception {
    try {
      one.get();
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof AssertionError error) {
        throw error;
      }
      throw failed;
    }
  }
}
