package dev.lend.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.DeclaredPf;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeclarationsTest {
  private static List<String> problems(String... files) {
    return Read.files(files).problems().stream().map(Problem::toString).toList();
  }

  /** The problems of a PF with these lines. */
  private static List<String> ofPf(String... lines) {
    StringBuilder text = new StringBuilder("version: 1\npfs:\n  - device: eth1\n");
    for (String line : lines) {
      text.append("    ").append(line).append('\n');
    }
    return problems(text.toString());
  }

  /** The problems of what is wanted of its VFs; this is on line 5. */
  private static List<String> ofVf(String line) {
    return ofPf("vf:", "  " + line);
  }

  @Test
  void whatIsNotSaidStaysAsItIs() {
    DeclaredPf pf = Read.files("version: 1\npfs:\n- device: 01:00.0\n").pfs().getFirst();

    assertThat(pf.wish().count()).isEmpty();
    assertThat(pf.wish().use()).isEqualTo(VfUse.GUESTS);
    assertThat(pf.wish().of(0)).isEqualTo(VfWish.none());
    assertThat(pf.source()).isEqualTo("a.yaml:3");
  }

  @Test
  void nothingMayBeDeclared() {
    for (String text : List.of("version: 1", "version: 1\npfs:\n", "{version: 1, pfs: []}")) {
      assertThat(problems(text)).isEmpty();
    }
  }

  @Test
  void onAndOffAreWordsAsWellAsTrueAndFalse() {
    assertThat(ofVf("trust: on")).isEmpty();
    assertThat(ofVf("trust: \"off\"")).isEmpty();
    assertThat(ofVf("trust: True")).isEmpty();
    assertThat(ofVf("trust: yes")).containsExactly("a.yaml:5: trust: neither on nor off: yes");
    assertThat(ofVf("trust: 1")).containsExactly("a.yaml:5: trust: neither on nor off: 1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "vlan: 4095|vlan: no VLAN: 4095 (1 to 4094, or 0 for none)",
        "vlan: \"7\"|vlan takes a number, and \"7\" in quotes is a text",
        "vlan: 0x7|vlan: no VLAN: 0x7 (1 to 4094, or 0 for none)",
        "vlan:|vlan takes one value, not nothing",
        "vlan: [7]|vlan takes one value, not a list",
        "vlan: {id: 7}|vlan takes one value, not keys with values",
        "vlan: !!int 7|vlan takes one value, not the type tag:yaml.org,2002:int",
        "qos: 3|qos: priority and protocol are a VLAN's; there has to be one with them (1 to 4094)",
        "protocol: 802.1ad|protocol: priority and protocol are a VLAN's; there has to be one with"
            + " them (1 to 4094)",
        "min-rate: -1|min-rate: no rate: -1 (a whole number of Mbit/s, 0 for none)",
        "max-rate: 1e3|max-rate: no rate: 1e3 (a whole number of Mbit/s, 0 for none)",
        "link: up|link: no state of a link: up (auto, enable or disable)",
        "mac: 01:00:5e:00:00:01|mac: 01:00:5e:00:00:01 is a multicast address; no card can have it"
            + " (the second digit has to be even: 52:54:00:12:34:56)",
        "mac: 52:54:00:12:34:56|mac: one for all VFs cannot be, each needs its own: below each:, or"
            + " write auto",
        "node-guid: 00:11:22:33:44:55:66:77|node-guid: one for all VFs cannot be, each needs its own:"
            + " below each:",
        "vlna: 7|no such key here: vlna. Did you mean vlan?",
        "for: host|no such key here: for (there are mac, vlan, qos, protocol, trust, spoofchk,"
            + " min-rate, max-rate, link, query-rss, node-guid, port-guid, queues, interrupts)",
        "[a]: b|a key is one word, not a list",
        "<<: {vlan: 7}|<< (merge) is no part of YAML 1.2; an alias can only be a whole value:"
            + " vf: *common",
      })
  void aValueThatIsNoneIsNamedWithItsLine(String line, String problem) {
    assertThat(ofVf(line)).containsExactly("a.yaml:5: " + problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "labels: dmz|labels takes a list, each item with \"- \" before it, not dmz",
        "labels: [dmz, {a: b}]|an item of labels is one value, not keys with values",
        "labels: [-x]|labels: no label: -x (up to 63 letters, digits, dots, dashes and underscores)",
        "bridge-fdb: [01:00:5e:00:00:01]|bridge-fdb: 01:00:5e:00:00:01 is a multicast address; no card"
            + " can have it (the second digit has to be even: 52:54:00:12:34:56)",
        "count: 65536|count: no number of VFs: 65536 (0 to 65535)",
        "for: guest|for: nobody that VFs can be for: guest (guests or host). Did you mean guests?",
        "vf: 7|vf takes keys with values below it, not 7",
        "each: [1]|each takes keys with values below it, not a list",
        "each: {x: {}}|each: no VF's number: x (they are counted from 0)",
        "device: eth2|device is here twice; it is in line 3 already",
        "match: {serial: 1}|serial: no device serial number: 1 (eight pairs of hex digits, as lspci -v"
            + " shows them: 00-11-22-ff-ff-33-44-55)",
        "match: {id: 8086}|id: no vendor and device: 8086 (as lspci -n shows them: 8086:10c9)",
        "match: {slot: ''}|slot: no text of 1 to 255 characters: ''",
      })
  void whatIsWrongWithAPfIsNamedWithItsLine(String line, String problem) {
    assertThat(ofPf(line)).containsExactly("a.yaml:4: " + problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eth1/vf2", "a b", "..", "1:2", "\"a\\eb\"", "''"})
  void aDeviceIsAnAddressOrAnInterface(String device) {
    assertThat(problems("version: 1\npfs:\n- device: " + device))
        .singleElement()
        .asString()
        .startsWith("a.yaml:3: device: neither the address nor the interface of a PF: ")
        .doesNotContain("\u001b");
  }

  @Test
  void aPfHasToBeSaid() {
    assertThat(problems("version: 1\npfs:\n- count: 2\n  match:\n"))
        .singleElement()
        .asString()
        .startsWith("a.yaml:3: which PF?");
  }

  @Test
  void allProblemsAreFoundInOneGo() {
    assertThat(ofPf("count: x", "vf:", "  mac: 1", "  qos: 9", "  vlan: 9999", "eahc: {}"))
        .hasSize(5)
        .extracting(problem -> problem.substring(0, 9))
        .containsExactly("a.yaml:4:", "a.yaml:6:", "a.yaml:7:", "a.yaml:8:", "a.yaml:9:");
  }

  @Test
  void theVersionHasToBeOne() {
    assertThat(problems("pfs:\n")).containsExactly("a.yaml:1: the version is missing: version: 1");
    assertThat(problems("version: \"1\"")).singleElement().asString().contains("in quotes");
    assertThat(problems("version: 2\nnew-things: yes\n"))
        .containsExactly("a.yaml:1: no version that is known here: 2 (version: 1)");
  }

  @Test
  void singleVfsAreBelowTheCount() {
    assertThat(ofPf("count: 2", "each: {1: {}}")).isEmpty();
    assertThat(ofPf("each: {65534: {}}")).isEmpty();
    assertThat(ofPf("count: 2", "each: {2: {}}"))
        .containsExactly("a.yaml:5: there is no VF 2 with count: 2; the last one is 1");
    assertThat(ofPf("count: 0", "each: {0: {}}"))
        .containsExactly("a.yaml:5: there is no VF 0 with count: 0");
    assertThat(ofPf("each: {2: {}, 02: {}}")).containsExactly("a.yaml:4: VF 2 is here twice");
  }

  @Test
  void ratesAreComparedWithThoseForAll() {
    assertThat(ofPf("vf: {max-rate: 100}", "each: {1: {min-rate: 200}}"))
        .containsExactly("a.yaml:5: the lowest rate, 200 Mbit/s, is above the highest, 100 Mbit/s");
    assertThat(ofPf("vf: {min-rate: 100}", "each:", "  0: {max-rate: 0}", "  1: {max-rate: 99}"))
        .singleElement()
        .asString()
        .startsWith("a.yaml:7: the lowest rate, 100");
    assertThat(ofPf("vf: {min-rate: 2, max-rate: 1}", "each: {0: {vlan: 1}}")).hasSize(1);
  }

  @Test
  void theOnlyVfMayHaveItsAddressBelowVf() {
    String one = "- device: eth%d\n  count: 1\n  vf: {mac: 52:54:00:00:00:01}\n";
    assertThat(problems("version: 1\npfs:\n" + one.formatted(1))).isEmpty();
    assertThat(problems("version: 1\npfs:\n" + one.formatted(1) + one.formatted(2)))
        .containsExactly("a.yaml:8: mac: another VF has 52:54:00:00:00:01 already, in a.yaml:5");
    assertThat(
            problems(
                "version: 1\npfs:\n"
                    + one.formatted(1)
                    + "  each: {0: {mac: 52:54:00:00:00:02}}\n"
                    + one.formatted(2)))
        .isEmpty();
  }

  @Test
  void anAddressOrGuidIsOneVfsAnywhere() {
    String file =
        "version: 1\npfs:\n- device: %s\n  each:\n    0: {mac: 52:54:00:AA:00:01, port-guid: %s}\n";
    assertThat(
            problems(
                file.formatted("eth1", "00:00:00:00:00:00:00:01"),
                file.formatted("eth2", "00:00:00:00:00:00:00:01")))
        .containsExactly(
            "b.yaml:5: mac: another VF has 52:54:00:aa:00:01 already, in a.yaml:5",
            "b.yaml:5: port-guid: another VF has 00:00:00:00:00:00:00:01 already, in a.yaml:5");
  }

  @Test
  void aPfIsDeclaredOnce() {
    assertThat(problems("version: 1\npfs: [{device: 01:00.0}, {device: '0000:01:00.0'}]"))
        .containsExactly("a.yaml:2: 0000:01:00.0 is declared already, in a.yaml:2");
    String match = "version: 1\npfs:\n- match: {slot: 3}\n";
    assertThat(problems(match, match))
        .containsExactly("b.yaml:3: the same PF is declared already, in a.yaml:3");
    String mac = "version: 1\npfs:\n- device: eth%d\n  match: {mac: 52:54:00:00:00:01}\n";
    assertThat(problems(mac.formatted(1), mac.formatted(2)))
        .containsExactly(
            "b.yaml:3: the PF with the MAC address 52:54:00:00:00:01 is declared already, in"
                + " a.yaml:3");
  }

  @Test
  void portsOfOneCardShareItsSerialNumber() {
    String port = "version: 1\npfs:\n- device: eth%d\n  match: {serial: 00-11-22-ff-ff-33-44-55}\n";
    assertThat(problems(port.formatted(1), port.formatted(2))).isEmpty();
  }

  @Test
  void onlyPfsThatNothingIsWrongWithAreGivenOut() {
    Declarations read =
        Read.files(
            "version: 1\npfs: [{device: eth1}, {device: eth2, count: x}, {device: eth3}]",
            "version: 1\npfs: [{device: eth3}, {device: eth4}]",
            "no YAML: [");

    assertThat(read.pfs().stream().map(pf -> pf.device().orElseThrow()))
        .containsExactly("eth1", "eth4");
    assertThat(read.problems().stream().map(Problem::file))
        .containsExactly("a.yaml", "b.yaml", "c.yaml");
    assertThat(read.sound()).isFalse();
  }

  @Test
  void anchorsServeForWholeValues() {
    Declarations read =
        Read.files(
            """
            version: 1
            pfs:
              - device: eth1
                vf: &common
                  vlan: 7
              - device: eth2
                vf: *common
            """);

    assertThat(read.problems()).isEmpty();
    assertThat(read.pfs().getLast().wish().all().vlan().orElseThrow().id()).isEqualTo(7);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version: 1: 2|no YAML: mapping values are not allowed here (a ': ' where none can be: is the"
            + " line indented like those around it?)",
        "version: *a|no YAML: found undefined alias a",
        "version: \"\\UFFFFFFFF\"|no YAML from here on",
        "--- 1~--- 2|a second document begins here; a file holds one",
        "[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]|nested too deep (more than 16 levels)",
        "pfs: [&a 1#, *a]|too many aliases (more than 64)",
      })
  void whatIsNoYamlIsNamedWithItsLine(String text, String problem) {
    String file = text.replace("~", "\n").replace("#", ", *a".repeat(64));

    assertThat(problems("\n" + file))
        .containsExactly("a.yaml:" + (file.contains("\n") ? 3 : 2) + ": " + problem);
  }

  @Test
  void aTabIsNamedAsSuch() {
    assertThat(problems("version: 1\npfs:\n\t- device: eth1"))
        .singleElement()
        .asString()
        .contains("a.yaml:3: no YAML: ", "TAB");
  }

  @Test
  void anEmptyFileIsToldHowToBegin() {
    assertThat(problems("# later\n"))
        .containsExactly("a.yaml:1: nothing is in it; a file begins with version: 1");
  }
}
