package dev.lend.qmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.gen.Fuzz;
import dev.lend.gen.Gen;
import dev.lend.model.PciAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever comes out of a monitor, it is an answer or a {@link QmpException}, and soon. */
@Timeout(600)
class MonitorFuzzTest {
  private static final PciAddress VF = new PciAddress(0, 1, 0x10, 0);
  private static final Duration PATIENCE = Duration.ofMillis(40);

  /** A conversation has about so many questions; each may be left without an answer. */
  private static final Duration SOON = PATIENCE.multipliedBy(20).plusSeconds(10);

  @TempDir Path folder;

  @Test
  void whateverQemuAnswersIsTakenOrNamed() throws Exception {
    try (WrongAnswers peer = new WrongAnswers(folder.resolve("s"))) {
      Gen.check(
          MonitorFuzzTest.class,
          "monitor",
          Fuzz.times(150),
          gen -> {
            peer.harming(gen.aside("peer"));
            long start = System.nanoTime();
            converse(gen);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(SOON);
          });
    }
  }

  private void converse(Gen gen) {
    try (Monitor monitor =
        new Monitor(QmpConnection.open(folder.resolve("s"), PATIENCE), PATIENCE)) {
      for (int i = gen.between(1, 3); i > 0; i--) {
        switch (gen.between(0, 2)) {
          case 0 ->
              assertThat(monitor.inventory().freePorts())
                  .allMatch(port -> port.matches("[A-Za-z][A-Za-z0-9._-]*"));
          case 1 -> monitor.plug(VF, "d", "rp0");
          default -> assertThat(monitor.unplug("d", PATIENCE)).isNotNull();
        }
      }
    } catch (QmpException named) {
      assertThat(named).message().isNotBlank();
    }
  }
}
