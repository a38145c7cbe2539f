package dev.lend.act;

import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.StuckWrite;
import dev.lend.plan.Objection;
import dev.lend.plan.Plan;
import dev.lend.plan.Request;
import dev.lend.plan.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Refuses what needs a function that a write holds up; everything else goes on. */
final class HeldUp {
  private final List<StuckWrite> writes;

  /**
   * @param writes what the kernel has not answered to this moment
   */
  HeldUp(List<StuckWrite> writes) {
    this.writes = List.copyOf(writes);
  }

  /** The functions that are held up themselves. */
  Set<PciAddress> addresses() {
    Set<PciAddress> addresses = new HashSet<>();
    writes.forEach(stuck -> stuck.write().device().ifPresent(addresses::add));
    return addresses;
  }

  /** A refusal, where the request needs what is held up. */
  Optional<Plan> refusal(HostSnapshot host, Request request) {
    Set<PciAddress> concerned = concerned(host, request.address());
    if (host.function(request.address()).map(PciFunction::sriov).orElse(null)
        instanceof SriovRole.Physical(int total, List<PciAddress> vfs)) {
      concerned.addAll(vfs);
    }
    List<Objection> objections = new ArrayList<>();
    for (StuckWrite stuck : writes) {
      if (stuck.write().device().map(concerned::contains).orElse(false)) {
        objections.add(new Objection(StuckWords.holdsUp(request.address(), stuck)));
      }
    }
    if (objections.isEmpty()) {
      for (PciFunction member : group(host, request.address())) {
        if (host.binding(member.address()).isEmpty()) {
          objections.add(new Objection(leaves(host, member)));
        }
      }
    }
    return objections.isEmpty() ? Optional.empty() : Optional.of(refused(request, objections));
  }

  /** The plan, or a refusal where it loads a module while loading one is held up. */
  Plan checked(Plan plan) {
    boolean loads = plan.steps().stream().anyMatch(step -> step instanceof Step.LoadModule);
    List<Objection> objections = new ArrayList<>();
    for (StuckWrite stuck : writes) {
      if (loads && stuck.write().loadsModule()) {
        objections.add(new Objection(StuckWords.holdsUp(plan.request().address(), stuck)));
      }
    }
    return objections.isEmpty() ? plan : refused(plan.request(), objections);
  }

  private static Plan refused(Request request, List<Objection> objections) {
    return new Plan(request, List.of(), List.of(), objections, List.of(), List.of());
  }

  private static String leaves(HostSnapshot host, PciFunction member) {
    List<String> holders = new ArrayList<>();
    host.holdersOf(member).forEach(holder -> holders.add(holder.describe()));
    return member.address().brief()
        + " is being taken off "
        + member.driver().orElse("its driver")
        + " by somebody else, and the kernel has not done that yet"
        + (holders.isEmpty()
            ? ". Try again when it has."
            : ": it is held by " + String.join(" and ", holders) + ". Stop that, then try again.");
  }

  private static List<PciFunction> group(HostSnapshot host, PciAddress address) {
    Optional<PciFunction> function = host.function(address);
    if (function.isEmpty()) {
      return List.of();
    }
    List<PciFunction> group = new ArrayList<>(host.groupMates(function.get()));
    group.addFirst(function.get());
    return group;
  }

  /**
   * The function, its group, and where it is a VF its PF: a write to that can take its VFs away.
   */
  private static Set<PciAddress> concerned(HostSnapshot host, PciAddress address) {
    Set<PciAddress> concerned = new HashSet<>();
    concerned.add(address);
    for (PciFunction member : group(host, address)) {
      concerned.add(member.address());
      if (member.sriov() instanceof SriovRole.Virtual(PciAddress pf, int index)) {
        concerned.add(pf);
      }
    }
    return concerned;
  }
}
