package dev.lend.config;

import dev.lend.gen.Gen;
import dev.lend.model.BridgeWish;
import dev.lend.model.DeclaredPf;
import dev.lend.model.Hex;
import dev.lend.model.NvmeWish;
import dev.lend.model.PciId;
import dev.lend.model.PfIdentity;
import dev.lend.model.PfWish;
import dev.lend.model.PfWish.OneVf;
import dev.lend.model.VfLabels;
import dev.lend.model.VfSettings;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.model.VfWords;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Makes PFs that a file can declare. */
final class Wishes {
  private final Gen gen;

  /** Counts up, since no two VFs have the same address. */
  private int next;

  Wishes(Gen gen) {
    this.gen = gen;
  }

  DeclaredPf pf() {
    Optional<String> device =
        gen.maybe(it -> it.flag() ? it.address().toString() : it.oneOf("eth1", "enp1s0f0", "null"));
    PfIdentity identity = gen.flag() ? identity(gen.maybe(it -> text())) : PfReader.unknown();
    if (device.isEmpty()) {
      identity = identity(Optional.of(text()));
    }
    Optional<Integer> count = gen.maybe(it -> it.between(0, it.oneOf(1, 8, VfWords.MOST_VFS)));
    VfWish all = wish(count.isPresent() && count.get() == 1, VfWish.none());
    TreeMap<Integer, OneVf> each = new TreeMap<>();
    int below = count.orElse(VfWords.MOST_VFS);
    for (int i = gen.between(0, 4); i > 0 && below > 0; i--) {
      each.put(gen.between(0, below - 1), new OneVf(gen.maybe(it -> use()), wish(true, all)));
    }
    BridgeWish bridged = new BridgeWish(false, gen.list(3, it -> mac()));
    TreeMap<Integer, List<String>> labels = new TreeMap<>();
    each.keySet().forEach(index -> labels.put(index, List.of("vf" + index)));
    return new DeclaredPf(
        device,
        identity,
        new PfWish(count, use(), all, each, bridged),
        new VfLabels(gen.list(2, it -> it.oneOf("dmz", "fast-1", "x.y")), labels),
        "");
  }

  private VfUse use() {
    return gen.oneOf(VfUse.values());
  }

  private PfIdentity identity(Optional<String> slot) {
    return new PfIdentity(
        slot,
        gen.maybe(it -> id()),
        gen.maybe(it -> id()),
        gen.maybe(it -> pairs(8, "-")),
        gen.maybe(it -> text()),
        gen.maybe(it -> mac()));
  }

  private PciId id() {
    return new PciId(gen.between(0, 0xffff), gen.between(0, 0xffff));
  }

  /** What firmware and cards may have in store, but no half characters. */
  private String text() {
    String text = gen.text(20).replaceAll("[\ud800-\udfff]", "");
    return text.isBlank() ? "3" : text;
  }

  private String mac() {
    next++;
    return "52:54:" + pairs(2, ":") + ":" + Hex.digits(next >> 8, 2) + ":" + Hex.digits(next, 2);
  }

  private String guid() {
    next++;
    return pairs(6, ":") + ":" + Hex.digits(next >> 8, 2) + ":" + Hex.digits(next & 0xff, 2);
  }

  private String pairs(int count, String between) {
    StringBuilder pairs = new StringBuilder();
    for (int i = 0; i < count; i++) {
      pairs.append(i == 0 ? "" : between).append(Hex.digits(gen.between(0, 255), 2));
    }
    return pairs.toString();
  }

  /**
   * @param single whether it is one VF's alone
   * @param all what is wanted of all VFs, which its rates have to agree with
   */
  private VfWish wish(boolean single, VfWish all) {
    Optional<Long> minRate = gen.maybe(it -> rate());
    Optional<Long> maxRate = gen.maybe(it -> rate());
    long least = minRate.or(all::minRate).orElse(0L);
    long most = maxRate.or(all::maxRate).orElse(0L);
    if (VfWords.rateClash(least, most).isPresent()) {
      maxRate = Optional.of(gen.flag() ? 0L : least);
    }
    return new VfWish(
        gen.maybe(it -> single && it.flag() ? new VfWish.Exactly(mac()) : new VfWish.Auto()),
        gen.maybe(it -> vlan()),
        minRate,
        maxRate,
        gen.maybe(Gen::flag),
        gen.maybe(it -> it.oneOf(VfSettings.Link.values())),
        gen.maybe(Gen::flag),
        gen.maybe(Gen::flag),
        single ? gen.maybe(it -> guid()) : Optional.empty(),
        single ? gen.maybe(it -> guid()) : Optional.empty(),
        new NvmeWish(
            gen.maybe(it -> it.flag() ? 0 : it.between(2, 0xffff)),
            gen.maybe(it -> it.between(1, 0xffff))));
  }

  private long rate() {
    return gen.oneOf(0L, (long) gen.between(0, 200_000), VfWords.HIGHEST_RATE);
  }

  private VfSettings.Vlan vlan() {
    return gen.oneIn(4)
        ? VfSettings.Vlan.none()
        : new VfSettings.Vlan(
            gen.between(1, 4094),
            gen.between(0, 7),
            gen.flag() ? VfSettings.Vlan.Q : VfSettings.Vlan.AD);
  }
}
