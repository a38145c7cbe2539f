package dev.lend.cli;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import dev.lend.model.PciFunction;
import dev.lend.model.PfState;
import dev.lend.model.VfSettings;
import dev.lend.model.VfWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The VFs of a PF as a table: what there is to say of them depends on what kind of VFs they are.
 */
final class VfTable {
  private static final List<String> NETWORK =
      List.of("MAC", "VLAN", "RATE", "SPOOFCHK", "TRUST", "LINK", "RSS");
  private static final List<String> NVME = List.of("QUEUES", "INTERRUPTS", "STATE");

  private final HostSnapshot host;
  private final Ledger ledger;

  VfTable(HostSnapshot host, Ledger ledger) {
    this.host = host;
    this.ledger = ledger;
  }

  /** What an NVMe controller has for its VFs, to go on after what is said of it. */
  static String words(NvmePool pool) {
    return ", "
        + words(pool.queues(), "queues")
        + " and "
        + words(pool.interrupts(), "interrupts")
        + " are left to them";
  }

  private static String words(NvmePool.Resources of, String name) {
    return of.flexible() - of.kept() + " of " + of.flexible() + " " + name;
  }

  void print(Context context, PfState state) {
    if (state.vfs().isEmpty()) {
      return;
    }
    boolean nvme = state.nvme() instanceof Fact.Known<NvmePool>;
    List<String> head = new ArrayList<>(List.of("  VF", "ADDRESS", "DRIVER", "USED BY"));
    head.addAll(nvme ? NVME : NETWORK);
    head.addAll(List.of("GROUP", "NUMA"));
    Table table = new Table(head.toArray(String[]::new));
    state
        .vfs()
        .forEach((index, vf) -> {
          Optional<PciFunction> function = host.function(vf.address());
          List<String> cells = new ArrayList<>();
          cells.add("  " + index);
          cells.add(vf.address().brief());
          cells.add(Text.printable(vf.binding().driver().orElse("-")));
          cells.add(Text.printable(user(vf)));
          cells.addAll(nvme ? shared(vf.share()) : settings(vf.settings()));
          cells.add(function.map(f -> number(f.group())).orElse(""));
          cells.add(function.map(f -> number(f.numaNode())).orElse(""));
          table.add(cells.toArray(String[]::new));
        });
    table.print(context.out(), context.unicode());
  }

  private static List<String> settings(Optional<VfSettings> settings) {
    return List.of(
        settings.map(VfSettings::mac).orElse(""),
        settings.map(s -> vlan(s.vlan())).orElse(""),
        settings.map(VfTable::rate).orElse(""),
        settings.flatMap(VfSettings::spoofCheck).map(VfWords::onOffWord).orElse(""),
        settings.flatMap(VfSettings::trust).map(VfWords::onOffWord).orElse(""),
        settings.map(s -> VfWords.linkWord(s.link())).orElse(""),
        settings.flatMap(VfSettings::rssQuery).map(VfWords::onOffWord).orElse(""));
  }

  private static List<String> shared(Optional<NvmeShare> share) {
    return List.of(
        share.map(s -> Integer.toString(s.queues())).orElse(""),
        share.map(s -> Integer.toString(s.interrupts())).orElse(""),
        share.map(s -> s.online() ? "online" : "offline").orElse(""));
  }

  private static String number(Fact<Integer> fact) {
    return fact.asOptional().map(String::valueOf).orElse("");
  }

  /** Who uses a VF; empty text where nobody does. */
  String user(PfState.Vf vf) {
    Optional<Loan> loan = ledger.loan(vf.address());
    if (loan.isPresent()) {
      return loan.get().taker().orElse("reserved");
    }
    return host.function(vf.address()).map(found -> Uses.brief(host, found)).orElse("");
  }

  private static String vlan(VfSettings.Vlan vlan) {
    return vlan.id() == 0
        ? "-"
        : vlan.id()
            + (vlan.qos() == 0 ? "" : " qos " + vlan.qos())
            + (vlan.protocol() == VfSettings.Vlan.AD ? " 802.1ad" : "");
  }

  private static String rate(VfSettings settings) {
    return (settings.minRate() == 0 ? "" : settings.minRate() + "-")
        + (settings.maxRate() == 0 ? "-" : Long.toString(settings.maxRate()));
  }
}
