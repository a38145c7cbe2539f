package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.journal.Journal;
import dev.lend.journal.JournalRecord;
import dev.lend.journal.StateFolder;
import dev.lend.json.Json;
import dev.lend.ledger.ResetTrial;
import dev.lend.model.PciAddress;
import dev.lend.model.PciId;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.plan.Step;
import dev.lend.sysfs.CapturedHosts;
import dev.lend.sysfs.MapKernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code check}, {@code show} and {@code capture} print. */
class InspectTest {
  private static final Map<String, Supplier<MapKernel>> HOSTS =
      Map.of(
          "intel-ready", CapturedHosts::intelReady,
          "intel-forgotten", CapturedHosts::intelForgotten,
          "amd-ready", CapturedHosts::amdReady,
          "virtual-machine", CapturedHosts::virtualMachine,
          "arm", CapturedHosts::arm);

  private static final String NAMES =
      """
      8086  Intel Corporation
      \t10c9  82576 Gigabit Network Connection
      \t10ca  82576 Virtual Function
      C 02  Network controller
      \t00  Ethernet controller
      """;

  @TempDir Path temporary;

  private static CliRun lend(String... args) {
    return CliRun.in(false, Map.of(), args);
  }

  private Path host(String name) throws IOException {
    Path root = Files.createDirectory(temporary.resolve(name));
    MapKernel kernel = HOSTS.getOrDefault(name, MapKernel::new).get();
    kernel.file("usr/share/misc/pci.ids", NAMES).writeTo(root);
    return root;
  }

  @ParameterizedTest
  @CsvSource({
    "intel-ready,DONE",
    "intel-forgotten,NO",
    "amd-ready,DONE",
    "virtual-machine,NO",
    "arm,DONE"
  })
  void checkSaysWhatStandsInTheWay(String name, ExitCode code) throws IOException {
    String root = host(name).toString();
    CliRun text = lend("check", "--root", root);
    CliRun json = lend("check", "--root", root, "--json");

    assertThat(text.status()).isEqualTo(code.status());
    assertThat(json.status()).isEqualTo(code.status());
    Golden.check("check-" + name + ".txt", text.out());
    Golden.check("check-" + name + ".json", json.out());
    assertThat(Json.parseObject(json.out()).flag("ready")).isEqualTo(code == ExitCode.DONE);
  }

  @ParameterizedTest
  @CsvSource({
    "intel-ready,eth1,pf,DONE",
    "intel-ready,eth1/vf1,vf,DONE",
    "intel-ready,03:01.0,behind-bridge,DONE",
    "intel-ready,04:00.0,reserved,NO",
    "intel-ready,00:01.0,bridge,NO",
    "intel-forgotten,01:00.0,no-iommu,NO",
    "amd-ready,0a:00.0,display,DONE",
    "arm,00:01.0,arm,DONE"
  })
  void checkGradesADevice(String name, String device, String golden, ExitCode code)
      throws IOException {
    String root = host(name).toString();
    CliRun text = lend("check", device, "--root", root);
    CliRun json = lend("check", device, "--root", root, "--json");

    assertThat(text.err()).isEmpty();
    assertThat(text.status()).isEqualTo(code.status());
    assertThat(json.status()).isEqualTo(code.status());
    Golden.check("grade-" + golden + ".txt", text.out());
    Golden.check("grade-" + golden + ".json", json.out());
    assertThat(Json.parseObject(json.out()).text("grade").equals("no"))
        .isEqualTo(code == ExitCode.NO);
  }

  @ParameterizedTest
  @CsvSource({
    "intel-ready,eth1,pf,DONE",
    "intel-forgotten,01:00.0,no-iommu,NO",
    "intel-ready,04:00.0,none,NO"
  })
  void checkSaysWhetherADeviceCanHaveVfs(String name, String device, String golden, ExitCode code)
      throws IOException {
    String root = host(name).toString();
    CliRun text = lend("check", device, "--vfs", "--root", root);
    CliRun json = lend("check", device, "--vfs", "--root", root, "--json");

    assertThat(text.err()).isEmpty();
    assertThat(text.status()).isEqualTo(code.status());
    assertThat(json.status()).isEqualTo(code.status());
    Golden.check("vfs-" + golden + ".txt", text.out());
    Golden.check("vfs-" + golden + ".json", json.out());
    assertThat(Json.parseObject(json.out()).object("vfs").flag("possible"))
        .isEqualTo(code == ExitCode.DONE);
  }

  @Test
  void vfsAreAskedOfAPfAndOfNothingElse() throws IOException {
    String root = host("intel-ready").toString();
    for (String[] line :
        List.of(
            new String[] {"check", "--vfs", "--root", root},
            new String[] {"check", "eth1/vf0", "--vfs", "--root", root},
            new String[] {"check", "00:01.0", "--vfs", "--root", root},
            new String[] {"check", "01:00.0", "--vfs", "--try-reset"})) {
      CliRun run = lend(line);
      assertThat(run.status()).as(List.of(line).toString()).isEqualTo(ExitCode.USAGE.status());
      assertThat(run.err().lines()).hasSize(1);
    }
  }

