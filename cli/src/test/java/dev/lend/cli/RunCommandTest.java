package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.ledger.Loan;
import dev.lend.model.GuestMemory;
import dev.lend.model.KernelTask;
import dev.lend.model.PciAddress;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.SimulatedHosts;
import dev.lend.sysfs.SimulatedKernel;
import dev.lend.sysfs.Tasks;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code lend run} on a simulated host, with a program that does what it is told. */
final class RunCommandTest {
  private static final long LEND = 77;
  private static final long QEMU = 78;
  private static final PciAddress NIC = PciAddress.parse("02:00.0").orElseThrow();

  @TempDir Path folder = Path.of("");

  private final SimulatedKernel kernel = SimulatedHosts.lab();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<List<String>> lines = new ArrayList<>();

  /** What the program does until it ends, and its exit status. */
  private IntSupplier life = () -> 0;

  private boolean opens = true;
  private boolean starts = true;

  @BeforeEach
  void lendIsAProcessOfTheHost() {
    kernel.startGuest(LEND, "lend", false);
  }

  private Context context() {
    return new Context(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        false,
        Map.of("PATH", "/usr/bin:/bin"));
  }

  private Workshop workshop(Arguments arguments) {
    return Workshop.over(kernel, kernel, kernel, arguments, context(), Duration.ofSeconds(1));
  }

  private int lend(Command command, String... words) {
    List<String> all = new ArrayList<>(List.of("--state", folder.toString()));
    all.addAll(List.of(words));
    Arguments arguments = Cli.read(command, all, context()).orElseThrow();
    return command instanceof RunCommand run
        ? run.status(arguments, context(), workshop(arguments), new Starter())
        : ((ChangeCommand) command).run(arguments, context(), workshop(arguments)).status();
  }

  private int run(String... words) {
    return lend(new RunCommand(), words);
  }

  private Optional<Loan> loan() {
    Arguments arguments = new Arguments(Map.of("--state", List.of(folder.toString())), List.of());
    return workshop(arguments).lookAtJournal().ledger().loan(NIC);
  }

  private String driver(String address) {
    String link = kernel.link("sys/bus/pci/devices/0000:" + address + "/driver").or("none");
    return link.substring(link.lastIndexOf('/') + 1);
  }

  private String said() {
    return err.toString(StandardCharsets.UTF_8);
  }

  /** Starts a guest of the simulated kernel. */
  private final class Starter implements Started.Starter {
    @Override
    public Started start(List<String> line) throws IOException {
      lines.add(line);
      if (!starts) {
        throw new IOException("Exec format error");
      }
      kernel.startGuest(QEMU, "web1", false);
      for (String word : line) {
        if (opens && word.startsWith("vfio-pci,host=")) {
          try {
            kernel.guestTakes(QEMU, word.substring(14, 14 + NIC.toString().length()));
          } catch (KernelRefusal refusal) {
            throw new IOException(refusal);
          }
        }
      }
      Optional<KernelTask> task = new Tasks(kernel).find(QEMU);
      return new Started() {
        @Override
        public Optional<KernelTask> task() {
          return task;
        }

        @Override
        public void end() {
          kernel.stopGuest(QEMU);
        }

        @Override
        public int await() {
          int status = life.getAsInt();
          kernel.stopGuest(QEMU);
          return status;
        }
      };
    }

    @Override
    public Optional<KernelTask> self() {
      return new Tasks(kernel).find(LEND);
    }

    @Override
    public OptionalLong lockable() {
      return OptionalLong.empty();
    }
  }

