package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.Fact;
import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import dev.lend.model.NvmeWish;
import dev.lend.model.PfState;
import dev.lend.model.PfWish;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Plans what NVMe VFs get of their controller's queues and interrupts. Nothing is planned where the
 * PF is no such controller: other VFs have what they need from the start.
 */
final class NvmeShares {
  private final Draft draft;
  private final PfState state;
  private final PfWish wish;

  NvmeShares(Draft draft, PfState state, PfWish wish) {
    this.draft = draft;
    this.state = state;
    this.wish = wish;
  }

  /** For VFs that are made anew, by their number. */
  SortedMap<Integer, NvmeShare> fresh(int count) {
    SortedMap<Integer, NvmeShare> shares = new TreeMap<>();
    Optional<NvmePool> pool = pool(count);
    if (pool.isEmpty()) {
      return shares;
    }
    List<Integer> queues = split(pool.get().queues(), count, NvmeWish::queues, "queues", 2);
    List<Integer> interrupts =
        split(pool.get().interrupts(), count, NvmeWish::interrupts, "interrupts", 1);
    for (int index = 0; index < count; index++) {
      shares.put(
          index,
          queues.get(index) == 0
              ? NvmeShare.none()
              : new NvmeShare(queues.get(index), interrupts.get(index), true));
    }
    return shares;
  }

  /**
   * What the controller can hand out; objects where that is wished for and it can hand out none.
   */
  private Optional<NvmePool> pool(int count) {
    boolean wished = false;
    for (int index = 0; index < count; index++) {
      wished |= !wish.of(index).nvme().equals(NvmeWish.none());
    }
    return switch (state.nvme()) {
      case Fact.Known<NvmePool>(NvmePool pool) -> Optional.of(pool);
      case Fact.Absent<NvmePool> none -> {
        if (wished) {
          draft.object(
              "has no queues and interrupts to hand to VFs: it is no NVMe controller that can",
              "Leave them out.");
        }
        yield Optional.empty();
      }
      case Fact.Unreadable<NvmePool>(String path, String why) -> {
        draft.object(
            "does not say what it can hand to its VFs: " + path + ": " + why,
            "Nothing was changed.");
        yield Optional.empty();
      }
    };
  }

  /** How many of one kind each VF gets: what is wished for, and the others as much as is left. */
  private List<Integer> split(
      NvmePool.Resources of,
      int count,
      Function<NvmeWish, Optional<Integer>> said,
      String name,
      int fewest) {
    int left = of.flexible();
    int others = 0;
    for (int index = 0; index < count; index++) {
      Optional<Integer> own = said.apply(wish.of(index).nvme());
      boolean offline = wish.of(index).nvme().queues().equals(Optional.of(0));
      left -= offline ? 0 : own.orElse(0);
      others += own.isPresent() || offline ? 0 : 1;
      if (own.orElse(0) > of.most()) {
        draft.object("can give a VF " + of.most() + " " + name + ", not " + own.get(), "");
      }
    }
    int each = others == 0 ? 0 : Math.min(of.most(), Math.max(left, 0) / others);
    each -= each > of.grain() ? each % of.grain() : 0;
    if (left < 0 || others > 0 && each < fewest) {
      draft.object(
          "has "
              + of.flexible()
              + " "
              + name
              + " for VFs, which is too few: each VF that is online needs "
              + fewest,
          "Make fewer, or leave some offline: --queues 0");
    }
    List<Integer> split = new ArrayList<>();
    for (int index = 0; index < count; index++) {
      split.add(said.apply(wish.of(index).nvme()).orElse(each));
    }
    return split;
  }

  /** Where the VFs that will be there need more than the controller leaves them. */
  void addPool(SortedMap<Integer, NvmeShare> shares) {
    if (!(state.nvme() instanceof Fact.Known<NvmePool>(NvmePool pool))) {
      return;
    }
    NvmePool.Kept now = pool.kept();
    NvmePool.Kept then =
        new NvmePool.Kept(
            Math.min(now.queues(), pool.queues().flexible() - queues(shares)),
            Math.min(now.interrupts(), pool.interrupts().flexible() - interrupts(shares)));
    if (!then.equals(now)) {
      draft.consequences.add(
          new Consequence(
              state.address(),
              Consequence.Severity.NOTE,
              Consequence.Kind.CONTROLLER_RESET,
              "is reset, to keep "
                  + NvmeWords.words(then)
                  + " of those that its VFs can have, instead of "
                  + NvmeWords.words(now)
                  + ": who uses its disks waits meanwhile"));
      draft.steps.add(new VfStep.Pool(state.address(), now, then));
    }
  }

  private static int queues(Map<Integer, NvmeShare> shares) {
    return shares.values().stream().mapToInt(NvmeShare::queues).sum();
  }

  private static int interrupts(Map<Integer, NvmeShare> shares) {
    return shares.values().stream().mapToInt(NvmeShare::interrupts).sum();
  }