  @Test
  void checkGradesADeviceByWhatLendRemembers() throws IOException {
    String root = host("intel-ready").toString();
    Path state = temporary.resolve("state");
    PciAddress vf = PciAddress.parse("01:10.2").orElseThrow();
    Instant at = Instant.parse("2026-11-22T12:00:00Z");
    ResetTrial trial =
        new ResetTrial(
            vf,
            new PciId(0x8086, 0x10ca),
            Optional.of("flr"),
            ResetTrial.Result.CLEAN,
            "",
            at,
            "6.12.0-1-amd64");
    Plan plan =
        new Plan(
            new Request.TryReset(vf),
            List.of(new Step.Reset(vf, Optional.of("flr"), 2, true)),
            List.of(),
            List.of(),
            List.of(vf),
            List.of());
    try (StateFolder folder = StateFolder.lock(state, "test", who -> {})) {
      Journal journal = folder.journal();
      long tx = journal.open(plan, "test", at).transaction();
      journal.append(new JournalRecord.Tested(tx, 0, trial));
      journal.append(
          new JournalRecord.Closed(tx, at, JournalRecord.Outcome.DONE, List.of(), List.of(), ""));
    }
    CliRun text = lend("check", "01:10.2", "--root", root, "--state", state.toString());
    assertThat(text.status()).isEqualTo(ExitCode.DONE.status());
    Golden.check("grade-tried.txt", text.out());
  }

  @Test
  void tryResetIsForADeviceOfThisHost() throws IOException {
    String root = host("arm").toString();
    for (String[] line :
        List.of(
            new String[] {"check", "--try-reset"},
            new String[] {"check", "00:01.0", "--try-reset", "--root", root},
            new String[] {"check", "00:01.0", "--dry-run"})) {
      CliRun run = lend(line);
      assertThat(run.status()).isEqualTo(ExitCode.USAGE.status());
      assertThat(run.err().lines()).hasSize(1);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "intel-ready,eth1,pf",
    "intel-ready,eth1/vf1,vf",
    "intel-ready,03:01.0,behind-bridge",
    "intel-ready,04:00.0,reserved",
    "intel-forgotten,01:00.0,no-iommu",
    "amd-ready,0a:00.0,slot",
    "virtual-machine,00:03.0,virtio",
    "arm,00:01.0,arm"
  })
  void showSaysEverythingAboutOneFunction(String name, String device, String golden)
      throws IOException {
    String root = host(name).toString();
    CliRun text = lend("show", device, "--root", root);
    CliRun json = lend("show", device, "--root", root, "--json");

    assertThat(text.err()).isEmpty();
    assertThat(text.status()).isEqualTo(ExitCode.DONE.status());
    Golden.check("show-" + golden + ".txt", text.out());
    Golden.check("show-" + golden + ".json", json.out());
    assertThat(Json.parseObject(json.out()).text("address")).startsWith("0000:");
  }

  @Test
  void aCaptureShowsTheSameElsewhere() throws Exception {
    String root = host("intel-ready").toString();
    Path archive = temporary.resolve("host.tar.gz");
    CliRun said = lend("capture", archive.toString(), "--serials", "--root", root);
    assertThat(said.status()).as(said.err()).isEqualTo(ExitCode.DONE.status());
    Path other = Files.createDirectory(temporary.resolve("other"));
    Process tar =
        new ProcessBuilder("tar", "-xzf", archive.toString(), "-C", other.toString()).start();
    assertThat(tar.waitFor()).isZero();
    Files.createDirectories(other.resolve("usr/share/misc"));
    Files.writeString(other.resolve("usr/share/misc/pci.ids"), NAMES);

    for (List<String> command :
        List.of(
            List.of("list"),
            List.of("tree"),
            List.of("check"),
            List.of("check", "01:00.0"),
            List.of("check", "01:00.0", "--vfs"),
            List.of("vf", "list"),
            List.of("show", "01:00.0"))) {
      List<String> here = new ArrayList<>(command);
      here.addAll(List.of("--json", "--root"));
      List<String> there = new ArrayList<>(here);
      here.add(root);
      there.add(other.toString());
      assertThat(lend(there.toArray(String[]::new))).isEqualTo(lend(here.toArray(String[]::new)));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(archive)))
        .isEqualTo("rw-------");
  }

  @Test
  void captureNeverReplacesAFileUnlessTold() throws IOException {
    String root = host("arm").toString();
    Path archive = Files.writeString(temporary.resolve("mine"), "precious");

    assertThat(lend("capture", archive.toString(), "--root", root).status())
        .isEqualTo(ExitCode.USAGE.status());
    assertThat(Files.readString(archive)).isEqualTo("precious");
    assertThat(lend("capture", archive.toString(), "--force", "--root", root).status())
        .isEqualTo(ExitCode.DONE.status());
    assertThat(Files.readAllBytes(archive)).startsWith(0x1f, 0x8b);
    try (var files = Files.list(temporary)) {
      assertThat(files.filter(file -> file.toString().contains(".lend-"))).isEmpty();
    }
  }

  @Test
  void showOfNoSuchDeviceIsWrongUsage() throws IOException {
    assertThat(lend("show", "0f:00.0", "--root", host("arm").toString()).status())
        .isEqualTo(ExitCode.USAGE.status());
  }
}
