package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.json.Json;
import dev.lend.sysfs.HostTree;
import dev.lend.sysfs.SampleHosts;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListGoldenTest {
  @TempDir Path root;

  private void check(HostTree host, String name) throws IOException {
    for (String command : List.of("list", "tree")) {
      CliRun text = CliRun.of(command, "--root", host.root().toString());
      assertThat(text.err()).isEmpty();
      assertThat(text.status()).isZero();
      Golden.check(name + "-" + command + ".txt", text.out());
      CliRun json = CliRun.of(command, "--json", "--root", host.root().toString());
      assertThat(json.err()).isEmpty();
      Json.parse(json.out());
      Golden.check(name + "-" + command + ".json", json.out());
    }
  }

  @Test
  void showsAServerWithVfsAndGuests() throws IOException {
    check(SampleHosts.server(root), "server");
  }

  @Test
  void showsAMachineWithoutAnIommu() throws IOException {
    check(SampleHosts.cloud(root), "cloud");
  }

  @Test
  void showsADamagedCapture() throws IOException {
    check(SampleHosts.odd(root), "odd");
  }

  @Test
  void fitsANarrowTerminal() throws IOException {
    Map<String, String> env = Map.of("COLUMNS", "100", "LANG", "de_DE.UTF-8");
    CliRun run = CliRun.in(true, env, "list", "--root", SampleHosts.server(root).root().toString());
    Golden.check("server-list-100.txt", run.out());
    for (String line : run.out().split("\n", -1)) {
      assertThat(line.length()).isLessThanOrEqualTo(100);
    }
  }

  @Test
  void drawsTheTreeInAsciiWhereTheLocaleHasNoMore() throws IOException {
    CliRun run =
        CliRun.in(
            false,
            Map.of("LANG", "C"),
            "tree",
            "--root",
            SampleHosts.server(root).root().toString());
    Golden.check("server-tree-ascii.txt", run.out());
    assertThat(run.out()).matches("[\\x00-\\x7f]*");
  }

  @Test
  void sendsNothingToATerminalThatItWouldObey() {
    CliRun run = CliRun.of("list", "--root", SampleHosts.odd(root).root().toString());
    assertThat(run.out()).contains("evil?[2J").doesNotContain("\u001b");
  }

  private List<String> addresses(String... options) {
    List<String> args = new ArrayList<>(List.of("list", "--json", "--root", root.toString()));
    args.addAll(List.of(options));
    CliRun run = CliRun.of(args.toArray(new String[0]));
    assertThat(run.err()).isEmpty();
    List<String> found = new ArrayList<>();
    for (Json function : Json.parseObject(run.out()).array("functions")) {
      if (function instanceof Json.Obj object) {
        found.add(object.text("address"));
      }
    }
    return found;
  }

  @Test
  void showsOnlyWhatWasAskedFor() {
    SampleHosts.server(root);
    assertThat(addresses("--class", "net")).hasSize(5);
    assertThat(addresses("--class", "0108")).containsExactly("0000:82:00.0");
    assertThat(addresses("--class", "0x03")).containsExactly("0000:81:00.0");
    assertThat(addresses("--class", "sound")).containsExactly("0000:81:00.1");
    assertThat(addresses("--class", "bridge")).hasSize(3);
    assertThat(addresses("--id", "1002")).hasSize(2);
    assertThat(addresses("--id", "8086:10ca", "--driver", "none")).containsExactly("0000:01:10.4");
    assertThat(addresses("--driver", "vfio-pci")).containsExactly("0000:01:10.0");
    assertThat(addresses("--driver", "none", "--class", "usb")).isEmpty();
    assertThat(addresses("--lendable"))
        .containsExactly("0000:01:10.2", "0000:01:10.4", "0000:81:00.0", "0000:81:00.1");
  }

  @Test
  void saysWhyThereIsNothingToSee() {
    HostTree none = new HostTree(root);
    CliRun run = CliRun.of("list", "--root", none.root().toString());
    assertThat(run.status()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("no PCI functions here");
    assertThat(CliRun.of("tree", "--root", root.toString()).err()).contains("no PCI functions");
    assertThat(CliRun.of("list", "--json", "--root", root.toString()).out())
        .isEqualTo("{\n  \"functions\": []\n}\n");
  }

  @Test
  void refusesFiltersThatMakeNoSense() {
    assertThat(CliRun.of("list", "--class", "nett").err()).contains("Did you mean net?");
    assertThat(CliRun.of("list", "--id", "80867").err()).contains("VENDOR:DEVICE");
    assertThat(CliRun.of("list", "--id", "8086:").status()).isEqualTo(2);
    assertThat(CliRun.of("list", "--root", root.resolve("none").toString()).err())
        .contains("no such directory");
  }

  @Test
  void listsThousandsOfFunctionsInOneGroupEach() {
    HostTree host = new HostTree(root);
    for (int i = 0; i < 2048; i++) {
      String address =
          String.format(java.util.Locale.ROOT, "0000:%02x:%02x.%d", i >> 8, i >> 3 & 31, i & 7);
      host.function("pci0000:00", address, "020000", "8086:10ca").group(i);
    }
    CliRun run = CliRun.of("list", "--root", root.toString());
    assertThat(run.out().lines()).hasSize(2049);
    assertThat(run.out().lines().skip(1)).allMatch(line -> line.endsWith("yes"));
  }
}
