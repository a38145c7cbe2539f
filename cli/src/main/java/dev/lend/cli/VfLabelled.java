package dev.lend.cli;

import dev.lend.act.DeclaredPlaces;
import dev.lend.config.Declarations;
import dev.lend.config.Problem;
import dev.lend.model.DeclaredPf;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import dev.lend.model.VfLabels;
import dev.lend.plan.PfPlace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The VFs of a host, by the labels that files give them. */
final class VfLabelled {
  private final HostSnapshot host;
  private final Map<PciAddress, VfLabels> labels;

  private VfLabelled(HostSnapshot host, Map<PciAddress, VfLabels> labels) {
    this.host = host;
    this.labels = labels;
  }

  /**
   * What files say of the PFs that are here.
   *
   * @throws UsageException the files are wrong
   */
  static VfLabelled read(Workshop workshop, HostSnapshot host) {
    Declarations declared = Declarations.inFolder(Declarations.FOLDER);
    if (!declared.sound()) {
      throw new UsageException(
          String.join("\n", declared.problems().stream().map(Problem::toString).toList()));
    }
    DeclaredPlaces places = workshop.places(host, declared.pfs());
    Map<PciAddress, VfLabels> labels = new TreeMap<>();
    for (DeclaredPf pf : declared.pfs()) {
      if (places.find(pf) instanceof PfPlace.Found found) {
        labels.put(found.address(), pf.labels());
      }
    }
    return new VfLabelled(host, labels);
  }

  /** The PFs that files speak of. */
  List<PciAddress> pfs() {
    return List.copyOf(labels.keySet());
  }

  /** True where a VF has all these labels. */
  boolean fits(PciAddress vf, List<String> wanted) {
    return host.function(vf).map(PciFunction::sriov).orElse(null)
            instanceof SriovRole.Virtual(PciAddress pf, int index)
        && Optional.ofNullable(labels.get(pf))
            .map(own -> own.of(index).containsAll(wanted))
            .orElse(false);
  }
}
