package dev.lend.act;

import static dev.lend.act.Soundness.require;

import dev.lend.gen.Gen;
import dev.lend.ledger.Loan;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import dev.lend.plan.Consequence;
import dev.lend.plan.Lasting;
import dev.lend.plan.Request;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is tried on random hosts: one command thoroughly, or many commands one after the other. */
final class Campaign {
  private static final Request.Consent SOME = new Request.Consent(false, false);
  private static final Request.Consent FOR_A_MINUTE =
      new Request.Consent(true, true, Set.of(), Optional.of(Duration.ofMinutes(1)));

  private Campaign() {}

  /** One command of any kind on a host where others may have been carried out before. */
  static void command(Gen gen, int most, Tally tally) {
    Estate estate = Estate.any(gen);
    House house = estate.house().copy();
    Gen aside = gen.aside("PF");
    if (!estate.vfs().isEmpty() && aside.oneIn(2)) {
      ofPf(aside, estate, house, most, tally);
      return;
    }
    PciAddress target = gen.oneOf(estate.lendable());
    int before = gen.between(0, 2);
    for (int i = 0; i < before; i++) {
      house.attempt(outward(gen, gen.oneOf(estate.lendable())));
    }
    Request request = prepared(gen, estate, house, target);
    String kind =
        request.verb()
            + (lasting(request, house) ? ", in a definition" : "")
            + (estate.together(target) > 1 ? ", shared group" : "")
            + (request.agreed().within().isPresent() ? ", to be confirmed" : "");
    Gen sample = new Gen(gen.anyLong());
    new Ordeal(estate, kind, request, new Soundness(estate), sample, tally).run(house, most);
  }

  private static boolean lasting(Request request, House house) {
    return request instanceof Request.Attach attach && attach.lasting().defined()
        || request instanceof Request.Detach
            && house.known().ledger().loan(request.address()).map(Loan::defined).orElse(false);
  }

  /** A command about a PF that has VFs, some of which may be lent. */
  private static void ofPf(Gen gen, Estate estate, House house, int most, Tally tally) {
    PciAddress pf = gen.oneOf(estate.vfs().values().stream().sorted().distinct().toList());
    if (gen.oneIn(3)) {
      house.attempt(outward(gen, gen.oneOf(estate.lendable())));
    }
    Soundness soundness = new Soundness(estate, Set.of(pf));
    Request request;
    if (gen.oneIn(3)) {
      soundness.mayBe(pf, estate.house());
      Request.Consent all =
          new Request.Consent(
              true,
              true,
              Set.of(Consequence.Kind.VIRTUAL_FUNCTIONS),
              gen.oneIn(4) ? FOR_A_MINUTE.within() : Optional.empty());
      request =
          gen.flag()
              ? new Request.Reserve(pf, all)
              : new Request.Attach(pf, SimulatedGuests.GUEST, all);
      if (all.within().isEmpty() && gen.oneIn(3)) {
        house.attempt(request);
        request =
            request instanceof Request.Reserve ? new Request.Return(pf) : new Request.Detach(pf);
      }
    } else {
      request = Shapes.any(gen, pf);
    }
    String kind =
        request instanceof Request.ShapeVfs
            ? request.verb()
            : request.verb()
                + ", PF with VFs"
                + (request.agreed().within().isPresent() ? ", to be confirmed" : "");
    Gen sample = new Gen(gen.anyLong());
    new Ordeal(estate, kind, request, soundness, sample, tally).run(house, most);
  }

  private static Request outward(Gen gen, PciAddress address) {
    return gen.flag()
        ? new Request.Attach(address, guest(gen), House.ALL)
        : new Request.Reserve(address, House.ALL);
  }

  private static Guest guest(Gen gen) {
    return gen.oneOf(SimulatedGuests.GUEST, SimulatedGuests.OTHER);
  }

  /** Mostly until the guest ends. */
  private static Request attach(
      Gen aside, PciAddress address, Guest guest, Request.Consent consent) {
    Lasting lasting = aside.oneIn(2) ? aside.oneOf(Lasting.values()) : Lasting.LIVE;
    return new Request.Attach(address, guest, consent, false, lasting);
  }

  /** Mostly for good. */
  private static Request.Consent consent(Gen aside) {
    return aside.oneIn(4) ? FOR_A_MINUTE : House.ALL;
  }

  private static Request prepared(Gen gen, Estate estate, House house, PciAddress target) {
    Gen aside = gen.aside("prepared");
    switch (gen.between(0, 8)) {
      case 0 -> {
        Guest guest = guest(gen);
        Request.Consent consent = consent(aside);
        return attach(gen.aside("lasting"), target, guest, consent);
      }
      case 1 -> {
        house.attempt(new Request.Reserve(target, House.ALL));
        Guest guest = guest(gen);
        Request.Consent consent = consent(aside);
        return attach(gen.aside("lasting"), target, guest, consent);
      }
      case 2 -> {
        return new Request.Reserve(target, consent(aside));
      }
      case 3, 4 -> {
        house.attempt(attach(gen.aside("lasting"), target, guest(gen), House.ALL));
        if (gen.oneIn(4)) {
          house.guests.stop(guest(gen));
        }
        Estate.resettle(house.kernel, target, aside);
        return detach(target, aside);
      }
      case 5, 6 -> {
        house.attempt(new Request.Reserve(target, House.ALL));
        Estate.resettle(house.kernel, target, aside);
        return new Request.Return(target);
      }
      case 7 -> {
        String methods = methods(estate, target);
        if (gen.flag() && !methods.isEmpty()) {
          house.kernel.resetFails(target.toString(), methods.split(" ", -1)[0]);
        }
        return new Request.TryReset(target);
      }
      default -> {
        String method = methods(estate, target).split(" ", -1)[0];
        house.kernel.resetWipes(target.toString(), method);
        house.attempt(new Request.TryReset(target));
        house.kernel.mendResets(target.toString());
        if (gen.oneIn(3)) {
          house.attempt(
              new Request.Reserve(
                  target, new Request.Consent(true, true, Set.of(Consequence.Kind.QUARANTINE))));
        }
        return new Request.Clean(target);
      }
    }
  }

