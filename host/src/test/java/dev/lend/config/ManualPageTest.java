package dev.lend.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.BridgeWish;
import dev.lend.model.DeclaredPf;
import dev.lend.model.NvmeWish;
import dev.lend.model.PciId;
import dev.lend.model.PfIdentity;
import dev.lend.model.PfWish;
import dev.lend.model.PfWish.OneVf;
import dev.lend.model.VfLabels;
import dev.lend.model.VfSettings;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What the page of the manual says is so. */
class ManualPageTest {
  private static final Path PAGE = Path.of("../docs/vf-file.md");
  private static final String FENCE = "```";

  private static String page() throws IOException {
    return Files.readString(PAGE);
  }

  private static String example() throws IOException {
    String page = page();
    int from = page.indexOf(FENCE + "yaml\n") + FENCE.length() + 5;
    return page.substring(from, page.indexOf(FENCE, from));
  }

  @Test
  void theExampleMeansWhatItSays() throws IOException {
    Declarations read = Read.files(example());

    assertThat(read.problems()).isEmpty();
    VfWish all =
        new VfWish(
            Optional.of(new VfWish.Auto()),
            Optional.of(new VfSettings.Vlan(100, 3, VfSettings.Vlan.Q)),
            Optional.of(0L),
            Optional.of(2000L),
            Optional.of(false),
            Optional.of(VfSettings.Link.AUTO),
            Optional.of(false),
            Optional.of(true),
            Optional.empty(),
            Optional.empty(),
            NvmeWish.none());
    TreeMap<Integer, OneVf> each = new TreeMap<>();
    each.put(2, new OneVf(Optional.of(VfUse.HOST), onVlanSeven()));
    assertThat(read.pfs().getFirst())
        .isEqualTo(
            new DeclaredPf(
                Optional.of("eth1"),
                new PfIdentity(
                    Optional.of("3"),
                    Optional.of(new PciId(0x8086, 0x10c9)),
                    Optional.of(new PciId(0x8086, 0xa03c)),
                    Optional.of("00-11-22-ff-ff-33-44-55"),
                    Optional.of("ABC123"),
                    Optional.of("52:54:00:1a:b1:01")),
                new PfWish(
                    Optional.of(4),
                    VfUse.GUESTS,
                    all,
                    each,
                    new BridgeWish(false, List.of("52:54:00:aa:00:01"))),
                new VfLabels(List.of("dmz", "fast"), new TreeMap<>(Map.of(2, List.of("edge")))),
                "a.yaml:3"));
    DeclaredPf second = read.pfs().get(1);
    assertThat(second.device()).isEmpty();
    assertThat(second.wish().of(0).nodeGuid()).contains("98:03:9b:03:00:00:11:30");
    assertThat(second.wish().of(0).portGuid()).contains("98:03:9b:03:00:00:11:31");
    DeclaredPf disk = read.pfs().getLast();
    assertThat(disk.wish().of(1).nvme()).isEqualTo(new NvmeWish(Optional.of(4), Optional.of(2)));
  }

  private static VfWish onVlanSeven() {
    return new VfWish(
        Optional.of(new VfWish.Exactly("52:54:00:12:34:56")),
        Optional.of(new VfSettings.Vlan(7, 0, VfSettings.Vlan.Q)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        NvmeWish.none());
  }

  @Test
  void theTablesHaveEveryKeyAndNoOther() throws IOException {
    List<String> inTables =
        page()
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(3, line.indexOf('`', 3)))
            .toList();
    List<String> known = new ArrayList<>();
    for (List<String> keys : List.of(Keys.OF_FILE, Keys.OF_PF, Keys.OF_MATCH, Keys.OF_VF)) {
      known.addAll(keys);
    }

    assertThat(inTables).containsExactlyElementsOf(known);
    assertThat(Keys.OF_ONE_VF).startsWith(Keys.FOR).containsAll(Keys.OF_VF);
  }

  @Test
  void theExampleHasEveryKey() throws IOException {
    String example = example();
    for (String key : Keys.OF_ONE_VF) {
      assertThat(example).contains(" " + key + ": ");
    }
    for (String key : Keys.OF_MATCH) {
      assertThat(example).contains(" " + key + ": ");
    }
  }

  @Test
  void theMessagesAreTheRealOnes() throws IOException {
    String hosts =
        """
        version: 1
        pfs:
          - device: eth1
            count: 4
            vf:
              mac: auto
              vlna: 7
            each:
              0:
                trust: on
                link: auto
                vlan: 5000
              1:
                trust: on
                link: auto
                qos: 1
                vlan: 7
                spoofchk: on
                mac: 52:54:00:12:34:56
        """;
    String extra =
        "version: 1\npfs:\n- device: eth0\n  each:\n    0:\n      mac: 52:54:00:12:34:56\n";
    List<String> shown =
        page()
            .lines()
            .filter(line -> line.startsWith("    /etc/lend/"))
            .map(String::strip)
            .toList();

    assertThat(shown).hasSize(3);
    assertThat(
            Read.files("\n\n\n" + extra, hosts).problems().stream()
                .map(problem ->
                    problem
                        .toString()
                        .replace("a.yaml", "/etc/lend/extra.yaml")
                        .replace("b.yaml", "/etc/lend/hosts.yaml")))
        .containsExactlyElementsOf(shown);
  }
}