  /** Gives VFs that were just made what they shall have. */
  void addFresh(SortedMap<Integer, NvmeShare> shares) {
    List<VfStep.NvmeChange> changes = new ArrayList<>();
    shares.forEach((index, share) -> {
      if (!share.equals(NvmeShare.none())) {
        changes.add(new VfStep.NvmeChange(index, NvmeShare.none(), share));
      }
    });
    add(changes);
  }

  /** Takes VFs that are about to go offline, so that what they had is free. */
  static Optional<VfStep.Share> offline(PfState state) {
    List<VfStep.NvmeChange> changes = new ArrayList<>();
    state
        .vfs()
        .forEach((index, vf) -> {
          NvmeShare own = vf.share().orElse(NvmeShare.none());
          if (!own.equals(NvmeShare.none())) {
            changes.add(new VfStep.NvmeChange(index, own, NvmeShare.none()));
          }
        });
    return changes.isEmpty()
        ? Optional.empty()
        : Optional.of(new VfStep.Share(state.address(), changes));
  }

  /** For VFs that are there: what differs from what is wanted. */
  void addExisting() {
    Optional<NvmePool> pool = pool(state.count());
    if (pool.isEmpty()) {
      return;
    }
    SortedMap<Integer, NvmeShare> before = new TreeMap<>();
    state.vfs().forEach((index, vf) -> before.put(index, vf.share().orElse(NvmeShare.none())));
    SortedMap<Integer, NvmeShare> after = new TreeMap<>(before);
    List<VfStep.NvmeChange> changes = new ArrayList<>();
    SortedMap<Integer, NvmeShare> fresh = new TreeMap<>();
    before.forEach((index, own) -> {
      NvmeWish said = wish.of(index).nvme();
      boolean shaped = wish.count().isPresent() || !said.equals(NvmeWish.none());
      if (shaped && !fits(own, said)) {
        if (fresh.isEmpty() && !said(own, said)) {
          fresh.putAll(fresh(state.count()));
        }
        NvmeShare wanted = wanted(own, said, fresh.getOrDefault(index, own));
        after.put(index, wanted);
        changes.add(new VfStep.NvmeChange(index, own, wanted));
        free(index);
      }
    });
    enough(pool.get().queues(), queues(after), "queues");
    enough(pool.get().interrupts(), interrupts(after), "interrupts");
    add(changes);
  }

  private static boolean fits(NvmeShare own, NvmeWish said) {
    if (said.queues().equals(Optional.of(0))) {
      return !own.online();
    }
    return own.online()
        && said.queues().orElse(own.queues()) == own.queues()
        && said.interrupts().orElse(own.interrupts()) == own.interrupts();
  }

  /** True where nothing is left for Lend to choose. */
  private static boolean said(NvmeShare own, NvmeWish said) {
    return said.queues().equals(Optional.of(0))
        || (said.queues().isPresent() || own.queues() > 0)
            && (said.interrupts().isPresent() || own.interrupts() > 0);
  }

  /** What is not said stays as it is where there is any of it. */
  private static NvmeShare wanted(NvmeShare own, NvmeWish said, NvmeShare fresh) {
    int queues = said.queues().orElse(own.queues() > 0 ? own.queues() : fresh.queues());
    int interrupts =
        said.interrupts().orElse(own.interrupts() > 0 ? own.interrupts() : fresh.interrupts());
    return queues == 0 ? NvmeShare.none() : new NvmeShare(queues, interrupts, true);
  }

  /** A controller that goes offline under its driver is a broken disk. */
  private void free(int index) {
    PfState.Vf vf = Optional.ofNullable(state.vfs().get(index)).orElseThrow();
    Optional<Loan> loan = draft.ledger.loan(vf.address());
    if (loan.isPresent() || vf.binding().driver().isPresent()) {
      draft.object(
          "cannot change what VF "
              + index
              + " has while "
              + loan.flatMap(Loan::taker).map(who -> who + " uses it").orElse("a driver has it"),
          loan.isPresent()
              ? "Take it back first: lend detach or lend return " + vf.address().brief()
              : "Take that off first: echo "
                  + vf.address()
                  + " > "
                  + Step.DEVICES
                  + vf.address()
                  + "/driver/unbind");
    }
  }

  private void enough(NvmePool.Resources of, int needed, String name) {
    if (needed > of.flexible() - of.kept()) {
      draft.object(
          "leaves its VFs "
              + (of.flexible() - of.kept())
              + " "
              + name
              + ", and "
              + needed
              + " would be needed",
          of.kept() > 0
              ? "It can leave them more where its VFs are made anew: lend vf remove, then lend vf"
                  + " create with --"
                  + name
              : "Take some from another VF first.");
    }
  }

  private void add(List<VfStep.NvmeChange> changes) {
    if (!changes.isEmpty()) {
      draft.steps.add(new VfStep.Share(state.address(), changes));
    }
  }
}
