package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.sysfs.KernelRefusal.Reason;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveKernelTest {
  private final LiveKernel kernel =
      new LiveKernel(new FileKernel(Path.of("/")), LiveKernel.Deadlines.standard());

  @Test
  void createsNoAttributeThatIsNotThere() {
    KernelRefusal refusal =
        catchThrowableOfType(KernelRefusal.class, () -> kernel.write("sys/no-such-attribute", "1"));
    assertThat(refusal.reason()).isEqualTo(Reason.ENOENT);
    assertThat(refusal).hasMessageContaining("/sys/no-such-attribute: No such file or directory");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"etc/passwd", "/sys/x", "sys/../etc/passwd", "sys/..", "proc/self/oom_adj"})
  void writesNowhereButUnderSys(String path) {
    assertThatThrownBy(() -> kernel.write(path, "1")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesNoValueThatIsNoSingleWrite() {
    assertThatThrownBy(() -> kernel.write("sys/x", ""))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kernel.write("sys/x", "x".repeat(4096)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-r", "a b", "../x", "A", "x;y"})
  void loadsNothingThatIsNoModuleName(String name) {
    assertThatThrownBy(() -> kernel.loadModule(name)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = Reason.class,
      names = {"TIMEOUT", "OTHER"},
      mode = EnumSource.Mode.EXCLUDE)
  void readsTheErrnoInWhatDdSays(Reason reason) {
    String said = "dd: error writing '/sys/a: b': " + reason.text();
    assertThat(LiveKernel.refusal("sys/a", said, 1).reason()).isEqualTo(reason);
  }

  @Test
  void keepsAnErrorThatHasNoName() {
    KernelRefusal refusal = LiveKernel.refusal("sys/a", "dd: error writing '/sys/a': Bad luck", 1);
    assertThat(refusal.reason()).isEqualTo(Reason.OTHER);
    assertThat(refusal).hasMessage("/sys/a: Bad luck");
  }

  @Test
  void leavesAChildThatDoesNotAnswerInTime() {
    KernelRefusal refusal =
        catchThrowableOfType(
            KernelRefusal.class,
            () ->
                LiveKernel.run(
                    "sys/a", Duration.ofMillis(20), new byte[] {'1'}, "/bin/sleep", "3"));
    assertThat(refusal.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(refusal).hasMessage("/sys/a: no answer from the kernel in 20 ms");
  }

  @Test
  void waitsLongerForWhatBindsThanForWhatStores() {
    LiveKernel.Deadlines deadlines = LiveKernel.Deadlines.standard();
    assertThat(deadlines.of("unbind")).isGreaterThan(deadlines.of("driver_override"));
  }
}
