package dev.lend.plan;

import dev.lend.model.BlockDevice;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SriovRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Names devices as a person knows them. */
public final class Names {
  private final HostSnapshot host;

  /** Names for the devices of one host. */
  public Names(HostSnapshot host) {
    this.host = host;
  }

  /** The address with what is known by name on the host: {@code 01:00.0 (eth1, igb)}. */
  public String of(PciFunction function) {
    List<String> known = known(function);
    function.driver().ifPresent(known::add);
    return named(function, known);
  }

  /**
   * The same without the driver, for what is said across a change of it: {@code 01:00.0 (eth1)}.
   */
  public String withoutDriver(PciFunction function) {
    return named(function, known(function));
  }

  private List<String> known(PciFunction function) {
    List<String> known = new ArrayList<>();
    for (NetInterface net : host.netsOf(function.address())) {
      known.add(net.name());
    }
    for (BlockDevice disk : host.disksOf(function.address())) {
      known.add(disk.name());
    }
    if (known.isEmpty()
        && function.sriov() instanceof SriovRole.Virtual(PciAddress pf, int index)) {
      known.add("VF " + index + " of " + pf.brief());
    }
    return known;
  }

  private static String named(PciFunction function, List<String> known) {
    return function.address().brief()
        + (known.isEmpty() ? "" : " (" + String.join(", ", known) + ")");
  }

  /** The shortest text that names the function on a command line. */
  public String shortest(PciFunction function) {
    return function.address().brief();
  }

  /** What to do instead of lending a PF with an interface that the host needs. */
  Optional<String> vfAdvice(PciFunction function) {
    List<NetInterface> nets = host.netsOf(function.address());
    if (!(function.sriov() instanceof SriovRole.Physical(int total, List<PciAddress> vfs))) {
      return Optional.empty();
    }
    if (!vfs.isEmpty()) {
      return Optional.of("Choose a VF of it instead, for example " + vfs.getFirst().brief() + ".");
    }
    return nets.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Choose a VF of it instead: lend vf create " + nets.getFirst().name() + " 1.");
  }
}
