package dev.lend.config;

import dev.lend.model.DeclaredPf;
import dev.lend.model.Hex;
import dev.lend.model.PfIdentity;
import dev.lend.model.PfWish.OneVf;
import dev.lend.model.VfSettings;
import dev.lend.model.VfWish;
import dev.lend.model.VfWords;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what {@link DeclarationReader} reads. */
final class DeclarationWriter {
  private static final String HEADING =
      """
      # Written by Lend, since somebody said --persist. You may change it; the next --persist for this
      # PF writes it anew. What the keys mean is in Lend's manual, docs/vf-file.md.
      """;

  private final StringBuilder text = new StringBuilder(HEADING);

  private DeclarationWriter() {}

  static String write(DeclaredPf pf) {
    DeclarationWriter writer = new DeclarationWriter();
    writer.pf(pf);
    String text = writer.text.toString();
    check(pf, text);
    return text;
  }

  /** What is kept for the next boot is read once before, while there is somebody to be told. */
  private static void check(DeclaredPf pf, String text) {
    DeclarationReader reader = new DeclarationReader(CarefulFiles.ofThisProcess());
    reader.content("what was to be written", text.getBytes(StandardCharsets.UTF_8));
    Declarations read = reader.result();
    if (!read.sound()) {
      throw new IllegalArgumentException(read.problems().getFirst().toString());
    }
    DeclaredPf again = read.pfs().getFirst();
    if (!again.equals(
        new DeclaredPf(pf.device(), pf.identity(), pf.wish(), pf.labels(), again.source()))) {
      throw new IllegalArgumentException("no file can say this: " + pf + ", but only " + again);
    }
  }

  private void pf(DeclaredPf pf) {
    line(0, Keys.VERSION, Optional.of("1"));
    text.append(Keys.PFS).append(":\n");
    int start = text.length();
    line(2, Keys.DEVICE, pf.device().map(DeclarationWriter::quoted));
    match(pf.identity());
    line(2, Keys.COUNT, pf.wish().count().map(String::valueOf));
    line(2, Keys.FOR, Optional.of(pf.wish().use().id()));
    // The first key of an item stands behind its dash.
    text.setCharAt(start + 2, '-');
    if (!pf.wish().all().equals(VfWish.none())) {
      open(2, Keys.VF);
      wish(3, pf.wish().all());
    }
    if (!pf.wish().each().isEmpty()) {
      open(2, Keys.EACH);
      for (Map.Entry<Integer, OneVf> one : pf.wish().each().entrySet()) {
        open(3, one.getKey().toString());
        line(4, Keys.FOR, one.getValue().use().map(use -> use.id()));
        list(4, Keys.LABELS, pf.labels().each().getOrDefault(one.getKey(), List.of()));
        wish(4, one.getValue().wish());
      }
    }
    list(2, Keys.BRIDGE_FDB, pf.wish().bridged().macs());
    list(2, Keys.LABELS, pf.labels().all());
  }

  private void match(PfIdentity identity) {
    if (identity.equals(PfReader.unknown())) {
      return;
    }
    open(2, Keys.MATCH);
    line(3, Keys.SERIAL, identity.serial().map(DeclarationWriter::quoted));
    line(3, Keys.VPD_SERIAL, identity.vpdSerial().map(DeclarationWriter::quoted));
    line(3, Keys.MAC, identity.mac().map(DeclarationWriter::quoted));
    line(3, Keys.SLOT, identity.slot().map(DeclarationWriter::quoted));
    line(3, Keys.ID, identity.id().map(id -> quoted(id.toString())));
    line(3, Keys.SUBSYSTEM, identity.subsystem().map(id -> quoted(id.toString())));
  }

  private void wish(int level, VfWish wish) {
    line(level, Keys.MAC, wish.mac().map(DeclarationWriter::mac));
    Optional<VfSettings.Vlan> vlan = wish.vlan();
    VfSettings.Vlan none = VfSettings.Vlan.none();
    line(level, Keys.VLAN, vlan.map(it -> String.valueOf(it.id())));
    line(
        level,
        Keys.QOS,
        vlan.filter(it -> it.qos() != none.qos()).map(it -> String.valueOf(it.qos())));
    line(
        level,
        Keys.PROTOCOL,
        vlan.filter(it -> it.protocol() != none.protocol())
            .map(it -> VfWords.protocolWord(it.protocol())));
    line(level, Keys.TRUST, wish.trust().map(VfWords::onOffWord));
    line(level, Keys.SPOOFCHK, wish.spoofCheck().map(VfWords::onOffWord));
    line(level, Keys.MIN_RATE, wish.minRate().map(String::valueOf));
    line(level, Keys.MAX_RATE, wish.maxRate().map(String::valueOf));
    line(level, Keys.LINK, wish.link().map(VfWords::linkWord));
    line(level, Keys.QUERY_RSS, wish.rssQuery().map(VfWords::onOffWord));
    line(level, Keys.NODE_GUID, wish.nodeGuid().map(DeclarationWriter::quoted));
    line(level, Keys.PORT_GUID, wish.portGuid().map(DeclarationWriter::quoted));
    line(level, Keys.QUEUES, wish.nvme().queues().map(String::valueOf));
    line(level, Keys.INTERRUPTS, wish.nvme().interrupts().map(String::valueOf));
  }

  private static String mac(VfWish.WantedMac wanted) {
    return switch (wanted) {
      case VfWish.Auto auto -> VfWords.AUTO;
      case VfWish.Exactly(String mac) -> quoted(mac);
    };
  }

  private void list(int level, String key, List<String> values) {
    if (!values.isEmpty()) {
      open(level, key);
      for (String value : values) {
        text.repeat("  ", level + 1).append("- ").append(quoted(value)).append('\n');
      }
    }
  }

  private void open(int level, String key) {
    text.repeat("  ", level).append(key).append(":\n");
  }

  private void line(int level, String key, Optional<String> value) {
    value.ifPresent(
        it -> text.repeat("  ", level).append(key).append(": ").append(it).append('\n'));
  }

  /**
   * In quotes, as whatever may look like something else should be: readers of YAML 1.1 take a MAC
   * address without letters for a number of base 60.
   */
  private static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int c : value.codePoints().toArray()) {
      if (List.of((int) '"', (int) '\\').contains(c)) {
        quoted.append('\\').appendCodePoint(c);
      } else if (Characters.visible(c)) {
        quoted.appendCodePoint(c);
      } else {
        quoted.append("\\U").append(Hex.digits(c, 8));
      }
    }
    return quoted.append('"').toString();
  }
}
