package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.gen.Gen;
import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.BlockDevice;
import dev.lend.model.Dependent;
import dev.lend.model.Fact;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.HostProcess;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What holds for every plan, whatever the host, the ledger and the request. */
class PlannerPropertyTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final List<Guest> GUESTS =
      List.of(new Guest.Qemu("/run/a.qmp"), new Guest.Qemu("/run/b.qmp"), new Guest.Domain("web1"));
  private static final List<String> ADDRESSES =
      List.of("00:01.0", "01:00.0", "01:00.1", "02:00.0", "03:00.0", "03:00.1");

  private record Case(HostSnapshot host, Ledger ledger, Optional<GuestView> view, Request request) {
    static Case any(Gen gen) {
      HostFixture host = new HostFixture();
      List<Loan> loans = new ArrayList<>();
      for (String address : ADDRESSES) {
        function(gen, host, address, loans);
      }
      for (String address : ADDRESSES) {
        host.rests(address, gen.list(2, Case::dependent).toArray(new Dependent[0]));
      }
      gen.list(2, one -> host.holder(one.between(1, 4)));
      if (gen.chance(20)) {
        host.withoutVfioPci();
      }
      if (gen.chance(30)) {
        host.session("192.0.2.1");
      }
      host.net("br0", "", gen.chance(30), List.of(), gen.oneOf("192.0.2.1/24", "192.0.2.9/24"));
      Ledger ledger = Ledger.empty().after(List.of(), loans);
      return new Case(host.build(), ledger, view(gen), request(gen));
    }

    private static Dependent dependent(Gen gen) {
      HostProcess process = new HostProcess(gen.between(1, 99), "x", Optional.empty());
      return gen.oneOf(
          new Dependent.OpenFile("sda", "", true, gen.chance(50), process),
          new Dependent.OpenFile("dri/card0", "", false, true, process),
          new Dependent.Part(gen.oneOf(Dependent.Role.values()), "part"),
          new Dependent.Below(List.of(at(gen.oneOf(ADDRESSES)))),
          new Dependent.SharedReset(List.of(at(gen.oneOf(ADDRESSES)))),
          new Dependent.MountElsewhere("sda", "/x", process),
          new Dependent.NetElsewhere(List.of()));
    }

    private static void function(Gen gen, HostFixture host, String address, List<Loan> loans) {
      if (gen.chance(20)) {
        host.role(new SriovRole.Physical(4, gen.chance(50) ? List.of() : List.of(at("09:00.0"))));
      }
      Fact<Integer> group = gen.chance(5) ? Fact.absent() : Fact.known(gen.between(1, 4));
      Optional<String> none = Optional.empty();
      boolean lent = gen.chance(30);
      Binding binding =
          lent
              ? new Binding(Optional.of("vfio-pci"), Optional.of("vfio-pci"))
              : new Binding(
                  gen.oneOf(none, Optional.of("igb")), gen.oneOf(none, Optional.of("igb")));
      int pciClass = gen.oneOf(HostFixture.NIC, HostFixture.NVME, HostFixture.BRIDGE);
      host.function(address, pciClass, group, binding);
      if (gen.chance(40)) {
        List<String> uppers = gen.chance(30) ? List.of("br0") : List.of();
        host.net("eth" + address, address, gen.chance(15), uppers);
      }
      if (gen.chance(20)) {
        BlockDevice.What what =
            gen.oneOf(
                new BlockDevice.Mounted("/"), new BlockDevice.Swap(), new BlockDevice.Layer("md0"));
        host.disk("sda", address, new BlockDevice.Use(List.of(), what));
      }
      if (gen.chance(lent ? 70 : 10)) {
        Loan.Holder holder =
            gen.oneOf(
                new Loan.Reserved(),
                new Loan.Along(at(gen.oneOf(ADDRESSES))),
                inGuest(gen.oneOf(GUESTS), address));
        Binding origin = new Binding(Optional.of("orig" + address), Optional.empty());
        loans.add(new Loan(at(address), holder, origin, Instant.EPOCH));
      }
    }

    private static Loan.Holder inGuest(Guest guest, String address) {
      return new Loan.InGuest(guest, Plugging.deviceId(guest, at(address)));
    }

    private static Optional<GuestView> view(Gen gen) {
      Set<String> devices = new HashSet<>();
      ADDRESSES.forEach(address -> {
        if (gen.chance(20)) {
          devices.add(Planner.deviceId(at(address)));
          devices.add(DomainXml.alias(at(address)));
        }
      });
      GuestView.State state =
          switch (gen.between(0, 5)) {
            case 0 -> new GuestView.Gone();
            case 1 -> new GuestView.Mute("why");
            default ->
                new GuestView.Answering("g", gen.list(2, one -> "rp" + one.between(0, 9)), devices);
          };
      return Optional.of(new GuestView(gen.oneOf(GUESTS), state));
    }

    private static Request request(Gen gen) {
      PciAddress address = at(gen.oneOf(ADDRESSES));
      Set<Consequence.Kind> accepted = new HashSet<>();
      for (Consequence.Kind kind : Consequence.Kind.values()) {
        if (gen.chance(40)) {
          accepted.add(kind);
        }
      }
      Request.Consent consent = new Request.Consent(gen.chance(80), gen.chance(80), accepted);
      return switch (gen.between(0, 3)) {
        case 0 -> new Request.Attach(address, gen.oneOf(GUESTS), consent);
        case 1 -> new Request.Reserve(address, consent);
        case 2 -> new Request.Detach(address);
        default -> new Request.Return(address);
      };
    }

    Plan plan() {
      return Planner.plan(host, ledger, view, request, NOW);
    }

    Optional<Loan> after(Plan plan, PciAddress address) {
      return ledger.after(plan.touched(), plan.loans()).loan(address);
    }
  }

  @Test
  void holdsForEveryPlan() {
    int[] allowed = new int[1];
    Gen.check(
        PlannerPropertyTest.class,
        "planner",
        20_000,
        gen -> {
          Case c = Case.any(gen);
          Plan plan = c.plan();
          assertThat(c.plan()).as("the same plan for the same question").isEqualTo(plan);
          if (plan.allowed()) {
            allowed[0]++;
            guarded(c, plan);
            originsKept(c, plan);
            loansAgree(c, plan);
            oneOwner(c, plan);
          } else {
            assertThat(plan.steps()).isEmpty();
            assertThat(plan.touched()).isEmpty();
            plan.objections().forEach(objection -> assertThat(objection.text()).isNotBlank());
          }
        });
    assertThat(allowed[0]).as("cases that say something").isGreaterThan(1000);
  }

  /** Nothing that the host needs is taken from its driver, and nothing that somebody holds. */
  private static void guarded(Case c, Plan plan) {
    for (Step step : plan.steps()) {
      if (step instanceof Step.Rebind(PciAddress address, Binding from, Binding to)) {
        PciFunction function = c.host.function(address).orElseThrow();
        assertThat(from).isEqualTo(c.host.binding(address).orElseThrow());
        if (to.driver().equals(Optional.of(Planner.VFIO_PCI))) {
          assertThat(function.bridge()).isFalse();
          assertThat(BlastRadius.together(c.host, function))
              .as("nothing stops that nobody agreed to")
              .allMatch(c.request.agreed()::covers);
          assertThat(c.host.holdersOf(function)).isEmpty();
          assertThat(function.group()).isInstanceOf(Fact.Known.class);
        } else if (!c.host.holdersOf(function).isEmpty()) {
          assertThat(plan.steps()).as("waits").anyMatch(Step.AwaitRelease.class::isInstance);
        }
      }
    }
  }

  @Test
  void changesNothingButWhatIsAllowedWhereMoreIsAgreedTo() {
    int[] told = new int[2];
    Gen.check(
        PlannerPropertyTest.class,
        "consent",
        20_000,
        gen -> {
          Case c = Case.any(gen);
          Plan plan = c.plan();
          Set<Consequence.Kind> all = EnumSet.allOf(Consequence.Kind.class);
          Request.Consent everything = new Request.Consent(true, true, all);
          Request more =
              switch (c.request) {
                case Request.Attach attach ->
                    new Request.Attach(attach.address(), attach.guest(), everything);
                case Request.Reserve reserve -> new Request.Reserve(reserve.address(), everything);
                default -> c.request;
              };
          Plan bolder = new Case(c.host, c.ledger, c.view, more).plan();
          if (plan.allowed()) {
            told[0]++;
            assertThat(bolder.allowed()).as("needless consent is harmless").isTrue();
            assertThat(bolder.steps()).isEqualTo(plan.steps());
            assertThat(bolder.loans()).isEqualTo(plan.loans());
          } else if (bolder.allowed()) {
            told[1]++;
            guarded(new Case(c.host, c.ledger, c.view, more), bolder);
          }
          assertThat(bolder.consequences()).isEqualTo(plan.consequences());
        });
    assertThat(told[0]).as("needless").isGreaterThan(500);
    assertThat(told[1]).as("needed").isGreaterThan(500);
  }

  /** Whatever leaves its driver has a loan that says where it came from. */
  private static void originsKept(Case c, Plan plan) {
    for (Step step : plan.steps()) {
      if (step instanceof Step.Rebind(PciAddress address, Binding from, Binding to)) {
        Optional<Loan> before = c.ledger.loan(address);
        Optional<Loan> after = c.after(plan, address);
        if (to.driver().equals(Optional.of(Planner.VFIO_PCI))) {
          assertThat(after).isPresent();
          assertThat(after.get().origin()).isEqualTo(before.map(Loan::origin).orElse(from));
        } else {
          assertThat(before.map(Loan::origin)).as("goes home").contains(to);
          assertThat(after).isEmpty();
        }
      }
    }
    for (Loan loan : plan.loans()) {
      c.ledger
          .loan(loan.address())
          .ifPresent(before -> assertThat(loan.origin()).isEqualTo(before.origin()));
    }
  }

  private static void loansAgree(Case c, Plan plan) {
    assertThat(plan.touched()).doesNotHaveDuplicates();
    assertThat(plan.loans()).extracting(Loan::address).doesNotHaveDuplicates();
    assertThat(plan.touched()).containsAll(plan.loans().stream().map(Loan::address).toList());
    if (c.request.homeward()) {
      for (PciAddress address : plan.touched()) {
        assertThat(c.ledger.loan(address)).as("only what was lent").isPresent();
        assertThat(c.after(plan, address).flatMap(Loan::inGuest)).isEmpty();
      }
    } else {
      assertThat(c.after(plan, c.request.address())).isPresent();
      assertThat(plan.loans()).hasSameSizeAs(plan.touched());
    }
    if (c.request
        instanceof Request.Attach(PciAddress address, Guest guest, var consent, var fdb, var on)) {
      assertThat(c.after(plan, address).flatMap(Loan::inGuest).map(Loan.InGuest::guest))
          .contains(guest);
      assertThat(plan.steps().getLast()).isInstanceOf(Step.Plug.class);
    }
  }

  /** No group gets into two guests, and nobody loses a device without being asked. */
  private static void oneOwner(Case c, Plan plan) {
    Optional<Loan.InGuest> before = c.ledger.loan(c.request.address()).flatMap(Loan::inGuest);
    if (!c.request.homeward()) {
      assertThat(before).isEmpty();
    }
    for (PciAddress address : plan.touched()) {
      if (!address.equals(c.request.address())) {
        assertThat(c.ledger.loan(address).flatMap(Loan::inGuest)).isEmpty();
      }
    }
    if (c.request instanceof Request.Attach attach) {
      for (PciFunction mate : c.host.groupMates(c.host.function(attach.address()).orElseThrow())) {
        c.ledger
            .loan(mate.address())
            .flatMap(Loan::inGuest)
            .ifPresent(in -> assertThat(in.guest()).isEqualTo(attach.guest()));
      }
    }
  }
}
