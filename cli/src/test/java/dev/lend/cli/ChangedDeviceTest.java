package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.sysfs.Fault;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.SimulatedCrash;
import dev.lend.sysfs.SimulatedHosts;
import dev.lend.sysfs.SimulatedKernel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A device that somebody else changed while Lend had it, or while a change was cut off, as a person
 * at the command line meets it: named, left alone, with choices that work, and with exit codes.
 */
final class ChangedDeviceTest {
  private static final String NIC = "02:00.0";
  private static final String DEVICE = "sys/bus/pci/devices/0000:02:00.0/";

  @TempDir Path state;

  private final SimulatedKernel kernel = SimulatedHosts.lab();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  /** The work of a command on the simulated host. */
  private interface Work {
    ExitCode run(Arguments arguments, Context context, Workshop workshop);
  }

  private ExitCode lend(Command command, Work work, String... words) {
    printed.reset();
    PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    Context context = new Context(out, out, false, Map.of());
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--state", state.toString()));
    Arguments arguments = Cli.read(command, all, context).orElseThrow();
    return work.run(
        arguments,
        context,
        Workshop.over(kernel, kernel, kernel, arguments, context, Duration.ofSeconds(5)));
  }

  private ExitCode lend(ChangeCommand.Verb verb, String... words) {
    ChangeCommand command = new ChangeCommand(verb);
    return lend(command, command::run, words);
  }

  private ExitCode recover() {
    RecoverCommand command = new RecoverCommand();
    return lend(command, command::run);
  }

  private String said() {
    return printed.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ");
  }

  private String driver() {
    String link = kernel.link(DEVICE + "driver").or("none");
    return link.substring(link.lastIndexOf('/') + 1);
  }

  /** Somebody takes it off its driver, and wants another one for it. */
  private void changedBySomebody() throws KernelRefusal {
    if (!driver().equals("none")) {
      kernel.write("sys/bus/pci/drivers/" + driver() + "/unbind", "0000:02:00.0");
    }
    kernel.write(DEVICE + "driver_override", "igb");
  }

  private void reservedAndChanged() throws KernelRefusal {
    assertThat(lend(ChangeCommand.Verb.RESERVE, NIC, "--yes")).isEqualTo(ExitCode.DONE);
    assertThat(driver()).isEqualTo("vfio-pci");
    changedBySomebody();
  }

  @Test
  void aReturnNamesTheChangeAndTheChoicesAndDoesNothing() throws KernelRefusal {
    reservedAndChanged();
    assertThat(lend(ChangeCommand.Verb.RETURN, NIC)).isEqualTo(ExitCode.NO);
    assertThat(said())
        .contains("02:00.0 is on no driver, with the override igb, and Lend left it on vfio-pci")
        .contains("somebody else changed it", "lend return 02:00.0 --leave", "--accept changed");
    assertThat(driver()).isEqualTo("none");
    assertThat(kernel.read(DEVICE + "driver_override").or("")).isEqualTo("igb");
  }

  @Test
  void leavingItForgetsTheLoanAndTouchesNothing() throws KernelRefusal {
    reservedAndChanged();
    assertThat(lend(ChangeCommand.Verb.RETURN, NIC, "--leave")).isEqualTo(ExitCode.DONE);
    assertThat(kernel.read(DEVICE + "driver_override").or("")).isEqualTo("igb");
    assertThat(driver()).isEqualTo("none");
    assertThat(lend(ChangeCommand.Verb.RETURN, NIC)).isEqualTo(ExitCode.NO);
    assertThat(said()).contains("is not reserved by Lend");
  }

  @Test
  void acceptingTheChangeTakesItHomeNevertheless() throws KernelRefusal {
    reservedAndChanged();
    assertThat(lend(ChangeCommand.Verb.RETURN, NIC, "--accept", "changed"))
        .isEqualTo(ExitCode.DONE);
    assertThat(driver()).isEqualTo("e1000e");
    assertThat(kernel.read(DEVICE + "driver_override").or("")).isEqualTo("(null)");
  }

  @Test
  void recoveryLeavesItAloneSaysSoAndNeedsAPerson() throws KernelRefusal {
    kernel.onWriteTo("drivers_probe", new Fault.CrashAfter());
    try {
      lend(ChangeCommand.Verb.RESERVE, NIC, "--yes");
    } catch (SimulatedCrash asItShould) {
      printed.reset();
    }
    changedBySomebody();
    assertThat(recover()).isEqualTo(ExitCode.NEEDS_PERSON);
    assertThat(said())
        .contains("somebody else changed it")
        .contains("lend return 02:00.0 --leave", "lend return 02:00.0 --accept changed");
    assertThat(kernel.read(DEVICE + "driver_override").or("")).isEqualTo("igb");
    assertThat(recover()).as("nothing more is open").isEqualTo(ExitCode.DONE);
    assertThat(lend(ChangeCommand.Verb.RETURN, NIC, "--leave")).isEqualTo(ExitCode.DONE);
  }

  @Test
  void aWayHomeThatCannotBeFinishedNeedsAPersonToo() throws KernelRefusal {
    assertThat(lend(ChangeCommand.Verb.RESERVE, NIC, "--yes")).isEqualTo(ExitCode.DONE);
    kernel.onWriteTo("driver_override", new Fault.CrashBefore());
    try {
      lend(ChangeCommand.Verb.RETURN, NIC);
    } catch (SimulatedCrash asItShould) {
      printed.reset();
    }
    kernel.refuseToProbe("e1000e", "0000:02:00.0", KernelRefusal.Reason.EIO);
    assertThat(recover()).isEqualTo(ExitCode.NEEDS_PERSON);
    assertThat(said()).contains("02:00.0");
  }
}
