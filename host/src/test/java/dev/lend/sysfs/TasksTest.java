package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Fact;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.model.PendingWrite;
import dev.lend.model.TaskEvidence;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TasksTest {
  private static final KernelTask TASK = new KernelTask(812, 12_345, "boot-1");
  private static final PendingWrite WRITE =
      new PendingWrite(
          "sys/bus/pci/drivers/vfio-pci/unbind", "0000:02:00.0", PciAddress.parse("02:00.0"), TASK);

  private final Map<String, String> files = new HashMap<>();
  private List<String> log = List.of();
  private final Tasks tasks =
      new Tasks(
          new KernelReader() {
            @Override
            public Fact<String> read(String path) {
              String text = files.get(path);
              return text == null ? Fact.absent() : Fact.known(text);
            }

            @Override
            public Fact<List<String>> list(String path) {
              return Fact.absent();
            }

            @Override
            public Fact<String> link(String path) {
              return Fact.absent();
            }

            @Override
            public Fact<String> resolve(String path) {
              return Fact.absent();
            }

            @Override
            public boolean exists(String path) {
              return files.containsKey(path);
            }

            @Override
            public Fact<List<String>> log() {
              return Fact.known(log);
            }
          });

  private void process(String name, String state, long started) {
    files.put("proc/sys/kernel/random/boot_id", "boot-1");
    files.put(
        "proc/812/stat", "812 (" + name + ") " + state + " 1".repeat(18) + " " + started + " 0 0");
  }

  @Test
  void knowsATaskByNumberStartAndBoot() {
    assertThat(tasks.lives(TASK)).isFalse();
    process("dd", "D", 12_345);
    assertThat(tasks.find(812)).contains(TASK);
    assertThat(tasks.lives(TASK)).isTrue();
    process("dd", "D", 12_346);
    assertThat(tasks.lives(TASK)).as("its number was given to another").isFalse();
    process("dd", "D", 12_345);
    files.put("proc/sys/kernel/random/boot_id", "boot-2");
    assertThat(tasks.lives(TASK)).as("the host was started again").isFalse();
    process("dd", "Z", 12_345);
    assertThat(tasks.lives(TASK)).as("it has ended, and nobody asked how").isFalse();
  }

  @Test
  void isNotTakenInByAName() {
    process("a) Z 1 (b", "S", 12_345);
    assertThat(tasks.lives(TASK)).isTrue();
    files.put("proc/812/stat", "812 (dd) S 1 2");
    assertThat(tasks.lives(TASK)).isFalse();
  }

  @Test
  void showsWhereTheTaskWaits() {
    process("dd", "S", 12_345);
    files.put("proc/812/wchan", "vfio_unregister_group_dev");
    files.put(
        "proc/812/stack",
        "[<0>] vfio_unregister_group_dev+0x10a/0x120 [vfio]\n[<0>] unbind_store+0x5c/0x90\nodd");
    TaskEvidence evidence = tasks.evidence(WRITE, List.of("qemu (pid 7)"));
    assertThat(evidence.describe(TASK))
        .isEqualTo("process 812, state S (waits), waits in vfio_unregister_group_dev");
    assertThat(evidence.stack()).containsExactly("vfio_unregister_group_dev", "unbind_store");
    assertThat(evidence.holders()).containsExactly("qemu (pid 7)");
  }

  @Test
  void findsTheLinesOfTheLogThatAreAboutIt() {
    process("dd", "D", 12_345);
    log =
        List.of(
            "6,100,100000000,-;vfio-pci 0000:02:00.0: enabling device, long before",
            "4,200,123460000,-;vfio-pci 0000:02:00.0: No device request channel registered",
            " SUBSYSTEM=pci",
            "4,201,123470000,-;vfio-pci 0000:03:00.0: about another",
            "4,202,133470000,-;vfio-pci 0000:02:00.0: Device is currently in use, task \"dd\" (812)"
                + " blocked until device is released",
            "3,203,233470000,-;INFO: task dd:812 blocked for more than 120 seconds.",
            "3,204,233470000,-;INFO: task dd:8123 blocked for more than 120 seconds.",
            "odd");
    assertThat(tasks.evidence(WRITE, List.of()).log())
        .containsExactly(
            "vfio-pci 0000:02:00.0: No device request channel registered",
            "vfio-pci 0000:02:00.0: Device is currently in use, task \"dd\" (812)"
                + " blocked until device is released",
            "INFO: task dd:812 blocked for more than 120 seconds.");
  }

  @Test
  void knowsNothingOfATaskThatIsGone() {
    assertThat(tasks.evidence(WRITE, List.of())).isEqualTo(TaskEvidence.none());
  }

  @Test
  void findsThisProcess() {
    Tasks real = new Tasks(new FileKernel(Path.of("/")));
    Optional<KernelTask> self = real.find(ProcessHandle.current().pid());
    assertThat(self).isPresent();
    assertThat(real.lives(self.orElseThrow())).isTrue();
  }

  @Test
  void comesToTheEndOfTheLog() {
    assertThat(new FileKernel(Path.of("/")).log()).isNotInstanceOf(Fact.Absent.class);
  }
}
