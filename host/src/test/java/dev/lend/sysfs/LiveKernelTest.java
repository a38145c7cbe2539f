package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.model.KernelTask;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LiveKernelTest {
  private final LiveKernel kernel =
      new LiveKernel(new FileKernel(Path.of("/")), Deadlines.standard());

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
                kernel.run(
                    "sys/a",
                    Duration.ofMillis(20),
                    new byte[] {'1'},
                    Kernel.Witness.none(),
                    "/bin/sleep",
                    "3"));
    assertThat(refusal.reason()).isEqualTo(Reason.TIMEOUT);
    assertThat(refusal).hasMessage("/sys/a: no answer from the kernel in 20 ms");
    KernelTask child = refusal.task().orElseThrow();
    Tasks tasks = new Tasks(new FileKernel(Path.of("/")));
    assertThat(tasks.lives(child)).isTrue();
    assertThat(tasks.find(child.pid())).contains(child);
    ProcessHandle.of(child.pid()).orElseThrow().destroyForcibly();
    ProcessHandle.of(child.pid()).ifPresent(left -> left.onExit().join());
    assertThat(tasks.lives(child)).isFalse();
  }

  @Test
  void doesNotWriteWhatTheWitnessCouldNotRemember() throws IOException {
    Path file = Files.createTempFile("lend", ".txt");
    assertThatThrownBy(() ->
            kernel.run(
                "sys/a",
                Duration.ofSeconds(9),
                new byte[] {'1'},
                task -> {
                  throw new IllegalStateException("full");
                },
                "/bin/dd",
                "of=" + file,
                "status=none"))
        .hasMessage("full");
    assertThat(file).isEmptyFile();
    Files.delete(file);
  }

  @Test
  void tellsTheWitnessOfTheChildBeforeItWrites() throws KernelRefusal, IOException {
    Path file = Files.createTempFile("lend", ".txt");
    List<KernelTask> seen = new ArrayList<>();
    kernel.run(
        "sys/a",
        Duration.ofSeconds(9),
        new byte[] {'1'},
        task -> {
          assertThat(file).isEmptyFile();
          seen.add(task);
        },
        "/bin/dd",
        "of=" + file,
        "status=none");
    assertThat(file).hasContent("1");
    assertThat(seen).hasSize(1);
    assertThat(new Tasks(new FileKernel(Path.of("/"))).lives(seen.getFirst())).isFalse();
    Files.delete(file);
  }

  @Test
  void waitsLongerForWhatBindsThanForWhatStores() {
    Deadlines deadlines = Deadlines.standard();
    assertThat(deadlines.of("unbind")).isGreaterThan(deadlines.of("driver_override"));
    assertThat(deadlines.of("sriov_numvfs")).isGreaterThan(deadlines.of("unbind"));
    assertThat(deadlines.of("reset")).isGreaterThan(Duration.ofSeconds(60));
    Deadlines asked = Deadlines.of(Duration.ofSeconds(3));
    assertThat(asked.of("unbind")).isEqualTo(Duration.ofSeconds(3));
    assertThat(asked.of("driver_override")).isEqualTo(Duration.ofSeconds(3));
    assertThat(Deadlines.of(Duration.ofSeconds(300)).of("driver_override"))
        .isLessThan(Duration.ofSeconds(10));
  }
}