  /** Now and then with the guest's end as the price. */
  private static Request detach(PciAddress address, Gen aside) {
    return new Request.Detach(
        address, new Request.Homecoming(false, new Request.Consent(false, false), aside.oneIn(3)));
  }

  private static String methods(Estate estate, PciAddress target) {
    return estate.house().kernel.read("sys/bus/pci/devices/" + target + "/reset_method").or("");
  }

  /**
   * Several people, one after the other, with things going wrong, guests that end and kernels that
   * take their time.
   */
  static void sequence(Gen gen, Tally tally) {
    Estate estate = Estate.any(gen);
    House house = estate.house().copy();
    Soundness soundness = new Soundness(estate);
    StringBuilder story = new StringBuilder();
    int steps = gen.between(4, 14);
    Gen aside = gen.aside("sequence");
    try {
      for (int i = 0; i < steps; i++) {
        if (aside.oneIn(5)) {
          minutes(aside, house, story);
        }
        step(gen, aside, estate, house, story, tally);
        soundness.always(house);
        if (gen.oneIn(3)) {
          story.append("\nrecover");
          Ordeal.end(house, soundness);
        }
      }
      Ordeal.end(house, soundness);
    } catch (AssertionError | RuntimeException failure) {
      throw new AssertionError(
          failure + "" + story + "\nsaid: " + house.said + "\n" + String.join("\n", house.lines),
          failure);
    }
  }

  /** Time passes, and what waits for a word of the person gets it or does not. */
  private static void minutes(Gen gen, House house, StringBuilder story) {
    if (gen.flag()) {
      story.append("\nconfirmed");
      house.lender().confirm(house.journal(), Optional.empty());
    }
    story.append("\nsome time passes");
    house.now = house.now.plusSeconds(gen.between(1, 90));
  }

  private static void step(
      Gen gen, Gen aside, Estate estate, House house, StringBuilder story, Tally tally) {
    switch (gen.between(0, 11)) {
      case 0 -> {
        Guest guest = guest(gen);
        story.append("\nends or starts: ").append(guest);
        if (house.guests.runs(guest)) {
          house.guests.stop(guest);
        } else {
          house.guests.start(guest, 5_000 + gen.between(0, 999), "web");
        }
      }
      case 1 -> {
        story.append("\nthe kernel answers");
        house.kernel.settle();
      }
      default -> {
        house.by = gen.oneOf("ann", "bob", "cy");
        Request request = request(gen, aside, gen.oneOf(estate.lendable()));
        Optional<Blow> blow = blow(gen, aside);
        story.append('\n').append(house.by).append(": ").append(request).append(' ').append(blow);
        blow.ifPresent(one -> one.arm(house));
        Optional<Outcome> outcome = house.attempt(request);
        house.calm();
        story
            .append(" -> ")
            .append(outcome.map(o -> o.getClass().getSimpleName()).orElse("cut off"));
        require(blow.isPresent() || outcome.isPresent(), () -> "cut off with nothing going wrong");
        tally.inSequence(blow.map(one -> one.kind().title()).orElse("none"));
      }
    }
  }

  private static Request request(Gen gen, Gen aside, PciAddress address) {
    Request.Consent consent = gen.oneIn(5) ? SOME : consent(aside);
    return switch (gen.between(0, 9)) {
      case 0, 1, 2 -> attach(aside, address, guest(gen), consent);
      case 3, 4 -> new Request.Reserve(address, consent);
      case 5, 6 -> detach(address, aside);
      case 7 -> new Request.Return(address);
      case 8 -> new Request.TryReset(address);
      default -> new Request.Clean(address);
    };
  }

  private static Optional<Blow> blow(Gen gen, Gen aside) {
    if (aside.oneIn(10)) {
      return Optional.of(new Blow.GuestsEnd(aside.between(1, 50)));
    }
    return switch (gen.between(0, 6)) {
      case 0, 1 -> Optional.of(new Blow.Death(gen.between(1, 50)));
      case 2 -> Optional.of(new Blow.Answer(gen.between(1, 6), gen.oneOf(Blow.ANSWERS)));
      case 3 -> Optional.of(new Blow.Disk(gen.between(1, 12), gen.oneOf(List.of(1, 99))));
      case 4 -> Optional.of(new Blow.Guest(gen.flag()));
      default -> Optional.empty();
    };
  }
}