  @Test
  void theDeviceIsTheGuestsWhileItRunsAndBackWithItsExitStatus() {
    life =
        () -> {
          assertThat(driver("02:00.0")).isEqualTo("vfio-pci");
          assertThat(loan().flatMap(Loan::inProcess).map(Loan.InProcess::describe))
              .contains("web1 (pid 78)");
          return 7;
        };

    assertThat(run("enp2s0", "--yes", "--", "/bin/sh", "-M", "q35", "-name", "web1"))
        .as(this::said)
        .isEqualTo(7);

    assertThat(driver("02:00.0")).isEqualTo("e1000e");
    assertThat(loan()).isEmpty();
    List<String> line = lines.getFirst();
    assertThat(line.subList(0, 5)).containsExactly("/bin/sh", "-M", "q35", "-name", "web1");
    assertThat(line.subList(5, line.size())).isEqualTo(StartWithCommand.qemu(NIC));
    assertThat(out.toString(StandardCharsets.UTF_8)).as("is the guest's").isEmpty();
    assertThat(said()).contains("is for web1 (pid 77).", "is back on e1000e.");
  }

  @Test
  void nobodyWaitsForTheGuestToChangeSomethingElse() {
    life =
        () ->
            lend(
                new ChangeCommand(ChangeCommand.Verb.RESERVE),
                "04:01.0",
                "--with-group",
                "--yes",
                "--no-wait");

    assertThat(run("02:00.0", "--yes", "--", "/bin/sh")).as(this::said).isZero();

    assertThat(driver("04:02.0")).isEqualTo("vfio-pci");
    assertThat(driver("02:00.0")).isEqualTo("e1000e");
  }

  @Test
  void whatAnotherLendHasGivenBackIsNotGivenBackTwice() {
    life =
        () -> {
          kernel.stopGuest(QEMU);
          lend(new ChangeCommand(ChangeCommand.Verb.RESERVE), "04:01.0", "--with-group", "--yes");
          assertThat(loan()).isEmpty();
          // Somebody else has it now.
          return lend(new ChangeCommand(ChangeCommand.Verb.RESERVE), "02:00.0", "--yes");
        };

    assertThat(run("02:00.0", "--yes", "--", "/bin/sh")).as(this::said).isZero();

    assertThat(loan().map(Loan::holder)).contains(new Loan.Reserved());
  }

  @Test
  void aRefusedDeviceStartsNothingAndGivesTheOthersBack() {
    assertThat(run("02:00.0", "enp0s3", "--yes", "--", "/bin/sh")).isEqualTo(1);

    assertThat(lines).isEmpty();
    assertThat(said())
        .contains("carries this host's default route", "02:00.0", "is back on e1000e");
    assertThat(driver("02:00.0")).isEqualTo("e1000e");
    assertThat(loan()).isEmpty();
  }

  @Test
  void aProgramThatDoesNotStartGivesTheDeviceBack() {
    starts = false;

    assertThat(run("02:00.0", "--yes", "--", "/bin/sh")).isEqualTo(3);

    assertThat(said()).contains("sh was not started: Exec format error", "is back on e1000e");
    assertThat(driver("02:00.0")).isEqualTo("e1000e");
  }

  @Test
  void aGuestThatLeavesAnotherProcessWithTheDeviceNeedsAPerson() throws KernelRefusal {
    opens = false;
    life =
        () -> {
          kernel.startGuest(79, "fork", false);
          try {
            kernel.guestTakes(79, NIC.toString());
          } catch (KernelRefusal never) {
            throw new IllegalStateException(never);
          }
          return 0;
        };

    assertThat(run("02:00.0", "--yes", "--", "/bin/sh")).isEqualTo(4);

    assertThat(said()).contains("is held by qemu-system-x86 (pid 79, guest fork)");
    assertThat(driver("02:00.0")).isEqualTo("vfio-pci");
    assertThat(loan()).isPresent();
  }

  @Test
  void devicesOfOneGroupGoTogether() {
    assertThat(run("04:01.0", "04:02.0", "--with-group", "--yes", "--", "/bin/sh", "-M", "q35"))
        .as(this::said)
        .isZero();

    assertThat(lines.getFirst()).filteredOn(word -> word.startsWith("vfio-pci")).hasSize(2);
    assertThat(driver("04:01.0")).isEqualTo("8139cp");
    assertThat(driver("04:02.0")).isEqualTo("e1000");
  }

