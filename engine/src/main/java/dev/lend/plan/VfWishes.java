package dev.lend.plan;

import dev.lend.ledger.Loan;
import dev.lend.model.DriverAbilities;
import dev.lend.model.NvmeWish;
import dev.lend.model.PfState;
import dev.lend.model.PfWish;
import dev.lend.model.VfAbility;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import dev.lend.model.VfWish;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What is wanted of each VF of a PF: addresses are decided here, and clashes found. */
final class VfWishes {
  private static final VfWish AUTO = VfWish.none().withMac(new VfWish.Auto());
  private static final String NO_ADDRESS = "00:00:00:00:00:00";

  private final Draft draft;
  private final PfState state;
  private final PfWish wish;
  private final int count;
  private final boolean network;

  /**
   * @param count how many VFs there will be
   */
  VfWishes(Draft draft, PfState state, PfWish wish, int count) {
    this.draft = draft;
    this.state = state;
    this.wish = wish;
    this.count = count;
    this.network = draft.function.network();
  }

  /** For VFs that are there: what differs from what is wanted. */
  List<VfStep.Change> changes() {
    List<VfStep.Change> changes = new ArrayList<>();
    for (Map.Entry<Integer, VfWish> entry : decided(false).entrySet()) {
      Optional<PfState.Vf> vf = Optional.ofNullable(state.vfs().get(entry.getKey()));
      if (vf.isEmpty() || vf.get().settings().isEmpty()) {
        draft.object(
            "tells nothing of how VF " + entry.getKey() + " is set up",
            "Its driver cannot set up VFs, or cannot be asked.");
        return List.of();
      }
      VfSettings now = vf.get().settings().get();
      VfWish to = differing(now, entry.getValue());
      if (!to.equals(VfWish.none())) {
        changes.add(new VfStep.Change(entry.getKey(), VfStep.wishFor(now).limitedTo(to), to));
        lent(entry.getKey(), vf.get(), to);
      }
    }
    return changes;
  }

  /** For VFs that are made anew. Each VF of a network card gets an address. */
  List<VfStep.Change> fresh() {
    List<VfStep.Change> changes = new ArrayList<>();
    decided(network)
        .forEach((index, to) -> changes.add(new VfStep.Change(index, VfWish.none(), to)));
    return changes;
  }

  /** The wishes that say anything, with their addresses decided. */
  private Map<Integer, VfWish> decided(boolean always) {
    Map<Integer, VfWish> decided = new TreeMap<>();
    Map<String, String> owners = owners();
    for (int index = 0; index < count; index++) {
      // What an NVMe VF shall have is no setting of a network card: NvmeShares.
      VfWish own = wish.of(index).withNvme(NvmeWish.none());
      if (always) {
        own = own.or(AUTO);
      }
      if (!own.equals(VfWish.none())) {
        supported(own);
        decided.put(index, own);
      }
    }
    // Addresses that a person chose come first, so that none is made that clashes with one.
    for (Map.Entry<Integer, VfWish> entry : decided.entrySet()) {
      if (entry.getValue().mac().orElse(null) instanceof VfWish.Exactly(String mac)) {
        clash(entry.getKey(), mac, owners);
      }
    }
    for (Map.Entry<Integer, VfWish> entry : decided.entrySet()) {
      if (entry.getValue().mac().orElse(null) instanceof VfWish.Auto) {
        Set<String> taken = new HashSet<>(owners.keySet());
        Optional<String> own = ownMac(entry.getKey());
        own.filter(mac -> state.macs().get(mac) == null).ifPresent(taken::remove);
        String made = VfMac.of(state.cardKey(), entry.getKey(), own, taken);
        owners.put(made, "VF " + entry.getKey());
        entry.setValue(entry.getValue().withMac(new VfWish.Exactly(made)));
      }
    }
    return decided;
  }

  /** Who has which address once the plan is carried out, as far as that is known before. */
  private Map<String, String> owners() {
    Map<String, String> owners = new HashMap<>(state.macs());
    state
        .vfs()
        .forEach((index, vf) -> {
          boolean keeps = index < count && wish.of(index).mac().isEmpty();
          vf.settings()
              .filter(settings -> keeps)
              .ifPresent(settings -> owners.put(settings.mac(), "VF " + index));
        });
    owners.remove(NO_ADDRESS);
    return owners;
  }

  private void clash(int index, String mac, Map<String, String> owners) {
    String name = "VF " + index;
    String owner = owners.putIfAbsent(mac, name);
    if (owner != null && !owner.equals(name)) {
      draft.object(
          "cannot give " + name + " the address " + mac + ": " + owner + " has it",
          "Choose another one, or leave it to Lend: --mac auto");
    }
  }

  private Optional<String> ownMac(int index) {
    return Optional.ofNullable(state.vfs().get(index))
        .flatMap(PfState.Vf::settings)
        .map(VfSettings::mac);
  }

  /** Refuses what the driver is known not to do. */
  private void supported(VfWish own) {
    if (!network) {
      draft.object("is no network card: its VFs have no such settings", "Leave the settings out.");
      return;
    }
    Optional<DriverAbilities> known =
        draft.ledger.abilities(draft.function.driver().orElse(""), state.driverVersion());
    if (known.isEmpty()) {
      return;
    }
    for (VfAbility ability : VfAbility.neededBy(own)) {
      Optional<String> why = known.get().lacks(ability);
      String text =
          draft.names.of(draft.function)
              + " cannot set "
              + ability.id()
              + " for VFs: "
              + why.orElse("")
              + " (tried "
              + known.get().at()
              + " with "
              + known.get().driver()
              + " "
              + known.get().version()
              + "). Leave it out.";
      if (why.isPresent() && !draft.refused(text)) {
        draft.refuse(text);
      }
    }
  }

  private void lent(int index, PfState.Vf vf, VfWish to) {
    Optional<String> guest = draft.ledger.loan(vf.address()).flatMap(Loan::taker);
    if (guest.isPresent() && to.mac().isPresent()) {
      draft.consequences.add(
          new Consequence(
              vf.address(),
              Consequence.Severity.NOTE,
              Consequence.Kind.GUEST_SETTING,
              "VF "
                  + index
                  + " is in "
                  + guest.get()
                  + ": it sees its new address when its driver starts anew"));
    }
  }

  /** The part of a wish that is not so already. */
  private static VfWish differing(VfSettings now, VfWish wish) {
    VfWish changed = VfWish.none();
    for (VfSetting setting : VfSetting.between(now, wish.on(now, now.mac()))) {
      changed = changed.or(VfWish.of(setting));
    }
    return wish.limitedTo(changed);
  }
}
