package dev.lend.config;

import dev.lend.config.Entry.Claim;
import dev.lend.model.PfWish.OneVf;
import dev.lend.model.Reading;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.model.VfWords;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads what is wanted of the VFs of a PF: of all, and of single ones. */
final class VfsReader {
  private final Optional<Integer> count;
  private final Problems problems;
  private final WishReader wishes;
  private final List<Claim> claims = new ArrayList<>();
  private final SortedMap<Integer, OneVf> each = new TreeMap<>();
  private final SortedMap<Integer, List<String>> labels = new TreeMap<>();
  private VfWish all = VfWish.none();

  private VfsReader(Optional<Integer> count, Problems problems) {
    this.count = count;
    this.problems = problems;
    wishes = new WishReader(problems);
  }

  /**
   * @param pf the PF's keys
   * @param count how many VFs it shall have, where that is said
   */
  static VfsReader read(Block pf, Optional<Integer> count, Problems problems) {
    VfsReader reader = new VfsReader(count, problems);
    Optional<Block> vf = pf.block(Keys.VF);
    vf.ifPresent(reader::all);
    pf.block(Keys.EACH).ifPresent(reader::each);
    vf.ifPresent(reader::claimForTheOnlyOne);
    return reader;
  }

  /** What is wanted of each VF. */
  VfWish all() {
    return all;
  }

  /** What is wanted of single ones. */
  SortedMap<Integer, OneVf> each() {
    return each;
  }

  /** The labels of single ones. */
  SortedMap<Integer, List<String>> labels() {
    return labels;
  }

  /** What only one VF of the host can have. */
  List<Claim> claims() {
    return List.copyOf(claims);
  }

  private void all(Block vf) {
    vf.allow(Keys.OF_VF);
    all = wishes.read(vf);
    rateClash(all).ifPresent(why -> problems.add(vf.line(Keys.MIN_RATE), why));
    if (count.isEmpty() || count.get() != 1) {
      for (Claim claim : claimed(vf, all)) {
        problems.add(
            claim.line(),
            claim.key()
                + ": one for all VFs cannot be, each needs its own: below each:"
                + (claim.key().equals(Keys.MAC) ? ", or write auto" : ""));
      }
    }
  }

  private void each(Block block) {
    for (String key : block.keys()) {
      int line = block.line(key);
      switch (VfWords.index(key)) {
        case Reading.Wrong<Integer>(String why) -> problems.add(line, Keys.EACH + ": " + why);
        case Reading.Meant<Integer>(Integer index) -> {
          Optional<Block> own = block.block(key);
          OneVf one = own.map(this::one).orElse(none());
          List<String> words =
              own.map(vf -> vf.texts(Keys.LABELS, PfWords::label)).orElse(List.of());
          if (!words.isEmpty()) {
            labels.put(index, words);
          }
          if (each.putIfAbsent(index, one) != null) {
            problems.add(line, "VF " + index + " is here twice");
          }
          if (count.isPresent() && index >= count.get()) {
            problems.add(line, beyond(index, count.get()));
          }
        }
      }
    }
  }

  private static OneVf none() {
    return new OneVf(Optional.empty(), VfWish.none());
  }

  private static String beyond(int index, int count) {
    return "there is no VF "
        + index
        + " with count: "
        + count
        + (count == 0 ? "" : "; the last one is " + (count - 1));
  }

  private OneVf one(Block vf) {
    vf.allow(Keys.OF_ONE_VF);
    Optional<VfUse> use = vf.text(Keys.FOR, VfWords::use);
    VfWish wish = wishes.read(vf);
    claims.addAll(claimed(vf, wish));
    // Where the rates for all are at odds, that has been said.
    if (rateClash(all).isEmpty() || wish.minRate().isPresent() || wish.maxRate().isPresent()) {
      String key = vf.has(Keys.MIN_RATE) ? Keys.MIN_RATE : Keys.MAX_RATE;
      rateClash(wish.or(all)).ifPresent(why -> problems.add(vf.line(key), why));
    }
    return new OneVf(use, wish);
  }

  private static Optional<String> rateClash(VfWish wish) {
    return VfWords.rateClash(wish.minRate().orElse(0L), wish.maxRate().orElse(0L));
  }

  private void claimForTheOnlyOne(Block vf) {
    if (count.isPresent() && count.get() == 1) {
      OneVf own = each.getOrDefault(0, none());
      for (Claim claim : claimed(vf, all)) {
        if (claimed(vf, own.wish()).stream().noneMatch(it -> it.key().equals(claim.key()))) {
          claims.add(claim);
        }
      }
    }
  }

  private static List<Claim> claimed(Block vf, VfWish wish) {
    List<Claim> found = new ArrayList<>();
    if (wish.mac().orElse(new VfWish.Auto()) instanceof VfWish.Exactly(String mac)) {
      found.add(new Claim(Keys.MAC, mac, vf.line(Keys.MAC)));
    }
    wish.nodeGuid()
        .ifPresent(it -> found.add(new Claim(Keys.NODE_GUID, it, vf.line(Keys.NODE_GUID))));
    wish.portGuid()
        .ifPresent(it -> found.add(new Claim(Keys.PORT_GUID, it, vf.line(Keys.PORT_GUID))));
    return found;
  }
}