  @Test
  void aDryRunShowsTheLineAndDoesNothing() {
    assertThat(run("02:00.0", "--yes", "--dry-run", "--", "/bin/sh", "-name", "it's", "-M", "pc"))
        .isZero();

    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("driver_override")
        .endsWith(
            "/bin/sh -name 'it'\\''s' -M pc -device vfio-pci,host=0000:02:00.0,id=lend-0000-02-00.0\n");
    assertThat(lines).isEmpty();
    assertThat(loan()).isEmpty();
  }

  @Test
  void wrongWordsAreToldBeforeAnythingIsDone() {
    wrong("what shall be started with it?", "02:00.0");
    wrong("what shall be started with it?", "02:00.0", "--");
    wrong("no such program: no-such-qemu", "02:00.0", "--", "no-such-qemu");
    wrong("with -daemonize", "02:00.0", "--", "/bin/sh", "--daemonize");
    wrong("02:00.0 is named twice", "02:00.0", "enp2s0", "--", "/bin/sh");
    wrong("no device eth9", "eth9", "--", "/bin/sh");
    wrong("which device?", "--", "/bin/sh");
    assertThat(kernel.writes()).isEmpty();
  }

  private void wrong(String why, String... words) {
    assertThatThrownBy(() -> run(words))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(why);
  }

  @Test
  void aMachineWithoutRootPortsGetsTheDeviceOnItsBus() {
    for (List<String> words :
        List.of(
            List.of("qemu-system-x86_64"),
            List.of("qemu-system-x86_64", "-M", "pc"),
            List.of("qemu-system-x86_64", "-machine", "accel=kvm,type=pc-i440fx-9.2"),
            List.of("/opt/qemu-system-x86_64", "--machine", "microvm,pcie=on"))) {
      assertThat(new QemuLine(words).with(List.of(NIC)))
          .as(words.toString())
          .hasSize(words.size() + 2);
    }
    for (List<String> words :
        List.of(
            List.of("qemu-system-x86_64", "-M", "q35"),
            List.of("qemu-system-x86_64", "-machine", "pc-q35-9.2,accel=kvm"),
            List.of("qemu-system-aarch64", "-M", "virt"),
            List.of("numactl", "-N", "0", "qemu-system-x86_64", "-machine", "type=q35"))) {
      assertThat(new QemuLine(words).with(List.of(NIC)))
          .as(words.toString())
          .hasSize(words.size() + 4);
    }
  }

  @Test
  void theGuestsMemoryIsWhatItsLineAsksFor() {
    assertThat(new QemuLine(List.of("qemu")).memory()).contains(GuestMemory.of(128L << 20));
    assertThat(new QemuLine(List.of("qemu", "-m", "512")).memory())
        .contains(GuestMemory.of(512L << 20));
    assertThat(new QemuLine(List.of("qemu", "-m", "4G")).memory())
        .contains(GuestMemory.of(4L << 30));
    assertThat(new QemuLine(List.of("qemu", "-m", "size=1g,slots=2,maxmem=2T")).memory())
        .contains(new GuestMemory(1L << 30, 2L << 40, Optional.empty()));
    assertThat(new QemuLine(List.of("qemu", "-m", "much")).memory()).isEmpty();
    assertThat(new QemuLine(List.of("qemu", "-m", "-1")).memory()).isEmpty();
    assertThat(new QemuLine(List.of("qemu", "-m", "9999999999T")).memory()).isEmpty();
  }

  @Test
  void whatItMeansForTheGuestsMemoryIsSaidBefore() {
    assertThat(run("02:00.0", "--yes", "--dry-run", "--", "/bin/sh", "-m", "3G")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("all memory of sh, 3 GiB, is locked");
  }

  @Test
  void aGuestIsCalledByItsNameElseByItsProgram() {
    assertThat(
            new QemuLine(List.of("/usr/bin/qemu", "-name", "guest=web1,debug-threads=on")).name())
        .isEqualTo("web1");
    assertThat(new QemuLine(List.of("qemu", "--name", "web2")).name()).isEqualTo("web2");
    assertThat(new QemuLine(List.of("/usr/bin/qemu", "-name")).name()).isEqualTo("qemu");
  }
}
