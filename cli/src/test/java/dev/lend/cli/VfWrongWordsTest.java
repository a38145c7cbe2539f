package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.PfWish;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.sysfs.CapturedHosts;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What nobody can have of a VF gives one line that names it, and status 2. */
class VfWrongWordsTest {
  @TempDir Path temporary;

  private static void oneLine(CliRun run, String... parts) {
    assertThat(run.status()).as(run.err()).isEqualTo(ExitCode.USAGE.status());
    assertThat(run.err().lines()).hasSize(1);
    assertThat(run.err()).startsWith("lend: ").doesNotContain("Exception");
    for (String part : parts) {
      assertThat(run.err()).contains(part);
    }
  }

  /** The value is at fault, before anybody asks whether there is such a device. */
  @ParameterizedTest
  @CsvSource({
    "2 --mac 52:54:00:12:34, 52:54:00:12:34",
    "2 --mac 52:54:00:12:34:zz, 52:54:00:12:34:zz",
    "1 --mac 01:00:5e:00:00:01, multicast",
    "1 --mac 00:00:00:00:00:00, 00:00:00:00:00:00",
    "2 --mac 52:54:00:12:34:56, one address for 2 VFs",
    "2 --vlan 5000, 5000",
    "2 --vlan 7 --qos 8, --qos",
    "2 --protocol 802.1x, --protocol",
    "2 --max-rate -1, --max-rate",
    "2 --min-rate 200 --max-rate 100, 200",
    "2 --trust maybe, --trust",
    "many, many",
    "-1, -1",
    "70000, 70000",
    "0, lend vf remove"
  })
  void wrongValuesAreNamed(String words, String named) {
    List<String> line = new ArrayList<>(List.of("vf", "create", "no-such-device"));
    line.addAll(List.of(words.split(" ")));
    oneLine(CliRun.of(line.toArray(String[]::new)), named);
  }

  @Test
  void anUnknownPfIsNamed() {
    oneLine(CliRun.of("vf", "create", "no-such-device", "2"), "no-such-device");
  }

  @Test
  void moreThanACardHasIsSaidWithWhatItHas() {
    HostSnapshot host = new HostReader(CapturedHosts.intelReady()).read(Scope.uses());
    PciFunction pf = host.function(PciAddress.parse("01:00.0").orElseThrow()).orElseThrow();

    VfCommand.fits(net -> 1000, host, pf, wish(7, VfWish.none().withRates(0, 1000)));
    VfCommand.fits(net -> 0, host, pf, wish(7, VfWish.none().withRates(0, 20000)));
    assertThatThrownBy(() -> VfCommand.fits(net -> 1000, host, pf, wish(8, VfWish.none())))
        .isInstanceOf(UsageException.class)
        .hasMessage("01:00.0 can have 7 VFs, not 8");
    assertThatThrownBy(
            () -> VfCommand.fits(net -> 1000, host, pf, wish(7, VfWish.none().withRates(0, 20000))))
        .isInstanceOf(UsageException.class)
        .hasMessage("20000 Mbit/s is more than eth1 has: its link runs at 1000");
    assertThatThrownBy(
            () -> VfCommand.fits(net -> 1000, host, pf, wish(7, VfWish.none().withRates(1001, 0))))
        .isInstanceOf(UsageException.class);
  }

  private static PfWish wish(int count, VfWish all) {
    return new PfWish(Optional.of(count), VfUse.GUESTS, all, new TreeMap<>());
  }

  @Test
  void aBrokenFileIsNamedWithTheLine() throws IOException {
    Path file = temporary.resolve("hosts.yaml");
    Files.writeString(file, "version: 1\npfs:\n  - device: [eth1\n    count: 4\n");
    oneLine(CliRun.of("vf", "apply", file.toString()), "hosts.yaml:");

    Files.writeString(
        file, "version: 1\npfs:\n  - device: eth1\n    count: 4\n    vf:\n      vlan: 5000\n");
    oneLine(CliRun.of("vf", "apply", file.toString()), "hosts.yaml:6: ", "5000");
  }
}
