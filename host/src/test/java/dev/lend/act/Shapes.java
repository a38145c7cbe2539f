package dev.lend.act;

import dev.lend.gen.Gen;
import dev.lend.model.PciAddress;
import dev.lend.model.PfWish;
import dev.lend.model.VfSettings;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.plan.Request;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Any wish for the VFs of a PF: to make, to set up, to remove. */
final class Shapes {
  private static final Request.Consent ALL = new Request.Consent(true, true);

  private Shapes() {}

  static Request any(Gen gen, PciAddress pf) {
    return switch (gen.between(0, 4)) {
      case 0, 1 -> shape(pf, Optional.of(gen.between(1, 5)), gen, "vf create");
      case 2 -> shape(pf, Optional.of(0), gen, "vf remove");
      default -> shape(pf, Optional.empty(), gen, "vf set");
    };
  }

  private static Request shape(PciAddress pf, Optional<Integer> count, Gen gen, String verb) {
    boolean none = count.equals(Optional.of(0));
    SortedMap<Integer, PfWish.OneVf> each = new TreeMap<>();
    if (!none && gen.flag()) {
      Optional<VfUse> use = gen.maybe(some -> some.oneOf(VfUse.values()));
      each.put(0, new PfWish.OneVf(use, wish(gen)));
    }
    VfUse use = gen.oneOf(VfUse.values());
    VfWish all = none ? VfWish.none() : wish(gen);
    return new Request.ShapeVfs(pf, new PfWish(count, use, all, each), ALL, verb);
  }

  private static VfWish wish(Gen gen) {
    VfWish wish = VfWish.none();
    if (gen.flag()) {
      int id = gen.between(0, 99);
      wish = wish.withVlan(new VfSettings.Vlan(id, id == 0 ? 0 : 1, VfSettings.Vlan.Q));
    }
    if (gen.flag()) {
      wish = wish.withTrust(gen.flag());
    }
    if (gen.oneIn(3)) {
      wish = wish.withRates(0, gen.between(0, 900));
    }
    return gen.oneIn(3) ? wish.withMac(new VfWish.Auto()) : wish;
  }
}
