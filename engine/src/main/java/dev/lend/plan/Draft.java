package dev.lend.plan;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.DeviceIdentity;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetOrigin;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.VfioHolder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** A plan in the making. */
final class Draft {
  final HostSnapshot host;
  final Ledger ledger;
  final Request request;
  final PciFunction function;
  final Names names;

  /** The time that the plan carries. */
  final Instant now;

  final List<Step> steps = new ArrayList<>();
  final List<Consequence> consequences = new ArrayList<>();
  final List<PciAddress> touched = new ArrayList<>();
  final List<Loan> loans = new ArrayList<>();
  private final List<Objection> objections = new ArrayList<>();

  Draft(HostSnapshot host, Ledger ledger, Request request, PciFunction function, Instant now) {
    this.host = host;
    this.now = now;
    this.ledger = ledger;
    this.request = request;
    this.function = function;
    this.names = new Names(host);
  }

  /** The plan; steps and loans only where nothing speaks against it. */
  Plan finish() {
    boolean allowed = allowed();
    return new Plan(
        request,
        allowed ? steps : List.of(),
        consequences,
        objections,
        allowed ? touched : List.of(),
        allowed ? loans : List.of(),
        allowed ? devices() : List.of());
  }

  /** What sits where the steps have something to do; of a lent one the ledger may know more. */
  private List<DeviceIdentity> devices() {
    TreeSet<PciAddress> concerned = new TreeSet<>(touched);
    steps.forEach(step -> step.device().ifPresent(concerned::add));
    List<DeviceIdentity> devices = new ArrayList<>();
    for (PciAddress address : concerned) {
      Optional<PciFunction> there = host.function(address);
      if (there.isPresent()) {
        DeviceIdentity now = Drift.identity(host, there.get());
        devices.add(
            ledger.loan(address).flatMap(Loan::device).filter(was -> was.same(now)).orElse(now));
      }
    }
    return devices;
  }

  boolean allowed() {
    return objections.isEmpty();
  }

  /** The function itself, then the endpoints that share its IOMMU group. */
  List<PciFunction> wholeGroup() {
    List<PciFunction> all = new ArrayList<>(host.groupMates(function));
    all.addFirst(function);
    return all;
  }

  Binding binding(PciFunction member) {
    return host.binding(member.address())
        .orElseThrow(() -> new IllegalArgumentException("no binding of " + member.address()));
  }

  /** What of the network is put back when a function comes home again. */
  NetOrigin netOrigin(PciFunction member) {
    Fact<NetOrigin> read = host.surroundings().netOrigin(member.address());
    if (read instanceof Fact.Unreadable<NetOrigin>(String path, String why)) {
      refuse(
          "How the network of "
              + names.of(member)
              + " is set up cannot be read ("
              + why
              + "), so it could not be put back. Nothing was changed.");
    }
    return read.or(NetOrigin.none());
  }

  /** Before a function leaves its driver: how its interfaces are is on disk, and undone last. */
  void keepNet(PciFunction member, NetOrigin net, Instant now) {
    if (!net.interfaces().isEmpty()) {
      steps.add(new Step.Keep(new Step.RestoreNet(member.address(), now, net.interfaces())));
    }
  }

  /** After it: a VF must be told its address before its driver asks for it, so undone first. */
  void keepVf(PciFunction member, NetOrigin net) {
    net.vf().ifPresent(vf -> steps.add(new Step.Keep(new Step.RestoreVf(member.address(), vf))));
  }

  /** Before a function gets its driver back. */
  void homeVf(PciFunction member, NetOrigin net) {
    net.vf().ifPresent(vf -> steps.add(new Step.RestoreVf(member.address(), vf)));
  }

  /**
   * After it.
   *
   * @param since when its interfaces were like that
   */
  void homeNet(PciFunction member, NetOrigin net, Instant since) {
    if (!net.interfaces().isEmpty()) {
      steps.add(new Step.RestoreNet(member.address(), since, net.interfaces()));
    }
  }

  /** True where another function of the group is in a guest, by the ledger. */
  boolean groupHasOurGuest() {
    return host.groupMates(function).stream()
        .anyMatch(mate -> ledger.loan(mate.address()).flatMap(Loan::taker).isPresent());
  }

  void refuseForeignHolders() {
    for (VfioHolder holder : host.holdersOf(function)) {
      object("is held by " + holder.describe(), Planner.LET_GO);
    }
  }

  /** Another of the group is in a guest, which has this loan. */
  void objectToOwnerOf(PciFunction mate, Loan loan) {
    object(
        "shares its IOMMU group with "
            + names.of(mate)
            + ", which is lent to "
            + loan.taker().orElse("nobody"),
        loan.inGuest().isPresent()
            ? "Take that back first: lend detach " + names.shortest(mate)
            : takeBack(loan, names.shortest(mate)));
  }

  /** What to do about a loan that is in the way. */
  static String takeBack(Loan loan, String name) {
    return switch (loan.holder()) {
      case Loan.InGuest in -> "Take it back first: lend detach " + name;
      case Loan.InProcess in ->
          "It was started by lend run, and the device comes back when it ends";
      case Loan.Reserved reserved -> "Give it back first: lend return " + name;
      case Loan.Along along -> "Give it back first: lend return " + name;
    };
  }

  String shortName() {
    return names.shortest(function);
  }

  /**
   * An objection about the function.
   *
   * @param what what and why, going on after its name
   * @param advice what to do, to the end; empty text where nothing can be done
   */
  void object(String what, String advice) {
    refuse(names.of(function) + " " + what + (advice.isEmpty() ? "." : ". " + advice));
  }

  /** True where this was objected to already. */
  boolean refused(String text) {
    return objections.contains(new Objection(text));
  }

  /** An objection in full. */
  void refuse(String text) {
    objections.add(new Objection(text));
  }
}
