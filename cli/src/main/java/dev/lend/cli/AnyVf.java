package dev.lend.cli;

import dev.lend.act.GuestNode;
import dev.lend.journal.Journal;
import dev.lend.journal.StateFolder;
import dev.lend.model.Fact;
import dev.lend.model.Guest;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.plan.Request;
import dev.lend.plan.VfChoice;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * {@code lend attach} of any VF that is free: of some PFs, or by labels. It is chosen under the
 * lock, so that nobody else chooses it as well.
 */
final class AnyVf {
  static final String VF_OF = "--vf-of";
  static final String NODE = "--node";
  private static final String LABEL = "--label";

  private final Arguments arguments;
  private final Context context;
  private final Workshop workshop;

  AnyVf(Arguments arguments, Context context, Workshop workshop) {
    this.arguments = arguments;
    this.context = context;
    this.workshop = workshop;
  }

  static Syntax options(Syntax syntax) {
    return syntax
        .repeatable(VF_OF, "PF", "instead of a device: any free VF of this PF, or of several")
        .repeatable(LABEL, "WORD", "the same by what files in /etc/lend call it; all have to fit")
        .option(NODE, "N", "with these: one on this NUMA node first, and not on the guest's own");
  }

  static boolean asked(Arguments arguments) {
    return arguments.has(VF_OF) || arguments.has(LABEL);
  }

  ExitCode attach(Guest guest) {
    if (!arguments.word().isEmpty()) {
      throw new UsageException(
          "name a device, or " + VF_OF + " PF, or " + LABEL + " WORD, but not both");
    }
    OptionalInt near = node(guest);
    if (arguments.has("--dry-run")) {
      HostSnapshot host = workshop.everything();
      Request request = request(host, workshop.lookAtJournal(), guest, near);
      return ChangeCommand.perform(request, host, arguments, context, workshop);
    }
    try (StateFolder folder = workshop.lock(arguments, this::waits)) {
      Journal journal = folder.journal();
      HostSnapshot host = workshop.everything();
      Request request = request(host, journal, guest, near);
      return ChangeCommand.carryOut(request, host, journal, arguments, context, workshop);
    }
  }

  private OptionalInt node(Guest guest) {
    int node = arguments.number(NODE, -1);
    if (arguments.has(NODE) && node < 0) {
      throw new UsageException(NODE + " takes the number of a NUMA node, not " + node);
    }
    return node < 0 ? GuestNode.of(guest, workshop.kernel()) : OptionalInt.of(node);
  }

  private void waits(String who) {
    say("waiting for another lend to finish: " + Text.printable(who));
  }

  private void say(String text) {
    context.err().println("lend: " + text);
    context.err().flush();
  }

  private Request request(HostSnapshot host, Journal journal, Guest guest, OptionalInt near) {
    PciAddress chosen = chosen(host, journal, near);
    if (near.isPresent()
        && host.function(chosen).map(PciFunction::numaNode).orElse(Fact.absent())
            instanceof Fact.Known<Integer>(Integer own)) {
      String whose = arguments.has(NODE) ? "" : ", the guest's";
      say(
          chosen.brief()
              + " is on NUMA node "
              + own
              + (own == near.getAsInt()
                  ? whose
                  : ": none is free on node " + near.getAsInt() + whose));
    }
    return new Request.Attach(
        chosen,
        guest,
        ChangeCommand.consent(arguments),
        arguments.has(ChangeCommand.BRIDGE_FDB),
        AtStart.of(arguments));
  }

  private PciAddress chosen(HostSnapshot host, Journal journal, OptionalInt near) {
    List<String> wanted = arguments.values(LABEL);
    Optional<VfLabelled> labels =
        wanted.isEmpty() ? Optional.empty() : Optional.of(VfLabelled.read(workshop, host));
    List<PciAddress> pfs =
        arguments.has(VF_OF) ? named(host) : labels.map(VfLabelled::pfs).orElse(List.of());
    List<PciAddress> free =
        new VfChoice(host, journal.ledger())
            .of(pfs, near, vf -> labels.map(own -> own.fits(vf, wanted)).orElse(true));
    if (free.isEmpty()) {
      throw new DeclinedException(
          "no VF is free"
              + (arguments.has(VF_OF)
                  ? " of " + String.join(", ", pfs.stream().map(PciAddress::brief).toList())
                  : "")
              + (wanted.isEmpty() ? "" : " with the label " + String.join(" and ", wanted))
              + ": each is lent, in use, or shares its IOMMU group"
              + (wanted.isEmpty() ? "" : ", or has other labels (in /etc/lend)")
              + ". See lend vf list; to have more: lend vf create");
    }
    return free.getFirst();
  }

  private List<PciAddress> named(HostSnapshot host) {
    List<PciAddress> pfs = new ArrayList<>();
    for (String name : arguments.values(VF_OF)) {
      PciFunction pf = DeviceName.resolve(host, name);
      if (!(pf.sriov() instanceof SriovRole.Physical)) {
        throw new UsageException(pf.address().brief() + " can have no VFs");
      }
      if (!pfs.contains(pf.address())) {
        pfs.add(pf.address());
      }
    }
    return pfs;
  }
}
