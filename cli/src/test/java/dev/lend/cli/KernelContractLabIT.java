package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import org.junit.jupiter.api.Test;

/** Runs the contract that the simulated kernel keeps on the lab's real one. */
final class KernelContractLabIT extends LabHost {
  @Test
  void theRealKernelKeepsTheContractThatTheSimulatedOneKeeps() {
    RunResult result =
        lab.run(
            "java",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            "/mnt/share/lib/*",
            "dev.lend.sysfs.RealKernelContract");

    assertThat(result.exit()).as(result.out() + result.err()).isZero();
    assertThat(result.out()).contains(" passed, 0 failed");
  }
}
